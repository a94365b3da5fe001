"""Whether an ontology is in OWL 2 DL: the typing constraints and global restrictions of the OWL 2 specification.

Sections are those of the OWL 2 Structural Specification and Functional-Style Syntax (second edition), and of the
Mapping to RDF Graphs where a rule is about the triples that stand for a structure. Reasoners pass over what they do
not understand, so an ontology outside the profile is accepted and means less than it says.

    axioms = Axioms(pyoxigraph.parse(path="ontology/whence.ttl"))
    findings = list(profile.check(axioms))     # empty for an ontology in OWL 2 DL
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from whence.findings import Finding
from whence.namespaces import PREFIXES
from whence.ontology.axioms import (
    ANNOTATION, BUILT_IN, CHARACTERISTICS, DATATYPES, KINDS, NEEDS_SIMPLE, RESTRICTIONS, STRUCTURE, Axioms, Term, is_reserved, named, owl, rdf, rdfs,
    violation,
)  # fmt: skip
from whence.rdf.terms import closure
from whence.shacl.xsd import is_well_formed

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
_BOOLEAN = tuple(owl(name) for name in ("unionOf", "intersectionOf", "complementOf", "oneOf", "datatypeComplementOf"))
_LIST_PREDICATES = {
    owl("unionOf"): 2,
    owl("intersectionOf"): 2,
    owl("disjointUnionOf"): 2,
    owl("members"): 2,
    owl("distinctMembers"): 2,
    owl("propertyChainAxiom"): 2,
    owl("oneOf"): 1,
    owl("hasKey"): 1,
}
_NIL = NamedNode(rdf("nil"))
_BY_NATURE = {owl("topObjectProperty"), owl("bottomObjectProperty")}
_RATIONAL = re.compile(r"[+-]?[0-9]+ */ *[1-9][0-9]*")


def check(axioms: Axioms) -> Iterator[Finding]:
    """Yield a violation for everything that takes an ontology out of OWL 2 DL.

    :param axioms: the triples of the ontology, of all it imports, and of the data
    """
    for rules in (
        _punning, _reserved, _undeclared, _values, _ranges, _annotation_properties, _header,
        _lists, _sizes, _restrictions, _anonymous_classes, _sharing, _annotated_axioms, _individuals,
        _simple, _regular, _top,
        _literals,
    ):  # fmt: skip
        yield from rules(axioms)


# Entities are declared, each as one kind, and the reserved vocabulary is left to its meaning.


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


# The triples of lists, class expressions and axioms form the structures they should.


def _lists(axioms: Axioms) -> Iterator[Finding]:
    cells = {subject for predicate in ("first", "rest") for subject, _ in axioms.pairs(rdf(predicate))}
    uses = Counter(value for _, predicate, value in axioms.triples if value in cells and predicate != rdf("type"))
    for cell in sorted(cells, key=str):
        first, rest = (axioms.values(cell, rdf(name)) for name in ("first", "rest"))
        if len(first) != 1 or len(rest) != 1 or isinstance(cell, NamedNode):
            message = "A list cell is an IRI, or has not just one rdf:first and one rdf:rest."
            yield violation("broken-list", cell, message, "Write the list in brackets: ( a b ).")
        elif rest[0] != _NIL and rest[0] not in cells:
            yield violation("broken-list", cell, "A list does not end with rdf:nil.", "Write the list in brackets: ( a b ).")
        elif uses[cell] != 1:
            message = f"A list is used {uses[cell]} times, where each is used once."
            yield violation("broken-list", cell, message, "Write the list where it is used: ( a b ).")


def _sizes(axioms: Axioms) -> Iterator[Finding]:
    for predicate, least in _LIST_PREDICATES.items():
        for subject, head in axioms.pairs(predicate):
            if head != _NIL and not axioms.values(head, rdf("first")):
                yield violation("broken-list", subject, f"The value of <{predicate}> is no list.", "Write a list: ( a b ).")
            elif len(axioms.items(head)) < least:
                message = f"The list of <{predicate}> has fewer than {least} items."
                yield violation("too-few-items", subject, message, "Add what is missing, or drop the axiom.")


def _restrictions(axioms: Axioms) -> Iterator[Finding]:
    nodes = set(axioms.instances(owl("Restriction"))) | {subject for subject, _ in axioms.pairs(owl("onProperty"))}
    for node in sorted(nodes, key=str):
        kinds = [predicate for predicate in sorted(RESTRICTIONS) if axioms.values(node, predicate)]
        on = axioms.values(node, owl("onProperty"))
        if not isinstance(node, BlankNode) or len(on) != 1 or len(kinds) != 1 or len(axioms.values(node, kinds[0])) != 1:
            message = "A restriction is a blank node with one owl:onProperty and one kind of restriction; this one is not."
            yield violation("restriction", node, message, "Write one restriction for each property and kind.")
            continue
        if kinds[0].endswith("ardinality"):
            value = axioms.values(node, kinds[0])[0]
            number = isinstance(value, Literal) and value.datatype.value.endswith("#nonNegativeInteger")
            filler = axioms.values(node, owl("onClass")) + axioms.values(node, owl("onDataRange"))
            if not number or len(filler) != ("ualified" in kinds[0]):
                message = "A cardinality is an xsd:nonNegativeInteger, with owl:onClass or owl:onDataRange just when qualified."
                yield violation("restriction", node, message, "Mend the number or the filler.")


def _anonymous_classes(axioms: Axioms) -> Iterator[Finding]:
    for node in axioms.instances(owl("Class")):
        if isinstance(node, BlankNode):
            kinds = [predicate for predicate in _BOOLEAN if axioms.values(node, predicate)]
            if len(kinds) != 1:
                message = "An anonymous class is made by one of owl:unionOf, intersectionOf, complementOf, oneOf; this one is not."
                yield violation("class-expression", node, message, "Give it a name, or one of the four.")


def _parts(axioms: Axioms, node: Term) -> Iterator[Term]:
    for predicate in (*_BOOLEAN, owl("someValuesFrom"), owl("allValuesFrom"), owl("onClass")):
        for value in axioms.values(node, predicate):
            yield from axioms.items(value) if axioms.values(value, rdf("first")) else [value]


def _sharing(axioms: Axioms) -> Iterator[Finding]:
    expressions = {node for kind in ("Class", "Restriction") for node in axioms.instances(owl(kind)) if isinstance(node, BlankNode)}
    uses = Counter(value for _, predicate, value in axioms.triples if value in expressions and predicate != rdf("type"))
    for node in sorted(expressions, key=str):
        if node in closure(_parts(axioms, node), lambda part: _parts(axioms, part) if isinstance(part, BlankNode) else ()):
            message = "An anonymous class is a part of its own description."
            yield violation("cyclic-expression", node, message, "Give it a name.")
        elif uses[node] > 1:
            message = f"An anonymous class is used {uses[node]} times, where each is used once."
            yield violation("shared-expression", node, message, "Give it a name, or write it twice.")


def _annotated_axioms(axioms: Axioms) -> Iterator[Finding]:
    for node in axioms.instances(owl("Axiom")):
        parts = [axioms.values(node, owl(name)) for name in ("annotatedSource", "annotatedProperty", "annotatedTarget")]
        if any(len(part) != 1 for part in parts) or parts[2][0] not in axioms.values(parts[0][0], parts[1][0].value):
            message = "An annotated axiom does not name the subject, property and value of a triple that stands here."
            yield violation("annotated-axiom", node, message, "State the triple too, or correct the three.")


def _individuals(axioms: Axioms) -> Iterator[Finding]:
    places = [(subject, value) for name in ("sameAs", "differentFrom") for subject, value in axioms.pairs(owl(name))]
    nodes = [node for pair in places for node in pair]
    nodes += [value for _, value in axioms.pairs(owl("hasValue"))]
    for name in ("oneOf", "distinctMembers"):
        for subject, head in axioms.pairs(owl(name)):
            if rdfs("Datatype") not in axioms.types(subject):
                nodes += axioms.items(head)
    for node in dict.fromkeys(nodes):
        if isinstance(node, BlankNode):
            message = "An anonymous individual stands where OWL 2 DL allows only named ones."
            yield violation("anonymous-individual", node, message, "Give it an IRI.")


# Only simple object properties are restricted, and chains form a regular hierarchy (section 11).


def _composite(axioms: Axioms) -> set[str]:
    """Return the object property expressions that are not simple: transitive, implied by a chain, or above such a one."""
    start = {node.value for node in axioms.instances(owl("TransitiveProperty")) if isinstance(node, NamedNode)}
    start |= {implied for implied, _ in axioms.chains} | _BY_NATURE
    start |= {f"^{name}" for name in start}
    return {above for name in start for above in axioms.above(name)}


def _simple(axioms: Axioms) -> Iterator[Finding]:
    not_simple = _composite(axioms)
    uses = [(axioms.property_name(node), kind) for kind in NEEDS_SIMPLE for node in axioms.instances(kind)]
    for node, value in axioms.pairs(owl("onProperty")):
        for kind in ("hasSelf", *(f"{q}{c}" for q in ("", "min", "max") for c in ("Cardinality", "QualifiedCardinality"))):
            kind = kind[0].lower() + kind[1:]
            if axioms.values(node, owl(kind)):
                uses.append((axioms.property_name(value), owl(kind)))
    for one, other in axioms.pairs(owl("propertyDisjointWith")):
        uses += [(axioms.property_name(node), owl("propertyDisjointWith")) for node in (one, other)]
    for axiom in axioms.instances(owl("AllDisjointProperties")):
        for head in axioms.values(axiom, owl("members")):
            uses += [(axioms.property_name(node), owl("AllDisjointProperties")) for node in axioms.items(head)]
    for name, kind in sorted(set(uses)):
        if name in not_simple:
            message = f"{named(name)} is transitive or implied by a chain, so {named(kind)} may not speak of it."
            yield violation("non-simple-property", f"<{name.lstrip('^')}>", message, "Drop one of the two; a check query can say the other.")


def _regular(axioms: Axioms) -> Iterator[Finding]:
    below: defaultdict[str, set[str]] = defaultdict(set)
    for implied, chain in axioms.chains:
        for part in _to_be_below(implied, chain):
            below[part.lstrip("^")].add(implied)
    reported: set[str] = set()
    for implied, chain in axioms.chains:
        for part in _to_be_below(implied, chain):
            plain = part.lstrip("^")
            upward = {name.lstrip("^") for name in axioms.above(implied)}
            if implied not in reported and (plain == implied or plain in upward or plain in closure([implied], lambda name: below.get(name, ()))):
                reported.add(implied)
                message = f"{named(implied)} is implied by a chain through {named(part)}, which would have to come before it and does not."
                yield violation("irregular-chain", f"<{implied}>", message, "Break the circle between the two properties.")


def _to_be_below(implied: str, chain: list[str]) -> list[str]:
    """Return what the order must put below the implied property; itself may stand alone twice, first, or last."""
    if chain == [implied, implied]:
        return []
    if chain[:1] == [implied]:
        return chain[1:]
    if chain[-1:] == [implied]:
        return chain[:-1]
    return chain


def _top(axioms: Axioms) -> Iterator[Finding]:
    top = owl("topDataProperty")
    for subject, predicate, value in axioms.triples:
        if subject == NamedNode(top) or predicate == top or (value == NamedNode(top) and not predicate.endswith("#subPropertyOf")):
            message = "owl:topDataProperty stands elsewhere than above a data property."
            yield violation("top-data-property", subject, message, "Use a property of your own.")


def _literals(axioms: Axioms) -> Iterator[Finding]:
    defined = {iri for iri, kinds in axioms.kinds.items() if "datatype" in kinds}
    known = DATATYPES | defined
    for iri in sorted(defined - DATATYPES):
        if len(axioms.values(NamedNode(iri), owl("equivalentClass"))) != 1:
            message = f"The datatype {named(iri)} is not in the OWL 2 datatype map and has not just one definition."
            yield violation("datatype-without-definition", f"<{iri}>", message, "Define it, or use xsd:string.")
    for subject, value in axioms.pairs(rdfs("range")):
        data = "data property" in axioms.kinds_of(subject.value) if isinstance(subject, NamedNode) else False
        if data and isinstance(value, NamedNode) and value.value not in known and not axioms.kinds_of(value.value):
            message = f"{named(value.value)} is not in the OWL 2 datatype map."
            yield violation("datatype-not-in-map", subject, message, "Use xsd:string and check the form by a shape.")
    for subject, _, value in axioms.triples:
        if not isinstance(value, Literal):
            continue
        datatype = value.datatype.value
        if datatype not in known:
            message = f"The literal {value} has a datatype outside the OWL 2 datatype map."
            yield violation("datatype-not-in-map", subject, message, "Use xsd:string and check the form by a shape.")
        elif not is_well_formed(value.value, datatype) or (datatype == owl("rational") and not _RATIONAL.fullmatch(value.value)):
            message = f"The literal {value} is not written as {named(datatype)} is."
            yield violation("literal-not-in-lexical-space", subject, message, "Correct its form or its datatype.")
