"""RDF terms as pages and documents use them: text with its kind."""

from __future__ import annotations

import json
from typing import Any

from whence.web.message import IRI

__all__ = ["IRI", "Row", "Term", "rows"]


class Term(str):
    """An RDF term: the text itself, with what else is known of it.

    :ivar kind: `uri`, `bnode` or `literal`
    :ivar language: the language tag of a literal, or an empty text
    :ivar datatype: the datatype of a literal, or an empty text for plain strings
    """

    __slots__ = ("datatype", "kind", "language")

    kind: str
    language: str
    datatype: str

    @classmethod
    def from_json(cls, found: dict[str, str]) -> Term:
        """Return the term of a SPARQL JSON binding.

        >>> Term.from_json({"type": "literal", "value": "Rouge", "xml:lang": "en"}).language
        'en'
        """
        term = cls(found["value"])
        term.kind = found["type"]
        term.language = found.get("xml:lang", "")
        term.datatype = found.get("datatype", "")
        return term


Row = dict[str, Term]


def rows(body: bytes) -> list[Row]:
    """Return the rows of SPARQL JSON; of a boolean one empty row for true, none for false.

    >>> rows(b'{"head":{},"boolean":true}')
    [{}]
    """
    document: Any = json.loads(body)
    if "boolean" in document:
        return [{}] if document["boolean"] else []
    return [{name: Term.from_json(term) for name, term in row.items()} for row in document["results"]["bindings"]]
