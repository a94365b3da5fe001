"""The things that words on the command line name: found, told apart, or what was perhaps meant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from whence.cli import console
from whence.errors import UnknownName, UsageError
from whence.namespaces import shorten

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from whence.store.layout import GraphFiles
    from whence.things import Index, Match

#: So many things of one name are listed.
_MOST = 12


@contextmanager
def beside(files: GraphFiles, asked: list[str] | None) -> Iterator[None]:
    """Let who names what is not there know of the packs that were not asked for it.

    :param asked: the packs that are; None for those that the settings of the graph name
    """
    try:
        yield
    except UnknownName as error:
        from whence.packs.choosing import names

        if left := sorted(set(files.packs) - set(names(files, asked))):
            error.fix = f"{error.fix} Not asked {'are' if len(left) > 1 else 'is'} {', '.join(left)} beside it: --pack all, or packs = [\"all\"] in whence.toml."
        raise


def named(index: Index, words: list[str]) -> list[Match]:
    """Return the things of a name, the likeliest first; see `Index.named`.

    :param words: the name as it was typed, in one or several words
    :raises UsageError: nothing is called so, or several are and none of them is likelier; says which
    """
    matches = index.named(" ".join(words))
    several = index.homonyms(matches)
    if several:
        told = [f"{shorten(match.iri)} ({index.described(match.iri)})" for match in several[:_MOST]]
        more = [f"and {len(several) - _MOST} more"] if len(several) > _MOST else []
        raise UsageError(f"{len(several)} things are called {' '.join(words)!r}.", fix=f"Say which: {'; '.join([*told, *more])}.")
    return matches


def one(index: Index, words: list[str]) -> str:
    """Return the IRI of the likeliest thing of a name; the others that are called so are told.

    :raises UsageError: as `named`
    """
    first, *others = named(index, words)
    if others:
        also = ", ".join(f"{index.label(match.iri)} ({shorten(match.iri)})" for match in others)
        console.say(f"{' '.join(words)} is taken to be {index.label(first.iri)} ({shorten(first.iri)}). So called are too: {also}.")
    return first.iri
