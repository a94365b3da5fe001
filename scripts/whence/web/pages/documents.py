"""A document's claims in the order of its text, and where each passage sits; no text is held."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from whence.things import Claim, Index, Position, claims
from whence.things.index import wh


@dataclass(slots=True)
class Run:
    """One run of the text with the positions taken there.

    :ivar question: IRI, number and asker where an interview's question stands here
    """

    document: str
    start: int
    end: int
    entries: list[tuple[Claim, Position]] = field(default_factory=list)
    question: tuple[str, str, str] | None = None

    @property
    def holder(self) -> str:
        """The IRI of a position or question that stands here."""
        return self.entries[0][1].iri if self.entries else self.question[0] if self.question else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read: its length, its passages in text order, and what it does not say.

    :ivar silences: IRI, topic and count of each statement on how often something is there
    :ivar writers: the IRIs of those who wrote it and are named by it alone, as "the writer of ..."
    """

    length: int
    passages: list[Run]
    silences: list[tuple[str, str, int]]
    writers: frozenset[str]

    @property
    def count(self) -> int:
        """The number of positions."""
        return len({position.iri for passage in self.passages for _, position in passage.entries})


def read(index: Index, iri: str) -> Reading:
    """Return the passages of a document in text order."""
    found: dict[tuple[int, int], Run] = {}
    for claim in claims.ranked(claims.held(index, iri, "document")):
        for position in claim.in_order:
            for place in position.passages:
                found.setdefault((place.start, place.end), Run(iri, place.start, place.end)).entries.append((claim, position))
    silences = []
    for node in index.subjects(wh("document"), NamedNode(iri)):
        start, end, number = (index.value(node, wh(name)) for name in ("start", "end", "questionNumber"))
        if number and start and end and index.is_a(node, "Question"):
            asker = index.value(node, wh("askedBy"))
            found.setdefault((int(start), int(end)), Run(iri, int(start), int(end))).question = (node.value, number, index.name(asker) if asker else "")
        elif index.is_a(node, "CompletenessStatement"):
            if count := index.value(node, wh("count")):
                silences.append((index.label(node.value), node.value, int(count)))
    told = index.value(NamedNode(iri), wh("textLength"))
    length = int(told) if told else max((end for _, end in found), default=1)
    passages = sorted(found.values(), key=lambda passage: (passage.start, -passage.end))
    writers = frozenset(one.value for one in index.things(NamedNode(iri), wh("writer")) if index.label(iri) in index.label(one.value))
    return Reading(length, passages, [(node, topic, count) for topic, node, count in sorted(silences)], writers)
