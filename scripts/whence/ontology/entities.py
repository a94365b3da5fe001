"""OWL 2 DL: entities are declared, each as one kind, and the reserved vocabulary is left to its meaning."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from whence.findings import Finding
from whence.namespaces import PREFIXES
from whence.ontology.axioms import ANNOTATION, BUILT_IN, CHARACTERISTICS, KINDS, STRUCTURE, Axioms, Term, is_reserved, named, owl, rdf, rdfs, violation

_PROPERTY_KINDS = ("object property", "data property", "annotation property")
_RESERVED_TYPES = (
    set(KINDS)
    | CHARACTERISTICS
    | {
        owl(name)
        for name in (
            "Ontology NamedIndividual Restriction Axiom Annotation AllDifferent AllDisjointClasses "
            "AllDisjointProperties NegativePropertyAssertion Thing Nothing"
        ).split()
    }
    | {rdf("List")}
)


def check(axioms: Axioms) -> Iterator[Finding]:
    """Yield a violation for each entity that is undeclared, of two kinds, or taken from the reserved vocabulary."""
    yield from _punning(axioms)
    yield from _reserved(axioms)
    yield from _undeclared(axioms)
    yield from _values(axioms)
    yield from _ranges(axioms)
    yield from _annotation_properties(axioms)
    yield from _header(axioms)


def _punning(axioms: Axioms) -> Iterator[Finding]:
    for iri, kinds in sorted(axioms.kinds.items()):
        properties = [kind for kind in _PROPERTY_KINDS if kind in kinds]
        if len(properties) > 1:
            message = f"{named(iri)} is declared as {' and as '.join(properties)}."
            yield violation("property-punning", f"<{iri}>", message, "Keep one of the declarations.")
        if {"class", "datatype"} <= kinds:
            message = f"{named(iri)} is declared as class and as datatype."
            yield violation("class-datatype-punning", f"<{iri}>", message, "Keep one of the declarations.")


def _reserved(axioms: Axioms) -> Iterator[Finding]:
    known = STRUCTURE | ANNOTATION | set(BUILT_IN)
    wrong = {iri for iri in axioms.kinds if is_reserved(iri) and not axioms.kinds_of(iri) - axioms.kinds[iri]}
    wrong -= {iri for iri in wrong if iri in known and iri not in STRUCTURE}
    wrong |= {predicate for _, predicate, _ in axioms.triples if is_reserved(predicate) and predicate not in known}
    for _, kind in axioms.pairs(rdf("type")):
        if isinstance(kind, NamedNode) and is_reserved(kind.value) and kind.value not in _RESERVED_TYPES:
            wrong.add(kind.value)
    for iri in sorted(wrong):
        message = f"{named(iri)} is of the reserved vocabulary and is no entity that an ontology may use."
        yield violation("reserved-vocabulary", f"<{iri}>", message, "Use a term of your own.")


def _class_positions(axioms: Axioms) -> Iterator[Term]:
    for predicate in ("subClassOf", "domain"):
        for subject, value in axioms.pairs(rdfs(predicate)):
            if "annotation property" not in _kinds(axioms, subject):
                yield value
    for predicate in ("equivalentClass", "disjointWith", "complementOf", "onClass"):
        for _, value in axioms.pairs(owl(predicate)):
            yield value
    yield from _listed_classes(axioms)
    for _, value in axioms.pairs(rdf("type")):
        if isinstance(value, NamedNode) and not is_reserved(value.value):
            yield value


def _listed_classes(axioms: Axioms) -> Iterator[Term]:
    for predicate in ("unionOf", "intersectionOf", "disjointUnionOf"):
        for subject, head in axioms.pairs(owl(predicate)):
            if rdfs("Datatype") not in axioms.types(subject):
                yield from axioms.items(head)
    for axiom in axioms.instances(owl("AllDisjointClasses")):
        for head in axioms.values(axiom, owl("members")):
            yield from axioms.items(head)


def _property_positions(axioms: Axioms) -> Iterator[Term]:
    for predicate in (rdfs("subPropertyOf"), owl("equivalentProperty"), owl("inverseOf"), owl("onProperty"), owl("propertyDisjointWith")):
        for _, value in axioms.pairs(predicate):
            yield value
    for _, head in axioms.pairs(owl("propertyChainAxiom")):
        yield from axioms.items(head)
    for predicate in dict.fromkeys(predicate for _, predicate, _ in axioms.triples):
        if not is_reserved(predicate):
            yield NamedNode(predicate)


def _undeclared(axioms: Axioms) -> Iterator[Finding]:
    used = [("class", term) for term in _class_positions(axioms)] + [("property", term) for term in _property_positions(axioms)]
    for kind, term in dict.fromkeys(used):
        if not isinstance(term, NamedNode) or (is_reserved(term.value) and term.value not in axioms.kinds):
            continue
        kinds = axioms.kinds_of(term.value)
        if not any(declared.endswith(kind) for declared in kinds):
            message = f"{named(term.value)} is used as a {kind} and not declared as one."
            yield violation("undeclared", term, message, "Declare it, or correct the name.")


def _kinds(axioms: Axioms, term: Term) -> set[str]:
    return axioms.kinds_of(term.value) if isinstance(term, NamedNode) else set()


def _values(axioms: Axioms) -> Iterator[Finding]:
    for subject, predicate, value in axioms.triples:
        kinds = axioms.kinds.get(predicate)
        if not kinds:
            continue
        if "object property" in kinds and isinstance(value, Literal):
            message = f"The object property {named(predicate)} has the literal {value} as a value."
            yield violation("value-of-other-kind", subject, message, "Give it a thing, or use a data property.")
        elif "data property" in kinds and not isinstance(value, Literal):
            message = f"The data property {named(predicate)} has the thing {value} as a value."
            yield violation("value-of-other-kind", subject, message, "Give it a literal, or use an object property.")


def _ranges(axioms: Axioms) -> Iterator[Finding]:
    for subject, value in axioms.pairs(rdfs("range")):
        kinds = _kinds(axioms, subject)
        of_data = _is_data_range(axioms, value)
        if "object property" in kinds and of_data:
            message = f"The object property {subject} has the datatype {value} as its range."
            yield violation("range-of-other-kind", subject, message, "Name a class, or make it a data property.")
        elif "data property" in kinds and not of_data:
            message = f"The data property {subject} has as its range {value}, which is no datatype."
            yield violation("range-of-other-kind", subject, message, "Name a datatype, or make it an object property.")


def _is_data_range(axioms: Axioms, node: Term) -> bool:
    """Whether a node is a datatype or data range; an XML Schema type outside the map is one, and reported elsewhere."""
    if isinstance(node, BlankNode):
        return rdfs("Datatype") in axioms.types(node)
    return "datatype" in _kinds(axioms, node) or node.value.startswith(PREFIXES["xsd"])


def _annotation_properties(axioms: Axioms) -> Iterator[Finding]:
    for iri, kinds in sorted(axioms.kinds.items()):
        if kinds & set(_PROPERTY_KINDS) != {"annotation property"}:
            continue
        node = NamedNode(iri)
        for predicate in (rdfs("domain"), rdfs("range")):
            if any(not isinstance(value, NamedNode) for value in axioms.values(node, predicate)):
                message = f"The annotation property {named(iri)} has a domain or range that is no IRI."
                yield violation("annotation-domain-not-iri", node, message, "Name a class, or leave it out.")
        axiom = axioms.types(node) & CHARACTERISTICS or any(
            axioms.values(node, owl(name)) for name in ("inverseOf", "equivalentProperty", "propertyChainAxiom", "propertyDisjointWith")
        )
        if axiom or any(value == node for _, value in axioms.pairs(owl("onProperty"))):
            message = f"The annotation property {named(iri)} stands in an axiom about object or data properties."
            yield violation("annotation-property-in-axiom", node, message, "Make it an object or data property, or drop the axiom.")


def _header(axioms: Axioms) -> Iterator[Finding]:
    headers = axioms.instances(owl("Ontology"))
    if len(headers) != 1:
        node = headers[0] if headers else "owl:Ontology"
        yield violation("header", node, f"There are {len(headers)} ontology headers.", "Keep one owl:Ontology.")
    for predicate in ("versionIRI", "imports"):
        for subject, value in axioms.pairs(owl(predicate)):
            if not isinstance(value, NamedNode) or not isinstance(subject, NamedNode):
                yield violation("header", subject, f"The owl:{predicate} {value} is no IRI of an ontology with an IRI.", "Use IRIs.")
    for subject in {subject for subject, _ in axioms.pairs(owl("versionIRI"))}:
        if len(axioms.values(subject, owl("versionIRI"))) > 1:
            yield violation("header", subject, "The ontology has more than one owl:versionIRI.", "Keep one.")
