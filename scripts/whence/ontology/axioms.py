"""An ontology as the profile check sees it: triples, looked up by subject and predicate, entities by kind; and its findings.

The words of OWL 2 are those of the OWL 2 Structural Specification, sections 2.4 and 4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from whence.findings import Finding, Severity
from whence.namespaces import PREFIXES, shorten
from whence.rdf.terms import closure

_OWL, _RDF, _RDFS, _XSD = (PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))
RESERVED = (_OWL, _RDF, _RDFS, _XSD)


def owl(name: str) -> str:
    """Return the IRI of an OWL term.

    >>> owl("Class")
    'http://www.w3.org/2002/07/owl#Class'
    """
    return _OWL + name


def rdf(name: str) -> str:
    """Return the IRI of an RDF term."""
    return _RDF + name


def rdfs(name: str) -> str:
    """Return the IRI of an RDF Schema term."""
    return _RDFS + name


def is_reserved(iri: str) -> bool:
    """Whether an IRI is of the reserved vocabulary (section 2.4)."""
    return iri.startswith(RESERVED)


#: Type of a declaration to the kind of entity (section 5.8).
KINDS = {
    owl("Class"): "class",
    rdfs("Datatype"): "datatype",
    owl("ObjectProperty"): "object property",
    owl("DatatypeProperty"): "data property",
    owl("AnnotationProperty"): "annotation property",
}
#: Characteristics that make an IRI an object property (section 9.2), but functional, which data properties share.
CHARACTERISTICS = {
    owl(f"{name}Property")
    for name in ("Functional", "InverseFunctional", "Reflexive", "Irreflexive", "Symmetric", "Asymmetric", "Transitive")
}
#: Characteristics that only a simple object property may have (section 11.2).
NEEDS_SIMPLE = {owl(f"{name}Property") for name in ("Functional", "InverseFunctional", "Irreflexive", "Asymmetric")}
#: Entities that need no declaration (sections 5.1 to 5.5).
BUILT_IN = {
    owl("Thing"): "class",
    owl("Nothing"): "class",
    owl("topObjectProperty"): "object property",
    owl("bottomObjectProperty"): "object property",
    owl("topDataProperty"): "data property",
    owl("bottomDataProperty"): "data property",
}
#: Annotation properties that come with OWL 2 (section 5.5).
ANNOTATION = {rdfs(name) for name in ("label", "comment", "seeAlso", "isDefinedBy")} | {
    owl(name) for name in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith", "incompatibleWith")
}
#: What makes a restriction one, and how its value counts (section 8.2 to 8.5; Mapping to RDF Graphs, table 13).
RESTRICTIONS = {
    owl(name)
    for name in (
        "someValuesFrom allValuesFrom hasValue hasSelf minCardinality maxCardinality cardinality "
        "minQualifiedCardinality maxQualifiedCardinality qualifiedCardinality"
    ).split()
}
#: Words of the RDF syntax of OWL 2: they may stand as predicates, and never name an entity of an ontology.
STRUCTURE = RESTRICTIONS | {
    owl(name)
    for name in (
        "onProperty onProperties onClass onDataRange onDatatype withRestrictions intersectionOf unionOf complementOf "
        "datatypeComplementOf oneOf disjointWith disjointUnionOf equivalentClass equivalentProperty inverseOf "
        "propertyChainAxiom propertyDisjointWith hasKey sameAs differentFrom members distinctMembers imports "
        "versionIRI annotatedSource annotatedProperty annotatedTarget sourceIndividual assertionProperty "
        "targetIndividual targetValue"
    ).split()
}
STRUCTURE |= {rdf("type"), rdf("first"), rdf("rest"), rdfs("subClassOf"), rdfs("subPropertyOf"), rdfs("domain"), rdfs("range")}

#: The OWL 2 datatype map (section 4); what is not in it needs a definition.
DATATYPES = {owl("real"), owl("rational"), rdf("langString"), rdf("PlainLiteral"), rdf("XMLLiteral"), rdfs("Literal")} | {
    _XSD + name
    for name in (
        "decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int short byte "
        "unsignedLong unsignedInt unsignedShort unsignedByte double float string normalizedString token language Name "
        "NCName NMTOKEN boolean hexBinary base64Binary anyURI dateTime dateTimeStamp"
    ).split()
}


_SPEC, _MAPPING = "OWL 2 Structural Specification", "OWL 2 Mapping to RDF Graphs"
#: Rule of the profile to the section that demands it.
RULES = {
    "undeclared": f"{_SPEC} 5.8.2",
    "property-punning": f"{_SPEC} 5.8.1",
    "class-datatype-punning": f"{_SPEC} 5.8.1",
    "reserved-vocabulary": f"{_SPEC} 2.4 and 5.1 to 5.5",
    "value-of-other-kind": f"{_SPEC} 9.6",
    "range-of-other-kind": f"{_SPEC} 9.2.6 and 9.3.5",
    "annotation-property-in-axiom": f"{_SPEC} 5.5 and 9",
    "annotation-domain-not-iri": f"{_SPEC} 10.2.3 and 10.2.4",
    "header": f"{_SPEC} 3.1, 3.4 and 3.5",
    "broken-list": f"{_MAPPING} 2.1 and 3.2.4",
    "too-few-items": f"{_SPEC} 8.1, 9.1.3 and 9.6.2",
    "restriction": f"{_MAPPING} table 13",
    "class-expression": f"{_MAPPING} table 13",
    "shared-expression": f"{_MAPPING} 3.2.5",
    "cyclic-expression": f"{_MAPPING} 3.2.5",
    "annotated-axiom": f"{_MAPPING} table 17",
    "anonymous-individual": f"{_SPEC} 11.2",
    "non-simple-property": f"{_SPEC} 11.1 and 11.2",
    "irregular-chain": f"{_SPEC} 11.2",
    "top-data-property": f"{_SPEC} 11.2",
    "datatype-not-in-map": f"{_SPEC} 4 and 5.2",
    "literal-not-in-lexical-space": f"{_SPEC} 4 and 5.7",
    "datatype-without-definition": f"{_SPEC} 5.2 and 9.4",
}
Term = NamedNode | BlankNode | Literal | Triple


class Axioms:
    """The triples of one ontology with its data.

    :ivar triples: all triples, each once
    :ivar kinds: IRI to the kinds of entity that declarations (Structural Specification section 5.8) give it
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples: list[tuple[Term, str, Term]] = list(
            dict.fromkeys((triple.subject, triple.predicate.value, triple.object) for triple in triples)
        )
        self._by_predicate: defaultdict[str, list[tuple[Term, Term]]] = defaultdict(list)
        self._by_subject: defaultdict[tuple[Term, str], list[Term]] = defaultdict(list)
        self.kinds: defaultdict[str, set[str]] = defaultdict(set)
        for subject, predicate, value in self.triples:
            self._by_predicate[predicate].append((subject, value))
            self._by_subject[subject, predicate].append(value)
            if predicate == rdf("type") and isinstance(subject, NamedNode) and isinstance(value, NamedNode):
                kind = KINDS.get(value.value)
                if kind:
                    self.kinds[subject.value].add(kind)

    def pairs(self, predicate: str) -> list[tuple[Term, Term]]:
        """Return subject and value of every triple with a predicate."""
        return self._by_predicate.get(predicate, [])

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """Return the values of a property of a node."""
        return self._by_subject.get((subject, predicate), [])

    def types(self, subject: Term) -> set[str]:
        """Return the IRIs of a node's types."""
        return {value.value for value in self.values(subject, rdf("type")) if isinstance(value, NamedNode)}

    def instances(self, kind: str) -> list[Term]:
        """Return the nodes that have a type."""
        return [subject for subject, value in self.pairs(rdf("type")) if isinstance(value, NamedNode) and value.value == kind]

    def kinds_of(self, iri: str) -> set[str]:
        """Return the kinds of an entity, declared here or built into OWL 2."""
        found = set(self.kinds.get(iri, ()))
        if iri in BUILT_IN:
            found.add(BUILT_IN[iri])
        if iri in DATATYPES:
            found.add("datatype")
        if iri in ANNOTATION:
            found.add("annotation property")
        return found

    def items(self, head: Term) -> list[Term]:
        """Return the items of a list, as far as it is well formed."""
        found: list[Term] = []
        seen: set[Term] = set()
        while isinstance(head, BlankNode) and head not in seen:
            seen.add(head)
            found += self.values(head, rdf("first"))[:1]
            rest = self.values(head, rdf("rest"))
            if not rest:
                break
            head = rest[0]
        return found

    @cached_property
    def chains(self) -> list[tuple[str, list[str]]]:
        """The property chains: the property each implies, and the properties on its way, inverses as `^iri`."""
        return [
            (subject.value, [self.property_name(item) for item in self.items(head)])
            for subject, head in self.pairs(owl("propertyChainAxiom"))
            if isinstance(subject, NamedNode)
        ]

    @cached_property
    def super_properties(self) -> dict[str, set[str]]:
        """Each property expression to those directly above it (the relation of section 11.1), inverses as `^iri`."""
        above: defaultdict[str, set[str]] = defaultdict(set)
        for one, other in self._inclusions():
            above[one].add(other)
            above[_inverse(one)].add(_inverse(other))
        return above

    def _inclusions(self) -> Iterator[tuple[str, str]]:
        for one, other in self.pairs(rdfs("subPropertyOf")):
            yield self.property_name(one), self.property_name(other)
        for one, other in self.pairs(owl("equivalentProperty")):
            yield self.property_name(one), self.property_name(other)
            yield self.property_name(other), self.property_name(one)
        for one, other in self.pairs(owl("inverseOf")):
            if isinstance(one, NamedNode):
                yield self.property_name(one), _inverse(self.property_name(other))
                yield _inverse(self.property_name(other)), self.property_name(one)
        for symmetric in self.instances(owl("SymmetricProperty")):
            yield self.property_name(symmetric), _inverse(self.property_name(symmetric))

    def property_name(self, node: Term) -> str:
        """Return a property expression as a text: its IRI, with `^` in front for the inverse."""
        if isinstance(node, BlankNode):
            inverse = self.values(node, owl("inverseOf"))
            return _inverse(self.property_name(inverse[0])) if inverse and isinstance(inverse[0], NamedNode) else str(node)
        return node.value

    def above(self, name: str) -> list[str]:
        """Return a property expression and all above it (the reflexive and transitive closure of section 11.1)."""
        return closure([name], lambda one: self.super_properties.get(one, ()))


def _inverse(name: str) -> str:
    return name[1:] if name.startswith("^") else "^" + name


def named(name: str) -> str:
    """Return a property expression (`^iri` for an inverse) or IRI in prefixed form.

    >>> named("^https://w3id.org/whence/ontology#partOf")
    'inverse of wh:partOf'
    """
    return f"inverse of {shorten(name[1:])}" if name.startswith("^") else shorten(name)


def violation(rule: str, node: object, message: str, fix: str) -> Finding:
    """Return the finding of one of the `RULES`.

    :param node: the term it is about, in the syntax of N-Triples when turned into text
    """
    return Finding(f"owl2dl:{rule}", Severity.VIOLATION, f"{message} ({RULES[rule]})", fix, focus_node=str(node))
