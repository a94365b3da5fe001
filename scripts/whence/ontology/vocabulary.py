"""The words of OWL 2 that the profile check knows (OWL 2 Structural Specification, sections 2.4 and 4)."""

from __future__ import annotations

import re

from whence.namespaces import PREFIXES

__all__ = [
    "ANNOTATION",
    "BUILT_IN",
    "CHARACTERISTICS",
    "DATATYPES",
    "KINDS",
    "NEEDS_SIMPLE",
    "RESERVED",
    "RESTRICTIONS",
    "STRUCTURE",
    "is_reserved",
    "owl",
    "rdf",
    "rdfs",
]

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

_INTEGER = r"[+-]?\d+"
_REAL = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_FLOAT = rf"{_REAL}(?:[eE][+-]?\d+)?|[+-]?INF|NaN"
_TIME = r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"
_ZONE = r"(?:Z|[+-]\d\d:\d\d)"
_ANY = r"(?s:.*)"
_FORMS = {
    _OWL + "real": r"(?!)",
    _OWL + "rational": r"[+-]?\d+ */ *[1-9]\d*",
    _XSD + "decimal": _REAL,
    _XSD + "double": _FLOAT,
    _XSD + "float": _FLOAT,
    _XSD + "boolean": r"true|false|1|0",
    _XSD + "dateTime": _TIME + _ZONE + "?",
    _XSD + "dateTimeStamp": _TIME + _ZONE,
    _XSD + "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    _XSD + "base64Binary": r"[A-Za-z0-9+/= ]*",
    _RDF + "langString": _ANY,
    _RDF + "PlainLiteral": _ANY,
    _RDF + "XMLLiteral": _ANY,
    _RDFS + "Literal": _ANY,
    **{_XSD + name: _ANY for name in "string normalizedString token language Name NCName NMTOKEN anyURI".split()},
    **{_XSD + name: _INTEGER for name in "integer long int short byte".split()},
    **{_XSD + name: r"\+?\d+" for name in "nonNegativeInteger unsignedLong unsignedInt unsignedShort unsignedByte".split()},
    _XSD + "positiveInteger": r"\+?0*[1-9]\d*",
    _XSD + "nonPositiveInteger": r"-\d+|0+",
    _XSD + "negativeInteger": r"-0*[1-9]\d*",
}
#: The OWL 2 datatype map (section 4) to the lexical form of each; what is not in it needs a definition.
DATATYPES = {iri: re.compile(form) for iri, form in _FORMS.items()}
