"""OWL 2 DL: the datatypes of literals are of the OWL 2 datatype map, and the literals are in their lexical space."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from whence.findings import Finding
from whence.ontology.axioms import Axioms
from whence.ontology.violation import named, violation
from whence.ontology.vocabulary import DATATYPES, owl, rdfs

__all__ = ["RULES", "check"]

_SPEC = "OWL 2 Structural Specification"
RULES = {
    "datatype-not-in-map": f"{_SPEC} 4 and 5.2",
    "literal-not-in-lexical-space": f"{_SPEC} 4 and 5.7",
    "datatype-without-definition": f"{_SPEC} 5.2 and 9.4",
}


def check(axioms: Axioms) -> Iterator[Finding]:
    """Yield a violation for each literal and range with a datatype outside the map, and each malformed literal."""
    defined = {iri for iri, kinds in axioms.kinds.items() if "datatype" in kinds}
    known = set(DATATYPES) | defined
    for iri in sorted(defined - set(DATATYPES)):
        if len(axioms.values(NamedNode(iri), owl("equivalentClass"))) != 1:
            message = f"The datatype {named(iri)} is not in the OWL 2 datatype map and has not just one definition."
            yield violation(RULES, "datatype-without-definition", f"<{iri}>", message, "Define it, or use xsd:string.")
    for subject, value in axioms.pairs(rdfs("range")):
        data = "data property" in axioms.kinds_of(subject.value) if isinstance(subject, NamedNode) else False
        if data and isinstance(value, NamedNode) and value.value not in known and not axioms.kinds_of(value.value):
            message = f"{named(value.value)} is not in the OWL 2 datatype map."
            yield violation(RULES, "datatype-not-in-map", subject, message, "Use xsd:string and check the form by a shape.")
    for subject, _, value in axioms.triples:
        if not isinstance(value, Literal):
            continue
        datatype = value.datatype.value
        if datatype not in known:
            message = f"The literal {value} has a datatype outside the OWL 2 datatype map."
            yield violation(RULES, "datatype-not-in-map", subject, message, "Use xsd:string and check the form by a shape.")
        elif datatype in DATATYPES and not DATATYPES[datatype].fullmatch(value.value.strip()):
            message = f"The literal {value} is not written as {named(datatype)} is."
            yield violation(RULES, "literal-not-in-lexical-space", subject, message, "Correct its form or its datatype.")
