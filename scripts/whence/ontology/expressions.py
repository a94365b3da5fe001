"""OWL 2 DL: the triples of lists, class expressions and axioms form the structures they should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from whence.findings import Finding
from whence.ontology.axioms import RESTRICTIONS, Axioms, Term, owl, rdf, rdfs, reached, violation

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


def check(axioms: Axioms) -> Iterator[Finding]:
    """Yield a violation for each list, class expression, annotated axiom and anonymous individual that is not in order."""
    yield from _lists(axioms)
    yield from _sizes(axioms)
    yield from _restrictions(axioms)
    yield from _anonymous_classes(axioms)
    yield from _sharing(axioms)
    yield from _annotated_axioms(axioms)
    yield from _individuals(axioms)


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
        if node in reached(_parts(axioms, node), lambda part: _parts(axioms, part) if isinstance(part, BlankNode) else ()):
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
