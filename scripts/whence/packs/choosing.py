"""Which packs there are beside a graph, and which of them are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from whence.did_you_mean import meant
from whence.errors import InputError, UsageError
from whence.namespaces import declare
from whence.packs.pack import Pack
from whence.store import settings
from whence.store.layout import GraphFiles

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
    :raises UsageError: there is no pack of a name that is asked for here
    """
    known = sorted(files.packs)
    asked = files.settings.packs if wanted is None else tuple(wanted)
    missing = [name for name in asked if name not in (ALL, *known)]
    if missing and wanted is not None:
        problem, fix = _missing(missing[0], known)
        raise UsageError(problem, fix=fix)
    return sorted({*known, *missing} if ALL in asked else set(asked))


def _missing(name: str, known: Sequence[str]) -> tuple[str, str]:
    """Return what to say of a pack that there is not, and how to mend it."""
    hint = meant(name, known)
    there = f"There are {', '.join(known)}." if known else "whence pack add makes one of a published file."
    return f"There is no pack {name!r}.", f"{hint + ' ' if hint else ''}{there}"


def chosen(files: GraphFiles, wanted: Iterable[str] | None = None) -> dict[str, Pack | InputError]:
    """Return the packs that are asked, by name, or why one cannot be used; their prefixes are known from now on.

    :param wanted: names, `all` for every one; None for those that the settings of the graph name
    :returns: of a pack that the settings name and that is not there, why it cannot be used
    :raises UsageError: there is no pack of a name that is asked for here
    :raises InputError: a folder of packs cannot be read
    """
    asked = names(files, wanted)
    there = found(files) if asked else {}
    known = sorted(files.packs)
    packs = {name: there[name] if name in there else settings.wrong(files.settings, *_missing(name, known), "packs") for name in asked}
    speak(files.prefixes, [pack for pack in packs.values() if isinstance(pack, Pack)])
    return packs


def speak(prefixes: Mapping[str, str], packs: Iterable[Pack]) -> None:
    """Let the prefixes of packs be read and written, after those of the graph they are beside.

    :param prefixes: prefix to base of the graph's own things
    """
    declare({pack.prefix: pack.base for pack in packs})
    declare(prefixes)
