"""Ontology checks: what the graph uses is declared, and what it refers to is described.

OWL itself does not mind a misspelt property: it is simply another one. So every class, property and datatype
used anywhere has to be declared in the local ontology, those of other vocabularies too, and every IRI of
ours that stands as a value has to be the subject of something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad, Store

from whence.did_you_mean import nearest
from whence.findings import Finding, Severity
from whence.namespaces import PREFIXES, VOCAB, WH, shorten

_RDF, _RDFS, _OWL, _XSD = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))

#: OWL 2 Structural Specification section 2.4 and RDF Schema: what needs no declaration.
_BUILT_IN_CLASSES = frozenset(
    [_RDF + name for name in ("Alt", "Bag", "List", "Property", "Seq", "Statement")]
    + [_RDFS + name for name in ("Class", "Container", "Datatype", "Literal", "Resource")]
    + [
        _OWL + name
        for name in (
            "AllDifferent AllDisjointClasses AllDisjointProperties AnnotationProperty AsymmetricProperty Axiom Class "
            "DatatypeProperty FunctionalProperty InverseFunctionalProperty IrreflexiveProperty NamedIndividual "
            "NegativePropertyAssertion Nothing ObjectProperty Ontology ReflexiveProperty Restriction "
            "SymmetricProperty Thing TransitiveProperty"
        ).split()
    ]
)
_BUILT_IN_PROPERTIES = frozenset(
    [_RDF + name for name in ("first", "object", "predicate", "rest", "subject", "type", "value")]
    + [_RDFS + name for name in "comment domain isDefinedBy label member range seeAlso subClassOf subPropertyOf".split()]
    + [
        _OWL + name
        for name in (
            "allValuesFrom annotatedProperty annotatedSource annotatedTarget assertionProperty backwardCompatibleWith "
            "bottomDataProperty bottomObjectProperty cardinality complementOf datatypeComplementOf deprecated "
            "differentFrom disjointUnionOf disjointWith distinctMembers equivalentClass equivalentProperty hasKey "
            "hasSelf hasValue imports incompatibleWith intersectionOf inverseOf maxCardinality "
            "maxQualifiedCardinality members minCardinality minQualifiedCardinality onClass onDataRange onDatatype "
            "onProperties onProperty oneOf priorVersion propertyChainAxiom propertyDisjointWith qualifiedCardinality "
            "sameAs someValuesFrom sourceIndividual targetIndividual targetValue topDataProperty topObjectProperty "
            "unionOf versionIRI versionInfo withRestrictions"
        ).split()
    ]
    + [_XSD + name for name in "length maxExclusive maxInclusive maxLength minExclusive minInclusive minLength pattern".split()]
)
_BUILT_IN_DATATYPES = frozenset(
    [_RDF + name for name in ("HTML", "JSON", "PlainLiteral", "XMLLiteral", "langString")]
    + [_RDFS + "Literal", _OWL + "real", _OWL + "rational"]
    + [
        _XSD + name
        for name in (
            "anyURI base64Binary boolean byte date dateTime dateTimeStamp dayTimeDuration decimal double duration "
            "float gDay gMonth gMonthDay gYear gYearMonth hexBinary int integer language long Name NCName "
            "negativeInteger NMTOKEN nonNegativeInteger nonPositiveInteger normalizedString positiveInteger short "
            "string time token unsignedByte unsignedInt unsignedLong unsignedShort yearMonthDuration"
        ).split()
    ]
)
_CLASS_KINDS = f"<{_OWL}Class> <{_RDFS}Class>"
_PROPERTY_KINDS = (
    f"<{_OWL}ObjectProperty> <{_OWL}DatatypeProperty> <{_OWL}AnnotationProperty> <{_OWL}OntologyProperty> <{_RDF}Property>"
)
_KINDS = {
    "class": (_CLASS_KINDS, _BUILT_IN_CLASSES, "owl:Class"),
    "property": (_PROPERTY_KINDS, _BUILT_IN_PROPERTIES, "owl:ObjectProperty or owl:DatatypeProperty"),
    "datatype": (f"<{_RDFS}Datatype>", _BUILT_IN_DATATYPES, "rdfs:Datatype"),
}
_USED = {
    "class": f"?s ?p ?o VALUES ?p {{ <{_RDF}type> <{_RDFS}subClassOf> <{_RDFS}domain> }} FILTER(isIRI(?o)) BIND(?o AS ?term)",
    "property": "?s ?p ?o BIND(?p AS ?term)",
    "datatype": "?s ?p ?o FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?term)",
}
_USED_IN_SHAPES = {
    "class": "VALUES ?p { sh:targetClass sh:class } ?s ?p ?term",
    "property": "VALUES ?p { sh:path sh:targetSubjectsOf sh:targetObjectsOf sh:equals sh:disjoint sh:lessThan "
    "sh:lessThanOrEquals } ?s ?p ?term FILTER(isIRI(?term))",
    "datatype": "VALUES ?p { sh:datatype } ?s ?p ?term",
}
_LOOKED_FOR = 50
_EXAMPLES_OF_ONE_TERM = 100


def undeclared(store: Store, whole: Store | None = None) -> Iterator[Finding]:
    """Yield a violation for each use, up to a hundred a term, of a term that the ontology does not declare.

    :param store: ontology and data
    :param whole: ontology and data, where the others are a part of them
    """
    for kind, pattern in _USED.items():
        known = _declared(whole or store, kind)
        nearest = _Nearest(known)
        for row in store.query(f"SELECT DISTINCT ?term {{ {pattern} }}"):
            term = row["term"].value
            if term not in known:
                uses = f"SELECT ?s ?p ?o {{ {pattern} FILTER(?term = <{term}>) }} LIMIT {_EXAMPLES_OF_ONE_TERM}"
                for use in store.query(uses):
                    yield _finding(kind, term, nearest, str(use["s"]), str(use["p"]), str(use["o"]))


def undeclared_in_shapes(shapes: Store, store: Store) -> Iterator[Finding]:
    """Yield a violation for each class, property or datatype that a shape names and the ontology does not declare.

    :param shapes: the shapes
    :param store: ontology and data
    """
    for kind, pattern in _USED_IN_SHAPES.items():
        known = _declared(store, kind)
        nearest = _Nearest(known)
        query = f"SELECT ?s ?p ?term {{ {pattern} }} ORDER BY ?s ?p ?term"
        for row in shapes.query(query, prefixes=PREFIXES):
            term = row["term"].value
            if term not in known:
                yield _finding(kind, term, nearest, str(row["s"]), str(row["p"]), str(row["term"]))


def declares(quad: Quad) -> bool:
    """Report whether a triple declares a term."""
    return quad.predicate.value == _RDF + "type" and str(quad.object) in f"{_CLASS_KINDS} {_PROPERTY_KINDS} <{_RDFS}Datatype>"


def undescribed(store: Store, bases: Iterable[str], values: Iterable[NamedNode] | None = None) -> Iterator[Finding]:
    """Yield a violation for each value that is an IRI of the model or of a graph and that no triple describes.

    :param store: ontology and data
    :param bases: the IRIs below which the things of the graph stand, and of those it includes
    :param values: the only values to look at
    """
    given = ""
    if values is not None:
        asked = sorted(str(value) for value in values if next(store.quads_for_pattern(value, None, None), None) is None)
        if not asked:  # many things may point at one that is described
            return
        given = f"VALUES ?o {{ {' '.join(asked)} }} "
    known = " || ".join(f'STRSTARTS(STR(?o), "{base}")' for base in (WH, VOCAB, *bases))
    query = (
        f"SELECT ?s ?p ?o {{ {given}?s ?p ?o "
        f"FILTER(isIRI(?o) && ({known}) && ?p NOT IN (rdf:type, owl:versionIRI, owl:priorVersion)) "
        "FILTER NOT EXISTS { ?o ?any ?thing } } ORDER BY ?s ?p ?o"
    )
    nearest: _Nearest | None = None
    for row in store.query(query, prefixes=PREFIXES):
        missing = row["o"].value
        if nearest is None:
            nearest = _Nearest(r["s"].value for r in store.query("SELECT DISTINCT ?s { ?s ?p ?o FILTER(isIRI(?s)) }"))
        meant = nearest.to(missing)
        yield Finding(
            "ontology:undescribed",
            Severity.VIOLATION,
            f"{shorten(row['s'].value) if isinstance(row['s'], NamedNode) else row['s']} points with {shorten(row['p'].value)} "
            f"at {shorten(missing)}, which nothing describes.",
            f"Did you mean {meant}?" if meant else "Describe it, or point at something that exists.",
            focus_node=str(row["s"]),
            path=("pred", str(row["p"])),
            value=str(row["o"]),
        )


def _declared(store: Store, kind: str) -> set[str]:
    kinds, built_in, _ = _KINDS[kind]
    rows = store.query(f"SELECT ?s {{ VALUES ?kind {{ {kinds} }} ?s a ?kind FILTER(isIRI(?s)) }}")
    return {row["s"].value for row in rows} | built_in


def _finding(kind: str, term: str, nearest: _Nearest, focus: str, path: str, value: str) -> Finding:
    meant = nearest.to(term)
    mend = f"Did you mean {meant}?" if meant else f"Declare it in ontology/ as {_KINDS[kind][2]}."
    return Finding(
        f"ontology:undeclared-{kind}",
        Severity.VIOLATION,
        f"The {kind} {shorten(term)} is not declared in the ontology.",
        mend,
        focus_node=focus,
        path=("pred", path),
        value=value,
    )


class _Nearest:
    """Offers for a misspelt IRI the known one that is nearest; looks for so many only, since looking takes long."""

    def __init__(self, known: Iterable[str]) -> None:
        self._names = {shorten(iri) for iri in known}
        self._offered: dict[str, str | None] = {}

    def to(self, term: str) -> str | None:
        """Return the known name nearest to a term, or None when none is near or enough were looked for."""
        if term not in self._offered and len(self._offered) < _LOOKED_FOR:
            self._offered[term] = nearest(shorten(term), self._names, 0.8)
        return self._offered.get(term)
