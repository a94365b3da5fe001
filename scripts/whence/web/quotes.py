"""The words of passages, where the keeper of the server holds the texts."""

from __future__ import annotations

from functools import cached_property

from pyoxigraph import NamedNode

from whence.evidence.texts import Texts, digest
from whence.things import Index, Passage
from whence.things.index import wh

_DIGEST, _PASSAGE, _TEXT_DIGEST, _FILE = map(wh, ("passageDigest", "passage", "textDigest", "fileName"))


class Quotes:
    """The texts in a folder, to be asked for passages; threads may share it.

    :raises InputError: there is no such folder
    """

    def __init__(self, directory: str) -> None:
        self._texts = Texts(directory)

    def words(self, index: Index, place: Passage, holder: str) -> str:
        """Return the words of a passage, or an empty text where no text is held whose words have its digest.

        :param holder: the IRI of what stands there: a position, a question or the passage itself
        """
        node = NamedNode(holder)
        known = {index.value(one, _DIGEST) for one in (node, *index.things(node, _PASSAGE))}
        text = self._text(index, NamedNode(place.document))
        words = text[place.start : place.end] if text is not None else ""
        return words if words and digest(words) in known else ""

    def _text(self, index: Index, document: NamedNode) -> str | None:
        named = self._by_digest.get(index.value(document, _TEXT_DIGEST)) or index.value(document, _FILE)
        return self._texts[named].text if named else None

    @cached_property
    def _by_digest(self) -> dict[str, str]:
        return {digest(raw): name for name in self._texts.names if (raw := self._texts[name].raw) is not None}
