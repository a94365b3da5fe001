"""A Turtle document as a tree that keeps what the graph forgets: order, spelling, places and comments.

A comment belongs to the element it stands before on lines of its own (`before`), or to the element it
follows on the line (`after`). One that stands before a closing bracket or the final dot is `closing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

#: Brackets inside brackets that are laid out, at most: each is indented below the one around it.
DEEPEST = 100


class Shape(Enum):
    """What a node is written as."""

    IRI = "iri"
    ATOM = "atom"
    PROPERTIES = "properties"
    COLLECTION = "collection"


@dataclass(slots=True)
class Node:
    """A subject, an object or a member of a collection.

    :ivar text: the token with its language tag or datatype; empty when nested
    :ivar key: the term as `whence.rdf.terms` has it; for a nested node `_:[` and its offset, which no label has
    :ivar offset: where it starts, in code points
    :ivar opening: the comment behind the opening bracket
    """

    shape: Shape
    text: str = ""
    key: str = ""
    offset: int = 0
    properties: list[Property] = field(default_factory=list)
    members: list[Node] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Property:
    """A verb with its objects.

    :ivar verb: as written, `a` for every spelling of `rdf:type`
    :ivar iri: the IRI it stands for
    :ivar offset: where the verb starts, in code points
    """

    verb: str
    iri: str
    objects: list[Node] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    offset: int = 0


@dataclass(slots=True)
class Statement:
    """A subject with its properties, up to the dot."""

    subject: Node
    properties: list[Property] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Directive:
    """`@prefix` (with a prefix such as `wh:`) or `@base` (prefix None)."""

    prefix: str | None
    iri: str
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Paragraph:
    """Comment lines that a blank line sets apart from what follows."""

    lines: list[str]


#: The items of a text from top to bottom.
Document = list[Statement | Directive | Paragraph]
