"""What checking a graph yields: findings with their places, and the report that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

#: A SHACL property path (SHACL section 2.3.1): `("pred", iri)`, `("inv", path)`, `("seq", path, ...)`, `("alt", path, ...)`,
#: `("star", path)`, `("plus", path)` or `("opt", path)`, where an IRI is an N-Triples term.
Path = tuple  # type: ignore[type-arg]

_REPETITIONS = {"star": "*", "plus": "+", "opt": "?"}


def path_text(path: Path) -> str:
    """Return the SPARQL 1.1 property path.

    >>> path_text(("seq", ("pred", "<p>"), ("star", ("inv", ("pred", "<q>")))))
    '<p>/(^<q>)*'
    """
    kind = path[0]
    if kind == "pred":
        return str(path[1])
    if kind == "inv":
        return "^" + _grouped(path[1])
    if kind == "seq":
        return "/".join(_grouped(part) if part[0] in ("alt", "seq") else path_text(part) for part in path[1:])
    if kind == "alt":
        return "|".join(_grouped(part) if part[0] == "alt" else path_text(part) for part in path[1:])
    return _grouped(path[1]) + _REPETITIONS[kind]


def _grouped(path: Path) -> str:
    return path_text(path) if path[0] == "pred" else f"({path_text(path)})"


def path_from_json(value: object) -> Path | None:
    """Return the path that JSON turned into nested lists."""
    if value is None:
        return None
    return tuple(path_from_json(part) if isinstance(part, list) else part for part in value)  # type: ignore[attr-defined]


class Severity(Enum):
    """The severities of SHACL section 2.1.4, strongest first; the value is the local name in `sh:`."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: file as the user named it, line and column 1-based, in code points."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth a look, in the graph.

    Terms are in N-Triples syntax (`<iri>`, `"literal"@en`, `_:b0`), so that a blank node, an IRI and a
    literal are never mixed up.

    :ivar rule: what was broken, a stable name: the IRI of a shape, or `check:<name>`, `syntax`, `ontology:<name>`
    :ivar severity: how bad it is
    :ivar message: one plain sentence that says what is wrong
    :ivar fix: one sentence that says how to mend it, or None when the message says it already
    :ivar focus_node: the node it is about, or None
    :ivar path: the SHACL result path, or None
    :ivar value: the offending value, or None
    :ivar component: IRI of the SHACL constraint component, or None for checks that are not SHACL
    :ivar place: where the offending triple (or its subject's block) stands, or None
    """

    rule: str
    severity: Severity
    message: str
    fix: str | None = None
    focus_node: str | None = None
    path: Path | None = None
    value: str | None = None
    component: str | None = None
    place: Place | None = None


@dataclass(slots=True)
class Report:
    """The outcome of checking one graph.

    :ivar findings: all findings, sorted by place, then rule, then focus node
    :ivar focus_counts: shape IRI to the number of focus nodes it met
    :ivar seconds: how long each stage took, by stage name
    """

    findings: list[Finding] = field(default_factory=list)
    focus_counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def conforms(self) -> bool:
        """Whether no finding is a violation (warnings and infos do not stop a query)."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __str__(self) -> str:
        lines = (f"{one.severity.value}: {one.message} {one.fix or ''} {one.place or ''}" for one in self.findings)
        return "\n".join((f"{'Conforms' if self.conforms else 'Does not conform'}, findings: {len(self.findings)}", *lines))

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"
