"""Offering the word that was probably meant, by how it is written."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 200


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known word written most like a word, or None when none is near.

    :param cutoff: how alike they must be, from 0 to 1; a word that differs in capitals alone comes first, then one that it alone begins

    >>> nearest("wh:influence", ["wh:influences", "wh:Influence"]), nearest("dub", ["dub-cast", "original-cast"])
    ('wh:Influence', 'dub-cast')
    """
    from difflib import get_close_matches

    known = list(known)
    folded = word.casefold()
    for one in known:
        if one.casefold() == folded:
            return one
    begun = [one for one in known if len(word) > 2 and one.casefold().startswith(folded)]
    if len(begun) == 1:
        return begun[0]
    dashes = "--" if word.startswith("--") else ""  # which make no two options alike
    without = {one.removeprefix(dashes): one for one in known if one.startswith(dashes)}
    close = get_close_matches(word.removeprefix(dashes)[:_LONGEST], without, n=1, cutoff=cutoff)  # type: ignore[type-var]
    return without[close[0]] if close and len(word) > 1 else None


def meant(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return a question that offers the nearest known word, or None when none is near.

    >>> meant("--fromat", ["--format", "--graph"])
    'Did you mean --format?'
    >>> meant("x", ["--format"]), meant("--as", ["--date"]), meant("a", ["at"]), meant("--h", ["--help", "--host", "-h"])
    (None, None, None, None)
    """
    near = nearest(word, known, cutoff)
    return f"Did you mean {near}?" if near else None
