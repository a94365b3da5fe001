"""Literals exactly as written, in a store that keeps values.

Oxigraph stores numbers, booleans and times by value: `4.0` comes back as `4`, `"5"^^xsd:byte` as an xsd:integer. SHACL
speaks of terms. A literal that would change is therefore stored with a datatype of our own, which names the real one,
and restored in the report. Text of SPARQL-based constraints does not know of this; with those, values are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from whence.shacl.vocabulary import XSD, datatype_of, is_literal, to_term

if TYPE_CHECKING:
    from pyoxigraph import Quad

__all__ = ["exact_datatype", "exact_quads", "plain_value", "restored", "written"]

_MARK = "urn:x-whence:exact:"
_SUFFIX = f"^^<{_MARK}"
_NAMES = (
    "boolean byte date dateTime dateTimeStamp dayTimeDuration decimal double duration float gDay gMonth gMonthDay gYear "
    "gYearMonth int integer long negativeInteger nonNegativeInteger nonPositiveInteger positiveInteger short time "
    "unsignedByte unsignedInt unsignedLong unsignedShort yearMonthDuration"
).split()
_BY_VALUE = {f"{XSD}{name}" for name in _NAMES}
_TIMES = ("dateTime", "date", "time")


def exact_datatype(datatype: str) -> str:
    """Return the datatype a literal that would change is stored with.

    >>> exact_datatype("<http://www.w3.org/2001/XMLSchema#byte>")
    '<urn:x-whence:exact:http://www.w3.org/2001/XMLSchema#byte>'
    """
    return f"<{_MARK}{datatype[1:-1]}>"


def restored(term: str) -> str:
    """Return the term as it was written.

    >>> restored('"4.0"^^<urn:x-whence:exact:http://www.w3.org/2001/XMLSchema#decimal>')
    '"4.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    return term.replace(_SUFFIX, "^^<") if _SUFFIX in term and is_literal(term) else term


def _changed(literals: Iterable[Any]) -> set[Any]:
    """Return the literals a store would hand back differently."""
    from pyoxigraph import NamedNode, Quad, Store

    asked = {literal for literal in literals if literal.datatype.value in _BY_VALUE}
    store = Store()
    place = NamedNode(_MARK)
    store.extend([Quad(place, place, literal) for literal in asked])
    return asked - {quad.object for quad in store}


def _marked(literal: Any) -> Any:
    from pyoxigraph import Literal, NamedNode

    return Literal(literal.value, datatype=NamedNode(_MARK + literal.datatype.value))


def exact_quads(quads: list[Quad]) -> list[Quad]:
    """Return the quads with every literal that would change marked; the same list when there is none."""
    from pyoxigraph import Literal, Quad

    changed = _changed(quad.object for quad in quads if isinstance(quad.object, Literal))
    if not changed:
        return quads
    return [
        Quad(quad.subject, quad.predicate, _marked(quad.object), quad.graph_name) if quad.object in changed else quad
        for quad in quads
    ]


def written(term: str) -> str:
    """Return a term of a shapes graph as a store of exact literals holds it."""
    if not is_literal(term) or datatype_of(term)[1:-1] not in _BY_VALUE:
        return term
    literal = to_term(term)
    return str(_marked(literal)) if _changed([literal]) else term


def plain_value(term: str) -> str:
    """Return the expression for the value of a marked literal; an error for any other term but a constant."""
    if not term.startswith("?"):
        return term
    marked = f'STRSTARTS(STR(DATATYPE({term})), "{_MARK}{XSD}")'
    times = [f'IF(STRENDS(STR(DATATYPE({term})), "#{name}"), <{XSD}{name}>(STR({term})), 1/0)' for name in _TIMES]
    number = f"<{XSD}decimal>(STR({term})), <{XSD}double>(STR({term}))"
    return f"IF({marked}, COALESCE({', '.join(times)}, {number}), {term})"
