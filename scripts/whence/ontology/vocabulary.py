"""The words of OWL 2 that the profile check knows (OWL 2 Structural Specification, sections 2.4 and 4)."""

from __future__ import annotations

from whence.namespaces import PREFIXES

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
