"""Which packs there are beside a graph, and which of them are asked."""

from __future__ import annotations

from whence.errors import InputError, UsageError
from whence.namespaces import declare
from whence.nearest import meant
from whence.packs.pack import Pack
from whence.store import settings

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from whence.store.layout import GraphFiles

__all__ = ["ALL", "chosen", "found", "names"]

#: Stands for every pack.
ALL = "all"


def found(files: GraphFiles) -> dict[str, Pack | InputError]:
    """Return every pack beside a graph and beside those it includes, by name in their order, or why it cannot be used.

    :raises InputError: a folder of packs cannot be read
    """
    packs: dict[str, Pack | InputError] = {}
    for name, root in sorted(files.packs.items()):
        try:
            packs[name] = Pack.read(root, name)
            _check_apart(packs[name], files, packs.values())
        except InputError as error:
            packs[name] = error
    return packs


def _check_apart(pack: Pack, files: GraphFiles, others: Iterable[Pack | InputError]) -> None:
    """See that base and prefix of a pack are no one else's.

    :raises InputError: they are
    """
    taken = [(other.prefix, other.base, f"the pack {other.name}") for other in others if isinstance(other, Pack) and other is not pack]
    taken += [(prefix, base, "the graph") for prefix, base in files.prefixes.items()]
    for prefix, base, whose in taken:
        key = "prefix" if prefix == pack.prefix else "base"
        if prefix == pack.prefix or base == pack.base:
            raise settings.wrong(pack.manifest.settings(pack.root), f"The {key} is that of {whose} already.", "Make the pack under another name: whence pack add --name.", key)


def names(files: GraphFiles, wanted: Iterable[str] | None) -> list[str]:
    """Return the names of the packs that are asked, each once, in the order of the alphabet.

    :param wanted: names, `all` for every one; None for those that the settings of the graph name
    :raises UsageError: there is no pack of a name
    :raises InputError: the settings name one that is not there
    """
    known = sorted(files.packs)
    asked = files.settings.packs if wanted is None else tuple(wanted)
    for name in asked:
        if name != ALL and name not in known:
            problem = f"There is no pack {name!r}."
            hint = meant(name, known)
            fix = f"{hint + ' ' if hint else ''}There are {', '.join(known)}." if known else "whence pack add makes one of a published file."
            if wanted is None:
                raise settings.wrong(files.settings, problem, fix, "packs")
            raise UsageError(problem, fix=fix)
    return known if ALL in asked else sorted(set(asked))


def chosen(files: GraphFiles, wanted: Iterable[str] | None = None) -> dict[str, Pack | InputError]:
    """Return the packs that are asked, by name, or why one cannot be used; their prefixes are known from now on.

    :param wanted: names, `all` for every one; None for those that the settings of the graph name
    :raises UsageError: there is no pack of a name
    :raises InputError: the settings name one that is not there, or a folder of packs cannot be read
    """
    asked = names(files, wanted)
    packs = {name: pack for name, pack in found(files).items() if name in asked} if asked else {}
    speak(files.prefixes, [pack for pack in packs.values() if isinstance(pack, Pack)])
    return packs


def speak(prefixes: Mapping[str, str], packs: Iterable[Pack]) -> None:
    """Let the prefixes of packs be read and written, after those of the graph they are beside.

    :param prefixes: prefix to base of the graph's own things
    """
    declare({pack.prefix: pack.base for pack in packs})
    declare(prefixes)
