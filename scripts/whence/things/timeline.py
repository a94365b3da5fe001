"""The timeline of a thing: what is dated of it, in order of time, each date as exact as it is given and with who gives it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from whence.namespaces import local
from whence.things import claims
from whence.things.claims import Claim
from whence.things.dates import in_words, order


if TYPE_CHECKING:
    from whence.things.index import Index

__all__ = ["Event", "of", "record"]

#: What the name of a property ends with whose values are dates.
_DATED = ("date", "year")


@dataclass(frozen=True, slots=True)
class Event:
    """One dated claim.

    :ivar date: in EDTF as it is given, or an empty text for what a claim leaves undated
    :ivar claim: with everybody's position; `claim.competing` are those that date the same otherwise
    """

    date: str
    claim: Claim

    @property
    def words(self) -> str:
        """The date in words, no more exact than it is."""
        return in_words(self.date) if self.date else "no date"

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"date": self.date or None, "words": self.words, "competing": sorted(self.claim.competing), "claim": self.claim.as_dict()}


def of(index: Index, iri: str) -> list[Event]:
    """Return what is dated of a thing, in order of time, what has no date last; may be empty.

    :param iri: a work (with its parts and with the documents about it), a person or organization (with the works it is credited on), a
        document (with what it dates), an event, or any other thing
    """
    about = claims.about(index, iri)
    found = {claim.iri: claim for claim in about}
    documents = {passage.document for claim in about for position in claim.positions for passage in position.details.passages}
    credited = {value.iri for claim in about if claim.kind in ("Contribution", "Casting") for value in claim.roles.get("work", []) if _made(claim, iri)}
    if index.is_a(NamedNode(iri), "Document"):
        found |= {claim.iri: claims.load(index, claim.iri) for claim in claims.held(index, iri, "document")}
    for other in sorted(credited):
        found |= {claim.iri: claim for claim in claims.about(index, other) if claim.kind == "Release"}
    for document in sorted(documents):
        found |= {claim.iri: claim for claim in claims.about(index, document) if "publicationDate" in _properties(claim)}
    events = [Event(date, claim) for claim in found.values() for date in _dates(claim)]
    return sorted(events, key=lambda event: (not event.date, order(event.date), event.claim.rank, event.claim.iri))


def _made(claim: Claim, iri: str) -> bool:
    return any(value.iri == iri for value in claim.roles.get("agent", []))


def _properties(claim: Claim) -> set[str]:
    return {local(value.iri) for value in claim.roles.get("property", [])} if claim.kind == "Relation" else set()


def _dates(claim: Claim) -> list[str]:
    """Return the dates of a claim; one empty text for a release without one; nothing for other claims."""
    if claim.kind == "Release":
        return [value.text for value in claim.roles.get("date", [])] or [""]
    if any(name.lower().endswith(_DATED) for name in _properties(claim)):
        return [value.text for value in claim.roles.get("literalValue", [])]
    return []


def record(index: Index, iri: str, events: Iterable[Event]) -> dict[str, Any]:
    """Return the timeline of a thing as a JSON document."""
    return {"thing": {"iri": iri, "name": index.label(iri)}, "events": [event.as_dict() for event in events]}
