"""Validation reports (SHACL section 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence.findings import Path, path_text
from whence.report import w3c
from whence.shacl.shapes_graph import Problem

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Result", "ShapeInfo", "ValidationReport", "report_graph", "report_text"]


@dataclass(frozen=True, slots=True)
class ShapeInfo:
    """What a person wants to know of a shape.

    :ivar name: its `sh:name`, or None
    :ivar description: its `sh:description`, or None
    """

    name: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result; terms are in N-Triples syntax.

    :ivar component: IRI of the constraint component, in angle brackets
    :ivar severity: IRI of the severity, in angle brackets
    :ivar source_shape: the shape's node
    :ivar messages: literals, one per language
    :ivar result_path: the path as `whence.shacl.paths` has it, or None
    :ivar query: number of the query in the plan that found it
    """

    focus_node: str
    value: str | None
    component: str
    severity: str
    source_shape: str
    messages: tuple[str, ...]
    result_path: Path | None = None
    source_constraint: str | None = None
    query: int = 0

    @property
    def path(self) -> str | None:
        """The result path in SPARQL property-path syntax, or None."""
        return None if self.result_path is None else path_text(self.result_path)


@dataclass(slots=True)
class ValidationReport:
    """The outcome of validating one data graph.

    :ivar results: by shape in the order of the plan, then focus node, path and value
    :ivar focus_counts: shape with targets to the number of its focus nodes
    :ivar unknown_classes: shape to those of its target classes that the data graph neither declares nor uses
    :ivar shapes: every shape of the plan to its name and description
    :ivar seconds: how long each query took, in the order of the plan
    :ivar problems: shapes left out, and what of the shapes was not understood
    """

    results: list[Result] = field(default_factory=list)
    focus_counts: dict[str, int] = field(default_factory=dict)
    unknown_classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shapes: dict[str, ShapeInfo] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all, of whatever severity (SHACL section 3.6.1.1)."""
        return not self.results

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)


def report_text(report: ValidationReport) -> str:
    """Return the report in Turtle, as the W3C specifies it (SHACL section 3.6), in the order of the results."""
    return w3c.document(map(_described, report.results))


def report_graph(report: ValidationReport) -> list[Triple]:
    """Return the triples of the report (SHACL section 3.6.2)."""
    from pyoxigraph import RdfFormat, parse

    return [quad.triple for quad in parse(report_text(report), format=RdfFormat.TURTLE)]


def _described(result: Result) -> Iterator[w3c.Property]:
    """Yield the properties of a result, and whose blank nodes their values may be."""
    yield "sh:focusNode", result.focus_node, w3c.DATA
    if result.result_path is not None:
        yield "sh:resultPath", result.result_path, w3c.DATA
    if result.value is not None:
        yield "sh:value", result.value, w3c.DATA
    for message in result.messages:
        yield "sh:resultMessage", message, w3c.DATA
    yield "sh:resultSeverity", result.severity, w3c.SHAPES
    yield "sh:sourceConstraintComponent", result.component, w3c.SHAPES
    if result.source_constraint is not None:
        yield "sh:sourceConstraint", result.source_constraint, w3c.SHAPES
    yield "sh:sourceShape", result.source_shape, w3c.SHAPES
