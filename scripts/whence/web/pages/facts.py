"""What is said of a thing itself, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from whence.namespaces import PREFIXES, WH, local, spaced
from whence.things import Index, Value, identifiers
from whence.things.identifiers import Identifier
from whence.things.index import CLOSURES, wh
from whence.web.http.problems import Problem
from whence.web.iris import named, path_of

if TYPE_CHECKING:
    from whence.things.index import Term

_SKOS, _RDFS, _OWL = (PREFIXES[name] for name in ("skos", "rdfs", "owl"))
_RDF_TYPE = PREFIXES["rdf"] + "type"
_PROPERTY_WORDS = {"subClassOf": "more general class", "subPropertyOf": "more general property", "term_status": "status", "disjointWith": "disjoint with", "inverseOf": "inverse of"}
#: Properties by which other things belong to one, with the heading of these.
_INWARD = {
    _RDFS + "domain": "Properties of it", _RDFS + "range": "Properties that lead to it", _RDFS + "subClassOf": "More special classes",
    _RDFS + "subPropertyOf": "More special properties", _SKOS + "broader": "More special", _SKOS + "inScheme": "Concepts",
    WH + "because": "Reason for", WH + "derivedFrom": "Derived from it", WH + "fictionalCounterpartOf": "Fictional counterpart of",
    WH + "inWorld": "In this world", WH + "oneOfKind": "One of kind", WH + "partOf": "Its parts", WH + "possiblySameAs": "Possibly the same",
    WH + "question": "Question",
}  # fmt: skip
#: Kinds of terms that an ontology defines, with the heading of these.
_TERMS = {"Class": "Classes", "DatatypeProperty": "Properties that take values", "NamedIndividual": "Fixed values", "ObjectProperty": "Properties that take things"}
_NAMES = {_SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel")} | {_RDFS + "label"}
_DERIVED = {"involves", "attestedBy", "aboutWork", "moreSpecificThan", "involvedIn", "passageDigest", "displayLabel", *CLOSURES}
_LEFT_OUT = {
    WH + name
    for name in ("speaksIn", "answeredIn", "workOfClaim", "hasPart", "worldOf", "identifier", "polarity", "commitment", "mood", "mode",
                 "attests", "start", "end", "between", *_DERIVED)
} | {_RDF_TYPE, _RDFS + "isDefinedBy"}  # fmt: skip
_NOTES = (_SKOS + "definition", _SKOS + "scopeNote", WH + "caution", WH + "description", WH + "gloss")
#: At most so many things of a class, terms of an ontology, and things that belong to one are listed; so many are looked at.
_INSTANCES, _DEFINED, _BELONGING, _SEEN = 120, 1000, 400, 5000


@dataclass(slots=True)
class Facts:
    """What is said of a thing itself.

    :ivar classes: local names of its classes
    :ivar kinds: its most special classes of ours
    :ivar table: property name to values
    :ivar inward: heading to the things that point at it
    :ivar identifiers: the verified ones
    """

    name: str
    names: list[Value] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    kinds: list[Value] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    table: dict[str, list[Value]] = field(default_factory=dict)
    inward: dict[str, list[Value]] = field(default_factory=dict)
    identifiers: list[Identifier] = field(default_factory=list)


def facts(index: Index, iri: str) -> Facts:
    """Return what is said of a thing.

    :raises Problem: 404 when nothing is
    """
    thing = NamedNode(iri)
    quads = index.quads(thing)
    if not quads:
        raise Problem(404, f"There is no <{named(iri)}> here.")
    found = Facts(spaced(local(iri)))
    titles: list[Value] = []
    left_out = _LEFT_OUT if index.value(thing, wh("passage")) else _LEFT_OUT - {WH + "passageDigest"}
    told = (quad for quad in quads if quad.predicate.value not in left_out and isinstance(quad.object, NamedNode | Literal))
    for predicate, value in sorted(((quad.predicate.value, _value(index, quad.object)) for quad in told), key=_order):
        if predicate in _NAMES:
            found.names.append(value)
        elif predicate in _NOTES:
            if value.text not in found.notes:
                found.notes.append(value.text)
        else:
            titles += [value] if predicate == PREFIXES["dcterms"] + "title" else []
            name = _PROPERTY_WORDS.get(local(predicate)) or index.name(predicate) or spaced(local(predicate))
            found.table.setdefault(name, []).append(value)
    classes = index.classes(thing)
    found.classes = list(map(local, classes))
    found.kinds = [index.term(NamedNode(kind)) for kind in index.special(classes) if kind.startswith(WH)]
    if chosen := index.name(iri) or next((title.text for title in titles), ""):
        found.name = chosen
        found.names = [name for name in found.names if name.text != chosen]
    _add_belongings(index, thing, found)
    return found


def _order(entry: tuple[str, Value]) -> tuple[object, ...]:
    """Sorts what is said: definitions first, then by property, and by words."""
    predicate, value = entry
    return predicate != _NOTES[0], predicate, bool(value.iri), value.text, value.iri


def _add_belongings(index: Index, thing: NamedNode, found: Facts) -> None:
    """Add what points at a thing, its identifiers, and what a class holds or an ontology defines."""
    left = _BELONGING
    for predicate, heading in _INWARD.items():
        if belonging := _sorted(index, index.subjects(NamedNode(predicate), thing)[:left]):
            found.inward[heading] = belonging
            left -= len(belonging)
    found.identifiers = identifiers.of(index, thing.value)
    if "Class" in found.classes and (instances := index.subjects(NamedNode(_RDF_TYPE), thing)[:_SEEN]):
        found.inward["Things of this kind"] = _sorted(index, instances)[:_INSTANCES]
    if "Ontology" in found.classes:
        terms = {term: index.classes(term) for term in index.subjects(NamedNode(_RDFS + "isDefinedBy"), thing)}
        for kind, heading in _TERMS.items():
            if defined := _sorted(index, (term for term, classes in terms.items() if _OWL + kind in classes)):
                found.inward[heading] = defined[:_DEFINED]


def _sorted(index: Index, nodes: Iterable[NamedNode]) -> list[Value]:
    return sorted((index.term(node) for node in nodes), key=lambda value: (value.text, value.iri))


def _value(index: Index, term: Term) -> Value:
    """Return a value to show: an identifier by its value, a foreign address in full."""
    value = index.term(term)
    if value.iri and not index.name(value.iri) and path_of(value.iri) is None:
        return Value(value.iri, value.iri if value.iri.startswith(("http://", "https://")) else "")
    return _followed(index, value)


def _followed(index: Index, value: Value) -> Value:
    """Return a value without its link where that would lead to a thing of ours of which nothing is said, as of the passages of packs."""
    if value.iri and path_of(value.iri) is not None and not index.name(value.iri) and not index.quads(NamedNode(value.iri)):
        return Value(value.text)
    return value


def roles(index: Index, iri: str) -> dict[str, list[Value]]:
    """Return the roles of a claim or a position by their names, with their fillers."""
    found: dict[str, list[Value]] = {}
    quads = [quad for quad in index.quads(NamedNode(iri)) if quad.predicate.value.startswith(WH)]
    for quad in quads:
        role = local(quad.predicate.value)
        if role not in _DERIVED:
            found.setdefault(index.name(quad.predicate.value) or role, []).append(_followed(index, index.term(quad.object)))
    return {role: sorted(values, key=lambda value: (value.text, value.iri)) for role, values in found.items()}
