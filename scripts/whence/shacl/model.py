"""The shape model: what a shapes graph says, read and checked, before anything is compiled."""

from __future__ import annotations

from dataclasses import dataclass, field

from whence.findings import Path


@dataclass(frozen=True, slots=True)
class Target:
    """One target declaration (SHACL section 2.1.3).

    :ivar kind: `node`, `class`, `subjects`, `objects`, `query`, `where` (the nodes that conform to a shape), `all subjects` or `all objects`
    :ivar term: the node, class, predicate, query or the shape's node
    :ivar shape: the shape of `where`
    """

    kind: str
    term: str
    shape: Shape | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Validator:
    """A SPARQL-based constraint or the validator of a constraint component (SHACL sections 5 and 6).

    :ivar text: the query with its prefixes in front
    :ivar ask: whether the query is an ASK
    :ivar parameters: pre-bound variable to term
    :ivar messages: message literals of the constraint or validator
    :ivar node: the constraint's node in the shapes graph, for `sh:sourceConstraint`, or None
    """

    text: str
    ask: bool
    parameters: dict[str, str]
    messages: tuple[str, ...]
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape.

    :ivar kind: local name of its first parameter (`minCount`, `class`, ...), `sparql` or `component`
    :ivar component: IRI of the constraint component
    :ivar arguments: the parameter values, as the compiler of that kind wants them
    :ivar said: the parameter values by name, as terms, for messages
    """

    kind: str
    component: str
    arguments: tuple[object, ...] = ()
    said: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Shape:
    """A node shape or property shape.

    :ivar path: the path of a property shape, None for a node shape
    :ivar messages: its `sh:message` literals
    """

    node: str
    path: Path | None
    severity: str
    messages: tuple[str, ...] = ()
    deactivated: bool = False
    targets: tuple[Target, ...] = ()
    name: str | None = None
    description: str | None = None
    constraints: list[Constraint] = field(default_factory=list)
