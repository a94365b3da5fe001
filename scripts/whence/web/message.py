"""What the front asks of a worker."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from whence.web.frames import ASK, framed, packed

__all__ = ["IRI", "Question", "may_change", "parameter"]

_CHANGING = re.compile(r"\b(?:RAND|NOW|UUID|STRUUID|BNODE)\b|SERVICE")


class IRI(str):
    """An IRI as a value for a query, to be told from a plain string."""


@dataclass(slots=True)
class Question:
    """One query to evaluate and the form its answer is wanted in.

    :ivar query: the SPARQL text, front matter and all
    :ivar values: name to text of parameters the query's front matter declares
    :ivar bound: name, type and text of parameters declared by the caller, for queries without front matter
    :ivar accept: the client's `Accept`, or None
    :ivar formats: words for a format that go before `accept`, the first that fits counts
    :ivar wide: whether Markdown and plain tables are offered too
    :ivar encoding: `gzip` or None
    :ivar default_graphs: IRIs of the default graph, or None for what the query or the store says
    :ivar named_graphs: the same for the named graphs
    :ivar rows: at most so many rows or triples
    :ivar size: at most so many bytes before compression
    :ivar offset: rows to leave out at the start
    :ivar page: rows to give after these, or None for all
    :ivar next_link: the address of the page after this one, told as `Link` when there is one
    :ivar calls: seconds that its calls of other servers may take
    :ivar known: entity tags the client holds (`If-None-Match`), or None
    :ivar base: the base IRI of relative references in the query, or empty for none
    :ivar neat: write graphs sorted and in the house style, JSON-LD with our context: for small graphs
    :ivar required: a graph without triples means that there is no such thing (404)
    """

    query: str
    values: dict[str, str] = field(default_factory=dict)
    bound: list[tuple[str, str, str]] = field(default_factory=list)
    accept: str | None = None
    formats: tuple[str, ...] = ()
    wide: bool = False
    encoding: str | None = None
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None
    rows: int = 0
    size: int = 0
    offset: int = 0
    page: int | None = None
    next_link: str = ""
    calls: float = 0.0
    known: str | None = None
    base: str = ""
    neat: bool = False
    required: bool = False

    def framed(self) -> bytes:
        """Return the message to a worker: the query is its body, everything else its head."""
        return framed(ASK, packed(self.fields()), self.query.encode("utf-8", "surrogatepass"))

    def fields(self) -> dict[str, Any]:
        """Return what differs from the defaults, but for the query.

        >>> Question("ASK {}", rows=10).fields()
        {'rows': 10}
        """
        return {
            name: value
            for name, plain in _DEFAULTS
            if (value := getattr(self, name)) is not plain and (value or (value is not None and name in _EMPTY_MEANS))
        }


_DEFAULTS = tuple((name, entry.default) for name, entry in Question.__dataclass_fields__.items() if name != "query")
#: Fields whose empty value says something else than None.
_EMPTY_MEANS = ("default_graphs", "named_graphs", "page")


def parameter(name: str, value: str | int | float | bool) -> tuple[str, str, str]:
    """Return name, type and text of a value for `Question.bound`.

    >>> parameter("n", 3), parameter("thing", IRI("a:b")), parameter("name", "Rouge")
    (('n', 'integer', '3'), ('thing', 'iri', '<a:b>'), ('name', 'string', 'Rouge'))
    """
    if isinstance(value, IRI):
        return name, "iri", f"<{value}>"
    if isinstance(value, bool):
        return name, "boolean", "true" if value else "false"
    if isinstance(value, int):
        return name, "integer", str(value)
    if isinstance(value, float):
        return name, "decimal", f"{value:f}"
    return name, "string", value


def may_change(words: str) -> bool:
    """Report whether the answer to a query may be another each time; a harmless mention only costs being remembered.

    :param words: the query in capitals, its prologue left out or not

    >>> may_change("SELECT (NOW() AS ?X) {}"), may_change("ASK { ?KNOWN ?P ?O }")
    (True, False)
    """
    possible = "RAND" in words or "NOW" in words or "UUID" in words or "BNODE" in words or "SERVICE" in words
    return possible and _CHANGING.search(words) is not None
