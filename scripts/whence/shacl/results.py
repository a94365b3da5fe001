"""Validation reports (SHACL section 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from whence.shacl.paths import Path, path_text, path_triples
from whence.shacl.vocabulary import TYPE, XSD, sh, to_term

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Result", "ShapeInfo", "ValidationReport", "report_graph"]


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
    """

    results: list[Result] = field(default_factory=list)
    focus_counts: dict[str, int] = field(default_factory=dict)
    unknown_classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shapes: dict[str, ShapeInfo] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all, of whatever severity (SHACL section 3.6.1.1)."""
        return not self.results

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)


def report_graph(report: ValidationReport) -> list[Triple]:
    """Return the report as the graph the W3C specifies (SHACL section 3.6.2).

    :returns: triples in a stable order; blank nodes are named `report`, `result1`, `path1`, ...
    """
    conforms = f'"{"true" if report.conforms else "false"}"^^<{XSD}boolean>'
    rows = [("_:report", TYPE, sh("ValidationReport")), ("_:report", sh("conforms"), conforms)]
    numbers = count(1)
    for number, result in enumerate(report.results, start=1):
        node = f"_:result{number}"
        rows.append(("_:report", sh("result"), node))
        rows.append((node, TYPE, sh("ValidationResult")))
        rows.append((node, sh("focusNode"), result.focus_node))
        if result.result_path is not None:
            path, described = path_triples(result.result_path, lambda: f"_:path{next(numbers)}")
            rows += [(node, sh("resultPath"), path), *described]
        optional = {"value": result.value, "sourceConstraint": result.source_constraint}
        rows += [(node, sh(name), term) for name, term in optional.items() if term is not None]
        rows += [(node, sh("resultMessage"), message) for message in result.messages]
        rows.append((node, sh("resultSeverity"), result.severity))
        rows.append((node, sh("sourceConstraintComponent"), result.component))
        rows.append((node, sh("sourceShape"), result.source_shape))
    return _triples(rows)


def _triples(rows: list[tuple[str, str, str]]) -> list[Triple]:
    from pyoxigraph import Triple

    terms = {text: to_term(text) for text in {term for row in rows for term in row}}
    return [Triple(terms[s], terms[p], terms[o]) for s, p, o in rows]  # type: ignore[arg-type]
