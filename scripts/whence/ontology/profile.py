"""Whether an ontology is in OWL 2 DL: the typing constraints and global restrictions of the OWL 2 specification.

Sections are those of the OWL 2 Structural Specification and Functional-Style Syntax (second edition), and of the
Mapping to RDF Graphs where a rule is about the triples that stand for a structure. Reasoners pass over what they do
not understand, so an ontology outside the profile is accepted and means less than it says.

    axioms = Axioms(pyoxigraph.parse(path="ontology/whence.ttl"))
    findings = list(profile.check(axioms))     # empty for an ontology in OWL 2 DL
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from whence.findings import Finding
from whence.ontology import entities, expressions, hierarchy
from whence.ontology.axioms import DATATYPES, Axioms, named, owl, rdfs, violation
from whence.shacl.xsd import is_well_formed

_RATIONAL = re.compile(r"[+-]?[0-9]+ */ *[1-9][0-9]*")


def check(axioms: Axioms) -> Iterator[Finding]:
    """Yield a violation for everything that takes an ontology out of OWL 2 DL.

    :param axioms: the triples of the ontology, of all it imports, and of the data
    """
    for part in (entities, expressions, hierarchy):
        yield from part.check(axioms)
    yield from _literals(axioms)


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
