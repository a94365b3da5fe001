"""Finding the thing that a command is about, or saying what was perhaps meant."""

from __future__ import annotations

from whence.errors import UsageError
from whence.things import find, Match, suggest
from whence.namespaces import shorten

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["named"]


def named(store: Store, words: list[str]) -> list[Match]:
    """Return the things of a name, the likeliest first; at least one.

    :param words: the name as it was typed, in one or several words
    :raises UsageError: nothing is called so; says what is called nearly so
    """
    name = " ".join(words).strip()
    matches = find(store, name)
    if matches:
        return matches
    near = ", ".join(f"{match.name} ({shorten(match.iri)})" for match in suggest(store, name))
    fix = f"Did you mean {near}?" if near else "A label, a printed name, id:slug or an IRI would do."
    typed = name if len(name) <= 100 else name[:99] + "…"
    raise UsageError(f"Nothing here is called {typed!r}.", fix=fix)
