"""The compiled form: query texts with what is needed to read their rows, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from whence.findings import Path, path_from_json
from whence.shacl.dependencies import Dependency
from whence.shacl.embedded_sparql import Call
from whence.shacl.shapes_graph import Problem
from whence.shacl.sparql_constraints import Function


@dataclass(slots=True)
class FocusQuery:
    """The query that yields the focus nodes of a shape with targets.

    :ivar depends: what an edit must touch to change them, None when anything may
    """

    shape: str
    text: str
    classes: tuple[str, ...] = ()
    depends: tuple[Dependency, ...] | None = None


@dataclass(slots=True)
class Query:
    """The query of one constraint: each row is one violation.

    :ivar text: SPARQL with `printer.RESTRICTION` where `?this` may be pinned
    :ivar root: the shape whose targets lead here
    :ivar scan: the same query from the values' end, or None
    :ivar scan_predicates: the predicates that one reads from end to end
    :ivar said: parameter values by name, for messages
    :ivar value_is_focus: whether the focus node is the value where the row has none
    :ivar source_constraint: node of the SPARQL-based constraint
    :ivar focus_text: when set, the query runs once for each node this one yields, bound at its `BINDINGS`
    :ivar by_value: whether it is text of a shape's own, which knows literals by their values only
    :ivar depends: what an edit must touch to change the outcome, None when anything may
    """

    text: str
    shape: str
    component: str
    kind: str
    severity: str
    root: str = ""
    scan: str | None = None
    scan_predicates: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    path: Path | None = None
    said: dict[str, str] = field(default_factory=dict)
    value_is_focus: bool = False
    source_constraint: str | None = None
    focus_text: str | None = None
    by_value: bool = False
    depends: tuple[Dependency, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule (SHACL-AF section 8).

    :ivar iri: what its focus nodes are joined to in the graph `compiler.TARGETS`
    :ivar focus: the query of its focus nodes, those that meet its conditions
    :ivar text: the query of its triples, a CONSTRUCT of values when `sparql`, else a SELECT of their three terms
    :ivar alone: whether the query runs once for each focus node, bound at its `BINDINGS`
    :ivar told: the finding about it, whose message is the subject of a sentence
    """

    iri: str
    shape: str
    shape_order: float
    order: float
    focus: str
    text: str
    sparql: bool
    alone: bool
    told: Problem


@dataclass(slots=True)
class Plan:
    """Everything a run needs, ready for JSON.

    :ivar focus: the query of each shape's focus nodes
    :ivar queries: the query of each constraint
    :ivar calls: validators that are asked for one node at a time
    :ivar targets: queries of SPARQL-based targets, by the IRI their focus nodes have in the graph `TARGETS`
    :ivar functions: SPARQL-based functions by IRI
    :ivar rules: what infers triples, in the order of execution
    :ivar problems: what was not understood, and shapes left out
    :ivar triples: the shapes graph, when a query reads it
    """

    focus: list[FocusQuery]
    queries: list[Query]
    calls: list[Call] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    triples: list[tuple[str, str, str]] = field(default_factory=list)


def from_json(value: dict[str, Any]) -> Plan:
    """Return the plan of which `value` is what `dataclasses.asdict` makes."""
    focus = [FocusQuery(**{**row, "classes": tuple(row["classes"]), "depends": _depends(row)}) for row in value["focus"]]
    queries = [
        Query(**{
            **row,
            "messages": tuple(row["messages"]),
            "scan_predicates": tuple(row["scan_predicates"]),
            "path": path_from_json(row["path"]),
            "depends": _depends(row),
        })
        for row in value["queries"]
    ]
    calls = [Call(**{**row, "names": tuple(row["names"])}) for row in value["calls"]]
    functions = {iri: Function(**{**row, "parameters": tuple(row["parameters"])}) for iri, row in value["functions"].items()}
    rules = [Rule(**{**row, "told": Problem(**row["told"])}) for row in value["rules"]]
    problems = [Problem(**row) for row in value["problems"]]
    return Plan(focus, queries, calls, value["targets"], functions, rules, problems, [tuple(row) for row in value["triples"]])


def _depends(row: dict[str, Any]) -> tuple[Dependency, ...] | None:
    if row["depends"] is None:
        return None
    return tuple(
        Dependency(item["predicate"], item["forward"], path_from_json(item["prefix"]), item["everything"])
        for item in row["depends"]
    )
