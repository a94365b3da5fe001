"""A document's claims in the order of its text, and where each passage sits; no text is held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence.web.page_context import together
from whence.web.pages.claims import IN_DOCUMENT, Claim, Position, load
from whence.web.terms import IRI

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["Passage", "Reading", "read"]

_LENGTH = "SELECT ?length { ?thing wh:textLength ?length }"
_SILENCE = """SELECT DISTINCT ?statement ?topic ?count { ?statement a wh:CompletenessStatement ; wh:document ?thing ; wh:topic ?topic ; wh:count ?count
  FILTER(isLiteral(?topic)) } ORDER BY ?topic ?statement"""
_QUESTIONS = """SELECT DISTINCT ?question ?number ?start ?end ?name { ?question a wh:Question ; wh:document ?thing ; wh:questionNumber ?number ; wh:start ?start ; wh:end ?end
  OPTIONAL { ?question wh:askedBy/skos:prefLabel ?name FILTER(LANG(?name) = "en") } } ORDER BY ?start"""


@dataclass(slots=True)
class Passage:
    """One run of the text with the positions taken there.

    :ivar question: address, number and asker where an interview's question stands here
    """

    start: int
    end: int
    entries: list[tuple[Claim, Position]] = field(default_factory=list)
    question: tuple[str, str, str] | None = None


@dataclass(slots=True)
class Reading:
    """A document as read: its length, its passages in text order, and what it does not say."""

    length: int
    passages: list[Passage]
    silences: list[tuple[str, str, int]]

    @property
    def count(self) -> int:
        """The number of positions."""
        return len({position.iri for passage in self.passages for _, position in passage.entries})


async def read(context: Context, iri: str) -> Reading:
    """Return the passages of a document in text order."""
    thing = {"thing": IRI(iri)}
    found: dict[tuple[int, int], Passage] = {}
    claims, questions, lengths, silent = await together(
        load(context, IN_DOCUMENT, iri), context.select(_QUESTIONS, thing), context.select(_LENGTH, thing), context.select(_SILENCE, thing)
    )
    for claim in claims:
        for position in claim.positions:
            for place in position.passages:
                found.setdefault(place, Passage(*place)).entries.append((claim, position))
    for row in questions:
        place = (int(row["start"]), int(row["end"]))
        asked = (context.page_address(row["question"]), str(row["number"]), str(row.get("name", "")))
        found.setdefault(place, Passage(*place)).question = asked
    length = int(lengths[0]["length"]) if lengths else max((end for _, end in found), default=1)
    silences = [(context.page_address(row["statement"]), str(row["topic"]), int(row["count"])) for row in silent]
    return Reading(length, sorted(found.values(), key=lambda passage: (passage.start, -passage.end)), silences)
