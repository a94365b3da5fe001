"""Offering the word that was probably meant, by how it is written."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 200
#: So many words that look alike are looked at.
_LOOKED_AT = 8


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known word written most like a word, or None when none is near.

    :param cutoff: how alike they must be, from 0 to 1; a word that differs in capitals alone comes first, then one that it alone begins.
        Words that have many letters in common but were hardly mistaken for one another are not near.

    >>> nearest("wh:influence", ["wh:influences", "wh:Influence"]), nearest("dub", ["dub-cast", "original-cast"])
    ('wh:Influence', 'dub-cast')
    >>> nearest("wh:Coment", ["wh:Document"]), nearest("directedBy", ["impactedBy", "director"])
    (None, 'director')
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
    bare = word.removeprefix(dashes)[:_LONGEST]
    close = get_close_matches(bare, without, n=_LOOKED_AT, cutoff=cutoff) if len(word) > 1 else []  # type: ignore[type-var]
    return next((without[one] for one in close if _mistaken(bare, one)), None)


def is_misspelt(word: str, known: str) -> bool:
    """Report whether a name is another one with a letter in five wrong, missing, too many or in the place of its neighbour; another number or word is no slip.

    >>> is_misspelt("Nihgt Fery", "Night Ferry"), is_misspelt("Night Fever", "Night Ferry"), is_misspelt("Rei", "Ren")
    (True, False, False)
    >>> is_misspelt("Night Ferry 10", "Night Ferry 11"), is_misspelt("Nihgt Ferry 10", "Night Ferry 10")
    (False, True)
    >>> is_misspelt("the world of Night Ferry", "the ships of Night Ferry"), is_misspelt("Star Trke", "Star Trek"), is_misspelt("NightFerry", "Night Ferry")
    (False, True, True)
    """
    if [*filter(str.isdecimal, word)] != [*filter(str.isdecimal, known)]:
        return False
    words, others = word.casefold().split(), known.casefold().split()
    if len(words) == len(others) and any(2 * _distance(one, other) > max(len(one), len(other)) for one, other in zip(words, others, strict=True)):
        return False
    return 0 < _distance(word.casefold(), known.casefold()) <= max(len(word), len(known)) // 5


def _mistaken(word: str, known: str) -> bool:
    """Report whether one word was likely meant by the other: they begin alike, share a word, or a third of the letters is mistyped."""
    import re

    lead, name = re.fullmatch(r"(.*[:#/])?(.*)", word, re.S).groups()  # type: ignore[union-attr]
    if lead and known.startswith(lead):  # which makes no two names alike
        word, known = name, known.removeprefix(lead)
    words = [set(re.findall(r"[^\W\d_]?[^\W\d_A-Z]{3,}", one)) for one in (word, known)]
    one, other = word.casefold(), known.casefold()
    shorter = min(len(one), len(other))
    begun = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    shared = {part.casefold() for part in words[0]} & {part.casefold() for part in words[1]}
    return 2 * begun >= shorter or bool(shared) or one in other or other in one or _distance(one, other) <= max(1, max(len(one), len(other)) // 3)


def _distance(one: str, other: str) -> int:
    """Return how many letters are to be changed, put in, taken out or swapped with their neighbours (optimal string alignment)."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for at, letter in enumerate(one):
        earlier, before, row = before, row, [at + 1]
        for to, wanted in enumerate(other):
            cost = min(before[to + 1] + 1, row[to] + 1, before[to] + (letter != wanted))
            if at and to and letter == other[to - 1] and one[at - 1] == wanted:
                cost = min(cost, earlier[to - 1] + 1)
            row.append(cost)
    return row[-1]


def meant(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return a question that offers the nearest known word, or None when none is near.

    >>> meant("--fromat", ["--format", "--graph"])
    'Did you mean --format?'
    >>> meant("x", ["--format"]), meant("--as", ["--date"]), meant("a", ["at"]), meant("--h", ["--help", "--host", "-h"])
    (None, None, None, None)
    """
    near = nearest(word, known, cutoff)
    return f"Did you mean {near}?" if near else None
