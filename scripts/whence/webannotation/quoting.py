"""The words of passages, from the texts that are held."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Quad

from whence.evidence import Texts, digest
from whence.namespaces import WH
from whence.report.words import count
from whence.webannotation.writing import Words

#: As many code points before and after as tools commonly keep to tell like words apart.
_AROUND = 32


class Quoting:
    """Gives the words of passages, and counts those that it cannot give."""

    def __init__(self, quads: Iterable[Quad], texts: Texts) -> None:
        said: dict[str, dict[str, str]] = {}
        for quad in quads:
            if quad.predicate.value in (WH + "fileName", WH + "textDigest"):
                said.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
        self._texts = {iri: texts.holding(own.get(WH + "textDigest", ""), own.get(WH + "fileName", "")) for iri, own in said.items()}
        self._unheld: set[str] = set()
        self._without = 0

    def __call__(self, document: str, start: int, end: int, stated: str) -> Words | None:
        """Return the words of a passage, or None where no text is held or its digest does not hold."""
        text = self._texts.get(document)
        if text is None:
            self._unheld.add(document)
        elif digest(text[start:end]) == stated:
            return Words(text[start:end], text[max(0, start - _AROUND) : start], text[end : end + _AROUND])
        self._without += 1
        return None

    @property
    def lacking(self) -> str:
        """A sentence on the passages that have no words, or an empty text."""
        if not self._without:
            return ""
        texts = f"the texts of {count(len(self._unheld), 'document')} are not held" if self._unheld else "their digests do not hold"
        return f"{count(self._without, 'passage has', 'passages have')} no quotes: {texts}. Name the folder of texts with --texts; whence evidence checks them."
