"""Timelines: the dates that documents give for a thing, what comes out or happens when, each as exact as it is said and with who says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from whence.things import claims as all_claims
from whence.things.claims import Claim, load
from whence.things.dates import agree, in_words, is_date, order
from whence.things.index import Index, Value, wh

_ABOUT_WORK, _SUPERSEDED, _SUBJECT = map(wh, ("aboutWork", "supersededBy", "subject"))
#: Classes of events to the kinds of entries.
_KINDS = {"Interview": "interview", "Screening": "screening", "Panel": "panel"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that came out or happened.

    :ivar date: in EDTF, as exact as it is said; empty where no document gives one
    :ivar kind: `release`, `interview`, `screening`, `panel`, `event`, `document` or `fact`
    :ivar what: in words
    :ivar thing: the event or document it is, or None
    :ivar claims: what says so, each with its positions; that which gives the date first
    :ivar rivals: the dates that others give for the same, each with whether it can be true as well
    :ivar overtaken: whether a later document took the place of all that says so
    """

    date: str
    kind: str
    what: str
    thing: Value | None
    claims: tuple[Claim, ...]
    rivals: tuple[tuple[str, bool], ...] = ()
    overtaken: bool = False

    @property
    def words(self) -> str:
        """The date in words, or that none is given."""
        return in_words(self.date) if self.date else "no date given"

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        rivals = [{"date": date, "words": in_words(date), "compatible": compatible} for date, compatible in self.rivals]
        return {
            "date": self.date or None, "words": self.words, "kind": self.kind, "what": self.what,
            "thing": {"iri": self.thing.iri, "name": self.thing.text} if self.thing else None,
            "rivals": rivals, "overtaken": self.overtaken, "claims": [claim.as_dict() for claim in self.claims],
        }  # fmt: skip


def of(index: Index, iri: str) -> list[Entry]:
    """Return the timeline of a thing by when each entry begins, the less exact first, and what has no date last; may be empty.

    :param iri: a work (its parts, events and interviews too, and its releases in catalogues), whoever made works (what they made comes out), a document, an event
    """
    node = NamedNode(iri)
    claims = {claim.iri: claim for claim in (*all_claims.mentioning(index, iri), *all_claims.held(index, iri, "document"))}
    claims |= {one.value: load(index, one.value) for one in index.subjects(_ABOUT_WORK, node)}
    for work in (*sorted(index.made(iri)), *index.same(iri)):
        claims |= {claim.iri: claim for claim in all_claims.about(index, work) if claim.kind == "Release"}
    said = {one: claim for one, claim in claims.items() if any(not position.denied for position in claim.positions)}
    entries = [*_releases(index, said.values()), *_events(index, iri, said), *_documents(index, said)]
    told = {claim.iri for entry in entries for claim in entry.claims}
    entries += [_entry(index, "fact", claim.label, claim) for claim in said.values() if claim.iri not in told and claim.kind == "Relation" and _date(claim)]
    return sorted(entries, key=lambda entry: (not entry.date, order(entry.date), entry.kind, entry.what))


def _date(claim: Claim) -> str:
    """Return the date that a claim gives, or an empty text; facts of a story give none."""
    values = claim.roles.get("date", []) if claim.kind == "Release" else claim.roles.get("literalValue", []) if claim.kind == "Relation" else []
    return next((value.text for value in values if is_date(value.text)), "")


def _entry(index: Index, kind: str, what: str, claim: Claim, more: Iterable[Claim] = (), thing: Value | None = None) -> Entry:
    date = _date(claim)
    others = sorted({_date(load(index, rival)) for rival in claim.competing} - {date, ""}, key=order)
    positions = [position for position in claim.positions if not position.denied]
    overtaken = bool(positions) and all(index.things(NamedNode(position.iri), _SUPERSEDED) for position in positions)
    return Entry(date, kind, what, thing, (claim, *more), tuple((other, agree(other, date)) for other in others), overtaken)


def _releases(index: Index, claims: Iterable[Claim]) -> Iterator[Entry]:
    for claim in claims:
        if claim.kind == "Release" and _date(claim):
            label = claim.label
            for value in claim.roles["date"]:
                label = label.replace(f" {value.text}", "", 1)
            yield _entry(index, "release", label, claim)


def _events(index: Index, iri: str, claims: dict[str, Claim]) -> Iterator[Entry]:
    """Yield the events that are told of a thing, with the date of each, or of what it was held at."""
    found: dict[str, list[Claim]] = {}
    for claim in claims.values():
        for values in claim.roles.values():
            for value in values:
                if value.iri and index.is_a(NamedNode(value.iri), "Event"):
                    found.setdefault(value.iri, []).append(claim)
    for event, about in sorted(found.items()):
        node = NamedNode(event)
        kind = next((kind for name, kind in _KINDS.items() if index.is_a(node, name)), "event")
        dating = next(_dating(index, event, {event}), None)
        about.sort(key=lambda claim: (claim.rank, claim.iri))
        first, *more = [*([dating] if dating else []), *(claim for claim in about if claim is not dating)]
        yield _entry(index, kind, index.label(event), first, more, index.term(node))


def _dating(index: Index, event: str, seen: set[str]) -> Iterator[Claim]:
    """Yield what gives the date of an event: a claim on it, else one on an event that it was held at."""
    own = [load(index, node.value) for node in index.subjects(_SUBJECT, NamedNode(event)) if index.is_a(node, "Relation")]
    own = [claim for claim in own if any(not position.denied for position in claim.positions)]
    yield from (claim for claim in own if _date(claim))
    for claim in own:
        for value in claim.roles.get("value", []):
            if any(one.iri.endswith("#heldAt") for one in claim.roles.get("property", [])) and value.iri not in seen:
                yield from _dating(index, value.iri, seen | {value.iri})


def _documents(index: Index, claims: dict[str, Claim]) -> Iterator[Entry]:
    """Yield when the documents that speak of a thing came out, where a document says so."""
    documents = {passage.document for claim in claims.values() for position in claim.positions for passage in position.passages}
    for document in sorted(documents):
        for node in index.subjects(_SUBJECT, NamedNode(document)):
            claim = load(index, node.value)
            if claim.kind == "Relation" and _date(claim) and claim.positions:
                yield _entry(index, "document", f"{index.label(document)} is published", claim, (), index.term(NamedNode(document)))
