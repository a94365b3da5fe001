"""Plain sentences about who says what, where: for every face that tells of claims and positions in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import NamedNode

from whence.things.claims import Claim
from whence.things.dates import in_words
from whence.things.index import Index, wh
from whence.things.positions import Position

#: The classes of claims whose labels are clauses, so that "says that" may stand before them.
_CLAUSES = frozenset(("Influence", "Adaptation", "Likeness", "Blend", "Classification", "Release", "Recommendation"))
#: Stance of a position to what one and several speakers do with the claim; the firmest first.
_VERBS = {
    "makers": ("says", "say"), "press": ("says", "say"), "catalogue": ("records", "record"), "hedged": ("says with a hedge", "say with a hedge"), "implied": ("implies", "imply"),
    "promotional": ("says in promotion", "say in promotion"), "denied": ("denies", "deny"), "intended": ("intends", "intend"),
    "expected": ("expects", "expect"), "wished": ("wishes", "wish"), "compared": ("says in an analogy", "say in an analogy"),
    "premise": ("takes for granted", "take for granted"),
}  # fmt: skip
#: Whoever takes whatever position on how a name is printed: prints it so.
_PRINTS = ("prints", "print")
#: Commitment to what is done with a claim that is denied.
_DENIALS = {"Implied": ("denies by implication", "deny by implication"), "Hedged": ("denies with a hedge", "deny with a hedge")}
_ORDER = [*dict.fromkeys(_VERBS.values()), *_DENIALS.values(), _PRINTS]
#: The label of a document: its title, in quotation marks or, where it prints none, in brackets, and the outlet.
_LONG_TITLE = re.compile(r"(?P<head>^[“\[].{12,24})(?: |(?<=[^\x00-\u2fff])).{12,}(?P<end>[”\]])", re.DOTALL)
#: So many places of one side are told in a sentence.
_PLACES = 3


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def claimed(claim: Claim) -> str:
    """Return what a claim says, to stand after a verb: ` that ...` where its label is a clause, else `: ...`; dates in words."""
    label = claim.label.rstrip(".")
    if claim.kind == "Naming":
        return " " + label.replace(" is printed as ", " as ", 1)
    for date in claim.roles.get("date", ()) if claim.kind == "Release" else ():
        label = label.replace(date.text, in_words(date.text), 1)
    return f" that {label}" if claim.kind in _CLAUSES else f": {label}"


def places(index: Index, positions: Iterable[Position]) -> str:
    """Return where positions stand, in the order of documents and text: `“A headline” (an outlet), 1372-1491`; the first few, with how many there are."""
    found = sorted({passage for position in positions for passage in position.passages})
    told = [f"{index.label(one.document)}, {one.start}-{one.end}" for one in found[:_PLACES]]
    return "; ".join(told) + (f"; and {len(found) - _PLACES} more" if len(found) > _PLACES else "")


def with_short_titles(index: Index, told: Iterable[tuple[str, Iterable[Claim]]]) -> Iterator[str]:
    """Yield sentences to stand one below the other: a long title of a document is whole where it stands first, and its first words after that.

    :param told: the sentences, each with the claims that it is about
    """
    short: dict[str, str] = {}
    for text, claims in told:
        documents = {passage.document for claim in claims for position in claim.positions for passage in position.passages}
        for title in sorted(map(index.label, documents), key=len, reverse=True):
            head, found, rest = text.partition(title)
            if not found:
                continue
            first = short.get(title, title)
            if title not in short:  # where two begin alike, the second stays whole
                beginning = shortened(title)
                short[title] = title if beginning in short.values() else beginning
            text = head + first + rest.replace(title, short[title])
        yield text


def shortened(title: str) -> str:
    """Return the label of a document with the first words of a long title.

    >>> shortened("“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku)"), shortened("“Robots on Mars” (The Page)")
    ('“New Cyberpunk Anime …” (Kotaku)', '“Robots on Mars” (The Page)')
    """
    return _LONG_TITLE.sub(r"\g<head> …\g<end>", title)


def speakers(index: Index, positions: Iterable[Position]) -> tuple[list[str], bool]:
    """Return who takes positions, each once, and whether they are several: makers with what they did, journalists together as the press."""
    found: dict[str, bool] = {}
    press: set[str] = set()
    for position in positions:
        if position.ascribed:
            names = listed(value.text for value in position.ascribed_to)
            several = len(position.ascribed) > 1 or index.is_a(NamedNode(position.ascribed[0]), "Group")
            tells = "tell" if position.speaker and index.is_a(NamedNode(position.speaker), "Group") else "tells"
            found[f"{names} (as {position.speaker_name or 'nobody named'} {tells})"] = several
        elif position.speaker and index.is_a(NamedNode(position.speaker), "Journalist"):
            press.add(position.speaker_name)
        else:
            several = bool(position.speaker) and index.is_a(NamedNode(position.speaker), "Group")
            found[" ".join(filter(None, (_role(index, position), position.speaker_name))) or "nobody named"] = several
    if press:
        found = {(press.pop() if len(press) == 1 else "the press"): False, **found}
    return list(found), len(found) > 1 or any(found.values())


def said(index: Index, sides: Iterable[Claim]) -> str:
    """Return who says, hedges, implies or denies claims, with places: `A says that ... (“A headline” (an outlet), 1-9); B denies it (...)`.

    :param sides: the claims, each with the positions that are told; what the same speakers do at the same places is told together
    """
    told: dict[tuple[str, str], list[str]] = {}
    known: str | None = None
    for side in sides:
        by_verb: dict[tuple[str, str], list[Position]] = {}
        for position in side.in_order:
            verb = _PRINTS if side.kind == "Naming" and not position.denied else _VERBS[position.stance]
            verb = _DENIALS.get(position.commitment, verb) if position.stance == "denied" else verb
            by_verb.setdefault(verb, []).append(position)
        for verb in sorted(by_verb, key=_ORDER.index):
            names, several = speakers(index, by_verb[verb])
            act, where = verb[several], places(index, by_verb[verb])
            head = f"{listed(names)} {act}"
            if side.iri == known and (head, where) not in told:
                first, space, rest = act.partition(" ")
                told[f"{listed(names)} {first} it{space}{rest}", where] = [""]
            else:
                told.setdefault((head, where), []).append(claimed(side))
            known = side.iri
    by_head = groupby(told.items(), key=lambda item: item[0][0])  # whoever says several things one after another is named once
    return "; ".join(head + " and".join(f"{' and'.join(what)} ({where})" for (_, where), what in group) for head, group in by_head)


def _role(index: Index, position: Position) -> str:
    """Return what the speaker did on the works the claim is about, in one word: the role that most positions give, or an empty text."""
    if not position.maker:
        return ""
    works = {work.value for work in index.things(NamedNode(position.claim), wh("aboutWork"))}
    counts: Counter[str] = Counter()
    for on, role, positions in index.credited(position.speaker):
        if not works.isdisjoint(on):
            counts[index.label(role)] += positions
    return min(counts, key=lambda role: (-counts[role], role)) if counts else ""
