"""Validation reports and their messages (SHACL section 3.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, RdfFormat, Triple, parse

from whence.findings import Path, path_text
from whence.namespaces import shorten
from whence.report import w3c
from whence.shacl.shapes_graph import Problem
from whence.shacl.vocabulary import datatype_of, is_iri, is_literal, lexical

if TYPE_CHECKING:
    from whence.shacl.rules import Inferred

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_PLAIN = {
    "class": "The value is not an instance of {class}.",
    "datatype": "The value is not a well-formed literal of datatype {datatype}.",
    "nodeKind": "The value is not of node kind {nodeKind}.",
    "minCount": "The number of values is below {minCount}.",
    "maxCount": "The number of values is above {maxCount}.",
    "minExclusive": "The value is not greater than {minExclusive}.",
    "minInclusive": "The value is not at least {minInclusive}.",
    "maxExclusive": "The value is not less than {maxExclusive}.",
    "maxInclusive": "The value is not at most {maxInclusive}.",
    "minLength": "The value has fewer than {minLength} characters.",
    "maxLength": "The value has more than {maxLength} characters.",
    "pattern": "The value does not match the pattern {pattern}.",
    "languageIn": "The value is not in one of the languages {languageIn}.",
    "uniqueLang": "Several values are in the language {language}.",
    "equals": "The values are not those of {equals}.",
    "disjoint": "The value is also a value of {disjoint}.",
    "lessThan": "The value is not less than {other}, which is a value of {lessThan}.",
    "lessThanOrEquals": "The value is greater than {other}, which is a value of {lessThanOrEquals}.",
    "not": "The value conforms to the shape {not}, which it must not.",
    "and": "The value does not conform to all of the shapes.",
    "or": "The value conforms to none of the shapes.",
    "xone": "The value does not conform to exactly one of the shapes.",
    "node": "The value does not conform to the shape {node}.",
    "qualifiedMinCount": "Fewer than {qualifiedMinCount} values conform to the shape {qualifiedValueShape}.",
    "qualifiedMaxCount": "More than {qualifiedMaxCount} values conform to the shape {qualifiedValueShape}.",
    "closed": "The property {path} is not allowed here.",
    "hasValue": "The value {hasValue} is missing.",
    "expression": "The expression is not true of the value.",
    "in": "The value is not one of the allowed values.",
    "classes": "The value is not an instance of one of the classes {class}.",
    "datatypes": "The value is not a well-formed literal of one of the datatypes {datatype}.",
    "nodeKinds": "The value is of none of the node kinds {nodeKind}.",
    "singleLine": "The value has more than one line.",
    "rootClass": "The value is neither the class {rootClass} nor below it.",
    "subsetOf": "The value is none of the values of {subsetOf}.",
    "someValue": "None of the values conforms to the shape {someValue}.",
    "hasValueIn": "None of the values is one of those wanted.",
    "uniqueValuesFor": "Another target node has the same values of {uniqueValuesFor}.",
    "reifierShape": "A reifier of the triple of the value does not conform to the shape {reifierShape}, or there is none and one is required.",
    "memberShape": "The value is no list whose members all conform to the shape {memberShape}.",
    "minListLength": "The value is no list of at least {minListLength} members.",
    "maxListLength": "The value is no list of at most {maxListLength} members.",
    "uniqueMembers": "The value is no list whose members are all different.",
}


def _shown(term: str) -> str:
    if is_iri(term):
        return shorten(lexical(term))
    return lexical(term) if is_literal(term) else "a blank node"


def default_message(kind: str, terms: Mapping[str, str]) -> str:
    """Return a sentence for a Core constraint that has no message of its own.

    >>> default_message("minCount", {"minCount": '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'})
    'The number of values is below 1.'
    """
    template = _PLAIN.get(kind, "The node does not meet the constraint.")
    return re.sub(r"\{(\w+)\}", lambda match: _shown(terms.get(match.group(1), '""')), template)


def filled(message: str, terms: Mapping[str, str]) -> str:
    """Return a message literal with `{?name}` and `{$name}` replaced (SHACL section 5.3.2).

    >>> filled('"no {?value}"@en', {"value": '"x"'})
    '"no x"@en'
    """
    if "{" not in message:
        return message
    text = lexical(message)
    text = _PLACEHOLDER.sub(
        lambda match: _shown(terms[match.group(1)]) if match.group(1) in terms else match.group(), text
    )
    tail = message[message.rindex('"') + 1 :] if datatype_of(message) else ""
    return literal(text) + tail


def literal(text: str) -> str:
    """Return a plain literal in N-Triples syntax."""
    return str(Literal(text))


@dataclass(frozen=True, slots=True)
class ShapeInfo:
    """What a person wants to know of a shape."""

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
    :ivar problems: shapes left out, what of the shapes was not understood, and what rules inferred
    :ivar inferred: what rules inferred before, None without rules
    """

    results: list[Result] = field(default_factory=list)
    focus_counts: dict[str, int] = field(default_factory=dict)
    unknown_classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shapes: dict[str, ShapeInfo] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    inferred: Inferred | None = None

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
