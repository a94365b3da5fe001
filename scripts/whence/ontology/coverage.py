"""How much of each source text the graph holds: sentences, claims, attestations, and what no passage touches.

Sentences are told by their offsets alone (Unicode code points, end exclusive); no text of a source is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Store

from whence.errors import InputError
from whence.store.layout import GraphFiles
from whence.namespaces import OA, PREFIXES, WH

__all__ = ["COMMITMENTS", "Coverage", "Passage", "coverage", "sentences"]

#: The commitments in the order of the table.
COMMITMENTS = ("Stated", "Hedged", "Implied", "Promotional", "QuestionPremise")
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…][\"'”’)\]]*(?=\s)|(?=\n)|\Z)")


@dataclass(frozen=True, slots=True)
class Passage:
    """One attestation's stretch of a text, with its claim and the local name of its commitment."""

    start: int
    end: int
    claim: str
    commitment: str


@dataclass(slots=True)
class Coverage:
    """What the graph holds of one text.

    :ivar document: local name of the document
    :ivar length: code points of the text
    :ivar sentences: start and end of each sentence
    :ivar passages: the attestations' passages
    """

    document: str
    length: int
    sentences: list[tuple[int, int]]
    passages: list[Passage] = field(default_factory=list)

    @property
    def covered(self) -> int:
        """The number of code points that some passage covers."""
        reached = total = 0
        for start, end in sorted((passage.start, passage.end) for passage in self.passages):
            total += max(0, end - max(start, reached))
            reached = max(reached, end)
        return total

    @property
    def claims(self) -> int:
        """The number of claims that the text takes a position on."""
        return len({passage.claim for passage in self.passages})

    def without_claim(self) -> list[tuple[int, int]]:
        """Return the sentences that no passage touches, in text order."""
        return [(s, e) for s, e in self.sentences if not any(p.start < e and s < p.end for p in self.passages)]


def sentences(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence: up to a full stop, question or exclamation mark, or the end of a line.

    >>> sentences("One. Two?\\nThree")
    [(0, 4), (5, 9), (10, 15)]
    """
    found = []
    for match in _SENTENCE.finditer(text):
        inner = match.group().strip()
        if inner:
            start = match.start() + match.group().index(inner)
            found.append((start, start + len(inner)))
    return found


def coverage(files: GraphFiles, texts: dict[str, str]) -> Iterator[Coverage]:
    """Yield the coverage of each document, by its name.

    :param files: the graph directory
    :param texts: file name to text, decoded as UTF-8 with no newline translation
    :raises InputError: the text of a document is missing
    """
    store = Store()
    for path in files.data:
        store.load(path=path)
    names = store.query("SELECT ?document ?file { ?document wh:fileName ?file } ORDER BY ?document", prefixes=PREFIXES)
    for row in list(names):
        file = row["file"].value
        if file not in texts:
            raise InputError("The text is missing.", fix="Point --texts at the directory with all source texts.", file=file)
        found = Coverage(row["document"].value.rsplit("/", 1)[-1], len(texts[file]), sentences(texts[file]))
        found.passages = list(_passages(store, row["document"]))
        yield found


def _passages(store: Store, document: NamedNode) -> Iterator[Passage]:
    def one(subject: NamedNode, predicate: str) -> NamedNode:
        return next(quad.object for quad in store.quads_for_pattern(subject, NamedNode(predicate), None))

    for source in store.quads_for_pattern(None, NamedNode(OA + "hasSource"), document):
        selector = one(source.subject, OA + "hasSelector")
        start, end = (int(one(selector, OA + name).value) for name in ("start", "end"))
        for use in store.quads_for_pattern(None, NamedNode(WH + "passage"), source.subject):
            claims = list(store.quads_for_pattern(use.subject, NamedNode(WH + "attests"), None))
            if claims:
                commitment = one(use.subject, WH + "commitment").value.removeprefix(WH)
                yield Passage(start, end, claims[0].object.value, commitment)
