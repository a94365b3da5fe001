"""Literals judged as XSD has them, whatever the engine can hold.

Oxigraph stores numbers, booleans and times by value: `4.0` comes back as `4`, `"5"^^xsd:byte` as an xsd:integer. SHACL
speaks of terms. In a store of exact literals one that would change has a datatype of our own, which names the real one,
and is restored in the report. What the engine cannot compare, such as these, booleans, and numbers beyond 64 bits, is
compared by functions that the queries call only then.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from functools import lru_cache
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from whence.rdf.terms import nt, term_of
from whence.shacl import xsd
from whence.shacl.vocabulary import XSD, datatype_of, is_literal

_MARK = "urn:x-whence:exact:"
_SUFFIX = f"^^<{_MARK}"
#: IRIs of the functions: COMPARES(left, sign, right) and IS_WELL_FORMED(literal, datatype) are true, false or an error.
COMPARES, IS_WELL_FORMED = "<urn:x-whence:compares>", "<urn:x-whence:is-well-formed>"
_NAMES = (
    "boolean byte date dateTime dateTimeStamp dayTimeDuration decimal double duration float gDay gMonth gMonthDay gYear "
    "gYearMonth int integer long negativeInteger nonNegativeInteger nonPositiveInteger positiveInteger short time "
    "unsignedByte unsignedInt unsignedLong unsignedShort yearMonthDuration"
).split()
_BY_VALUE = {f"{XSD}{name}" for name in _NAMES}
_SIGNS: dict[str, tuple[int, ...]] = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0)}


def exact_datatype(datatype: str) -> str | None:
    """Return the datatype a literal that would change is stored with; None when those of the datatype never change.

    >>> exact_datatype("<http://www.w3.org/2001/XMLSchema#byte>")
    '<urn:x-whence:exact:http://www.w3.org/2001/XMLSchema#byte>'
    """
    return f"<{_MARK}{datatype[1:-1]}>" if datatype[1:-1] in _BY_VALUE else None


def has_order(term: str) -> bool:
    """Whether a literal equals itself, as `NaN` and what has no order do not."""
    literal = term_of(restored(term))
    pair = (literal.value, literal.datatype.value)
    return not literal.language and xsd.compare(pair, pair) == 0


def restored(term: str) -> str:
    """Return the term as it was written.

    >>> restored('"4.0"^^<urn:x-whence:exact:http://www.w3.org/2001/XMLSchema#decimal>')
    '"4.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    return term.replace(_SUFFIX, "^^<") if _SUFFIX in term and term.startswith(('"', "<<")) else term


def restored_text(query: str) -> str:
    """Return a query for a store of exact literals as one for a store of values."""
    return query.replace(_SUFFIX, "^^<").replace(f"<{_MARK}", "<")


def _as_stored(literals: Iterable[Any]) -> dict[Any, Any]:
    """Return each literal a store would hand back differently, with what that would be."""
    asked = [literal for literal in dict.fromkeys(literals) if literal.datatype.value in _BY_VALUE]
    place, store = NamedNode(_MARK), Store()
    store.extend([Quad(NamedNode(f"{_MARK}{number}"), place, literal) for number, literal in enumerate(asked)])
    kept = ((asked[int(quad.subject.value[len(_MARK) :])], quad.object) for quad in store)  # type: ignore[union-attr]
    return {literal: other for literal, other in kept if literal != other}


def altered(quads: list[Quad]) -> dict[Any, Any]:
    """Return the literals of a graph that a store would alter, each with what it would hold instead."""
    terms: list[Any] = [quad.object for quad in quads if isinstance(quad.object, Literal | Triple)]
    while any(isinstance(term, Triple) for term in terms):
        terms = [term.object if isinstance(term, Triple) else term for term in terms]
    return _as_stored(term for term in terms if isinstance(term, Literal))


def _marked(literal: Any) -> Any:
    return Literal(literal.value, datatype=NamedNode(_MARK + literal.datatype.value))


def _exact(term: Any, changed: Container[Any]) -> Any:
    """Return a term with its literal marked, inside triple terms too; the term itself when there is nothing to mark."""
    if isinstance(term, Triple):
        inner = _exact(term.object, changed)
        return term if inner is term.object else Triple(term.subject, term.predicate, inner)
    return _marked(term) if term in changed else term


def exact_quads(quads: list[Quad], changed: Iterable[Any] | None = None) -> list[Quad]:
    """Return the quads with every literal that would change marked; the same list when there is none.

    :param changed: these literals, when they are known
    """
    marked = set(altered(quads) if changed is None else changed)
    if not marked:
        return quads
    return [
        Quad(quad.subject, quad.predicate, _exact(quad.object, marked), quad.graph_name)
        if quad.object in marked or isinstance(quad.object, Triple)
        else quad
        for quad in quads
    ]


def written(term: str) -> str:
    """Return a term of a shapes graph as a store of exact literals holds it."""
    if not is_literal(term) or datatype_of(term)[1:-1] not in _BY_VALUE:
        return term
    literal = term_of(term)
    return nt(_marked(literal)) if _as_stored([literal]) else term


@lru_cache(maxsize=65_536)
def _compare(left: str, left_type: str, sign: str, right: str, right_type: str) -> bool | None:
    order = xsd.compare((left, left_type.removeprefix(_MARK)), (right, right_type.removeprefix(_MARK)))
    return None if order is None else order in _SIGNS[sign]


_is_well_formed = lru_cache(maxsize=65_536)(xsd.is_well_formed)


def _compares(left: Any, sign: Any, right: Any) -> Any:
    """Compare two terms; only literals without a language have an order here."""
    if not isinstance(left, Literal) or not isinstance(right, Literal) or left.language or right.language:
        return None
    return _boolean(_compare(left.value, left.datatype.value, sign.value, right.value, right.datatype.value))


def _well_formed(literal: Any, datatype: Any) -> Any:
    return _boolean(_is_well_formed(literal.value, datatype.value))


@lru_cache(maxsize=3)
def _boolean(value: bool | None) -> Any:
    return None if value is None else Literal(value)


#: The functions by IRI in angle brackets.
FUNCTIONS: dict[str, Callable[..., Any]] = {COMPARES: _compares, IS_WELL_FORMED: _well_formed}


class Values:
    """A graph in a store that knows literals by value, beside the store of its exact literals.

    :ivar store: the store of values
    """

    def __init__(self, quads: list[Quad], changed: dict[Any, Any]) -> None:
        self.store = Store()
        self.store.extend(quads)
        self._written: dict[str, list[Any]] = {}
        self._exact: dict[tuple[str, Any], None] = {}
        for literal, kept in changed.items():
            self._written.setdefault(nt(kept), []).append(literal)
        held = set(changed) | set(changed.values())
        for quad in quads:
            if quad.object in held:
                self._exact[nt(quad.subject), quad.object] = None

    def as_written(self, term: str, focus: str) -> str:
        """Return a term found in the store as the graph has it, of several forms the one the focus node has."""
        forms = self._written.get(term)
        if not forms or (focus, term_of(term)) in self._exact:
            return term
        own = [literal for literal in forms if (focus, literal) in self._exact]
        return nt((own or forms)[0])
