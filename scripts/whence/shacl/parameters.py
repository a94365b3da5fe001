"""The parameters of the Core constraint components (SHACL section 4): which values are well-formed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from whence.shacl.messages import literal
from whence.shacl.regex import translated
from whence.shacl.shapes_graph import ShapesGraph, ill_formed
from whence.shacl.vocabulary import INTEGER, STRING, TRUE, XSD, datatype_of, is_iri, is_literal, lexical, sh
from whence.shacl.xsd import is_well_formed

__all__ = ["CORE", "NODE_KINDS", "Parameter", "read_pattern"]

NODE_KINDS = {
    sh("IRI"): ("IRI",),
    sh("BlankNode"): ("Blank",),
    sh("Literal"): ("Literal",),
    sh("BlankNodeOrIRI"): ("Blank", "IRI"),
    sh("BlankNodeOrLiteral"): ("Blank", "Literal"),
    sh("IRIOrLiteral"): ("IRI", "Literal"),
}
_FALSE = f'"false"^^<{XSD}boolean>'
_BOOLEANS = (TRUE, _FALSE, f'"1"^^<{XSD}boolean>', f'"0"^^<{XSD}boolean>')


@dataclass(frozen=True, slots=True)
class Parameter:
    """A Core parameter that stands alone.

    :ivar accepts: whether a value is well-formed
    :ivar wanted: what a well-formed value is, for the error
    :ivar many: whether a shape may have several values, each a constraint of its own
    :ivar property_only: whether only property shapes may have it
    """

    accepts: Callable[[str], bool]
    wanted: str
    many: bool = False
    property_only: bool = False


def _integer(term: str) -> bool:
    return is_literal(term) and datatype_of(term) == INTEGER and is_well_formed(lexical(term), f"{XSD}integer")


def _boolean(term: str) -> bool:
    return term in _BOOLEANS


_IRI = (is_iri, "an IRI")
_INTEGER = (_integer, "an xsd:integer")
_LITERAL = (is_literal, "a literal")
_BOOLEAN = (_boolean, "true or false")

CORE: dict[str, Parameter] = {
    "class": Parameter(*_IRI, many=True),
    "datatype": Parameter(*_IRI),
    "nodeKind": Parameter(lambda term: term in NODE_KINDS, "one of the six node kinds"),
    "minCount": Parameter(*_INTEGER, property_only=True),
    "maxCount": Parameter(*_INTEGER, property_only=True),
    "minExclusive": Parameter(*_LITERAL),
    "minInclusive": Parameter(*_LITERAL),
    "maxExclusive": Parameter(*_LITERAL),
    "maxInclusive": Parameter(*_LITERAL),
    "minLength": Parameter(*_INTEGER),
    "maxLength": Parameter(*_INTEGER),
    "uniqueLang": Parameter(*_BOOLEAN, property_only=True),
    "equals": Parameter(*_IRI, many=True),
    "disjoint": Parameter(*_IRI, many=True),
    "lessThan": Parameter(*_IRI, many=True, property_only=True),
    "lessThanOrEquals": Parameter(*_IRI, many=True, property_only=True),
    "hasValue": Parameter(lambda term: True, "a term", many=True),
}


def _refused(pattern: str, flags: str) -> bool:
    """Whether the engine refuses a regular expression: one that grows too big."""
    import pyoxigraph

    arguments = ", ".join(str(pyoxigraph.Literal(text)) for text in (pattern, flags))
    solution: Any = next(iter(pyoxigraph.Store().query(f"SELECT (REGEX('', {arguments}) AS ?r) {{}}")))  # type: ignore[arg-type]
    return solution["r"] is None


def read_pattern(graph: ShapesGraph, node: str) -> tuple[tuple[str, str | None], dict[str, str]] | None:
    """Return the regular expression and flags of a shape as the engine takes them, and as written by name; or None.

    :raises ShapeError: they are no strings, or no regular expression the engine can judge
    """
    pattern, flags = graph.one(node, sh("pattern")), graph.one(node, sh("flags"))
    if pattern is None:
        return None
    for term in filter(None, (pattern, flags)):
        if not is_literal(term) or datatype_of(term) != STRING:
            raise ill_formed(node, "its sh:pattern or sh:flags is no plain string", predicate=sh("pattern"), value=pattern)
    text = lexical(pattern)
    shortened = text if len(text) < 80 else text[:77] + "..."
    try:
        engine_pattern, engine_flags = translated(text, lexical(flags) if flags else "")
        if _refused(engine_pattern, engine_flags):
            raise ValueError("it grows too big")
    except ValueError as error:
        problem = f"the regular expression {shortened!r} cannot be judged: {error}"
        raise ill_formed(node, problem, "Use the syntax of XPath.", predicate=sh("pattern"), value=pattern) from None
    said = {"pattern": pattern} | ({"flags": flags} if flags else {})
    return (literal(engine_pattern), literal(engine_flags) if engine_flags else None), said
