"""What is said of a thing itself, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence.namespaces import PREFIXES, WH
from whence.web.page_context import together
from whence.web.pages.words import local, spaced
from whence.web.problems import Problem
from whence.web.terms import IRI, Row, Term

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["Facts", "Value", "facts"]

_OWN = """SELECT DISTINCT ?property ?value ?propertyName ?name ?claim {
  ?thing ?property ?value FILTER(?property NOT IN (wh:involvedIn, wh:speaksIn, wh:answeredIn, wh:attestedBy, wh:workOfClaim))
  OPTIONAL { ?property rdfs:label ?propertyName FILTER(LANG(?propertyName) IN ("en", "")) }
  OPTIONAL { ?value skos:prefLabel|rdfs:label|wh:identifierValue ?name FILTER(LANG(?name) IN ("en", "")) }
} ORDER BY ?property ?name ?value LIMIT 1000"""
_INWARD = """SELECT DISTINCT ?property ?value ?name {
  VALUES ?property { wh:partOf wh:inWorld skos:broader skos:inScheme rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range wh:fictionalCounterpartOf
    wh:possiblySameAs wh:derivedFrom wh:oneOfKind wh:question wh:because }
  ?value ?property ?thing . FILTER(isIRI(?value))
  OPTIONAL { ?value skos:prefLabel|rdfs:label ?name FILTER(LANG(?name) IN ("en", "")) }
} ORDER BY ?property ?name ?value LIMIT 400"""
_IDENTIFIERS = """SELECT ?scheme ?value { ?thing wh:identifier ?identifier . ?identifier wh:scheme ?scheme ; wh:identifierValue ?value }
ORDER BY ?scheme ?value"""
_INSTANCES = """SELECT DISTINCT ?value ?name { ?value a ?thing FILTER(isIRI(?value))
  OPTIONAL { ?value skos:prefLabel|rdfs:label ?name FILTER(LANG(?name) IN ("en", "")) } } ORDER BY ?name ?value LIMIT 120"""
_TERMS = """SELECT DISTINCT ?value ?name ?class { VALUES ?class { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:NamedIndividual }
  ?value rdfs:isDefinedBy ?thing ; a ?class . FILTER(isIRI(?value)) OPTIONAL { ?value rdfs:label ?name FILTER(LANG(?name) IN ("en", "")) }
} ORDER BY ?class ?name ?value LIMIT 1000"""
_TERM_WORDS = {"Class": "Classes", "ObjectProperty": "Properties that take things", "DatatypeProperty": "Properties that take values", "NamedIndividual": "Fixed values"}
_PROPERTY_WORDS = {"subClassOf": "more general class", "subPropertyOf": "more general property", "term_status": "status", "disjointWith": "disjoint with", "inverseOf": "inverse of"}
_INWARD_WORDS = {
    "partOf": "Its parts", "inWorld": "In this world", "broader": "More special", "inScheme": "Concepts", "subClassOf": "More special classes",
    "subPropertyOf": "More special properties", "domain": "Properties of it", "range": "Properties that lead to it",
    "possiblySameAs": "Possibly the same", "because": "Reason for", "derivedFrom": "Derived from it",
}  # fmt: skip
_NAMES = {PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel")} | {PREFIXES["rdfs"] + "label"}
_LEFT_OUT = {
    WH + name
    for name in ("involves", "aboutWork", "hasPart", "worldOf", "identifier",
                 "moreSpecificThan", "polarity", "commitment", "mood", "mode", "attests", "start", "end", "between")
} | {PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "isDefinedBy"}  # fmt: skip
_DEFINITION = PREFIXES["skos"] + "definition"
_NOTES = {PREFIXES["skos"] + name for name in ("definition", "scopeNote")} | {WH + "description", WH + "gloss", WH + "caution"}


@dataclass(slots=True)
class Value:
    """A value to show: its words, and its address when it has a page or leads elsewhere."""

    text: str
    address: str = ""
    language: str = ""


@dataclass(slots=True)
class Facts:
    """What is said of a thing itself.

    :ivar classes: local names of its classes
    :ivar table: property name to values
    :ivar inward: heading to the things that point at it
    """

    name: str
    names: list[Value] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    kinds: list[Value] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    table: dict[str, list[Value]] = field(default_factory=dict)
    inward: dict[str, list[Value]] = field(default_factory=dict)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    raw: dict[str, list[Term]] = field(default_factory=dict)


async def facts(context: Context, iri: str) -> Facts:
    """Return what is said of a thing.

    :raises Problem: 404 when nothing is
    """
    bound = {"thing": IRI(iri)}
    rows = await context.select(_OWN, bound)
    if not rows:
        raise Problem(404, f"There is no <{iri}> here.")
    found = Facts(spaced(local(iri)))
    for row in rows:
        _add(found, row, context)
    _choose_name(found)
    general, inward, identifiers = await together(_general(context), context.select(_INWARD, bound), context.select(_IDENTIFIERS, bound))
    _keep_special(found, general)
    for row in inward:
        heading = _INWARD_WORDS.get(local(row["property"]), spaced(local(row["property"])).capitalize())
        found.inward.setdefault(heading, []).append(_value(row, context))
    await _add_members(context, bound, found)
    found.identifiers = [(str(row["scheme"]), str(row["value"])) for row in identifiers]
    return found


async def _add_members(context: Context, bound: dict[str, IRI], found: Facts) -> None:
    """Add what a class holds, or what an ontology defines."""
    if "Class" in found.classes:
        for row in await context.select(_INSTANCES, bound):
            found.inward.setdefault("Things of this kind", []).append(_value(row, context))
    if "Ontology" in found.classes:
        for row in await context.select(_TERMS, bound):
            found.inward.setdefault(_TERM_WORDS[local(row["class"])], []).append(_value(row, context))


def _add(found: Facts, row: Row, context: Context) -> None:
    name, value = row["property"], row["value"]
    found.raw.setdefault(str(name), []).append(value)
    if name in _NAMES:
        found.names.append(Value(str(value), language=value.language))
    elif name == PREFIXES["rdf"] + "type":
        found.classes.append(local(value))
        if value.startswith(WH):
            found.kinds.append(Value(str(row.get("name") or spaced(local(value))), context.page_address(value)))
    elif name in _NOTES:
        if str(value) not in found.notes:
            found.notes.insert(0 if name == _DEFINITION else len(found.notes), str(value))
    elif name not in _LEFT_OUT and value.kind != "bnode":
        shown = found.table.setdefault(str(_PROPERTY_WORDS.get(local(name)) or row.get("propertyName") or spaced(local(name))), [])
        entry = _value(row, context)
        if all(entry.address != other.address or not entry.address for other in shown):
            shown.append(entry)


def _value(row: Row, context: Context) -> Value:
    value = row["value"]
    if value.kind != "uri":
        return Value(str(value), language=value.language)
    address = context.page_address(value)
    safe = address if address.startswith(("/", "http://", "https://")) else ""
    shown = row.get("name") or (spaced(local(value)) if address.startswith("/") else value)
    return Value(str(shown) or str(value), safe)


def _choose_name(found: Facts) -> None:
    """Take the English name as the title; all others stay."""
    titles = [Value(str(title), language=title.language) for title in found.raw.get(PREFIXES["dcterms"] + "title", [])]
    chosen = next((name for name in found.names if name.language == "en"), next(iter([*found.names, *titles]), None))
    if chosen is not None:
        found.name = chosen.text
        found.names = [name for name in found.names if name.text != chosen.text]


def _keep_special(found: Facts, general: dict[str, set[str]]) -> None:
    """Leave out kinds that follow from others."""
    implied = {upper for kind in found.classes for upper in general.get(kind, ())}
    found.kinds = [kind for kind in found.kinds if kind.address.rpartition("/")[2] not in implied]


async def _general(context: Context) -> dict[str, set[str]]:
    """Return each class's more general classes, by local names."""
    kept = context.site.published.kept
    if "superclasses" not in kept:
        above: dict[str, set[str]] = {}
        query = "SELECT ?class ?above { ?class rdfs:subClassOf+ ?above FILTER(isIRI(?above) && isIRI(?class) && ?class != ?above) } ORDER BY ?class ?above"
        for row in await context.select(query):
            above.setdefault(local(row["class"]), set()).add(local(row["above"]))
        kept["superclasses"] = above
    return kept["superclasses"]
