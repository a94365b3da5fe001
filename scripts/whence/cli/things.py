"""Finding the thing that a command is about, or saying what was perhaps meant."""

from __future__ import annotations

from whence.errors import UsageError
from whence.namespaces import shorten

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from whence.things import Index, Match

__all__ = ["near", "named"]


def named(index: Index, words: list[str]) -> list[Match]:
    """Return the things of a name, the likeliest first; at least one.

    :param words: the name as it was typed, in one or several words
    :raises UsageError: nothing is called so; says what is called nearly so
    """
    name = " ".join(words).strip()
    matches = index.names.find(name)
    if matches:
        return matches
    offered = ", ".join(f"{index.label(match.iri)} ({shorten(match.iri)})" for match in near(index, name))
    fix = f"Did you mean {offered}?" if offered else "A label, a printed name, id:slug or an IRI would do."
    typed = name if len(name) <= 100 else name[:99] + "…"
    raise UsageError(f"Nothing here is called {typed!r}.", fix=fix)


def near(index: Index, name: str) -> list[Match]:
    """Return the three things whose names fit a text best, as the search of the pages finds them; may be fewer or none."""
    return index.names.search(name, 3)
