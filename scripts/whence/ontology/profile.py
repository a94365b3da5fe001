"""Whether an ontology is in OWL 2 DL: the typing constraints and global restrictions of the OWL 2 specification.

Sections are those of the OWL 2 Structural Specification and Functional-Style Syntax (second edition), and of the
Mapping to RDF Graphs where a rule is about the triples that stand for a structure. Reasoners pass over what they do
not understand, so an ontology outside the profile is accepted and means less than it says.

    axioms = Axioms(pyoxigraph.parse(path="ontology/whence.ttl"))
    findings = list(profile.check(axioms))     # empty for an ontology in OWL 2 DL
"""

from __future__ import annotations

from collections.abc import Iterator

from whence.findings import Finding
from whence.ontology import entities, expressions, hierarchy, literals
from whence.ontology.axioms import Axioms

__all__ = ["RULES", "check"]

#: Rule to what it demands, with the section that says so.
RULES = {**entities.RULES, **expressions.RULES, **hierarchy.RULES, **literals.RULES}


def check(axioms: Axioms) -> Iterator[Finding]:
    """Yield a violation for everything that takes an ontology out of OWL 2 DL.

    :param axioms: the triples of the ontology, of all it imports, and of the data
    """
    for part in (entities, expressions, hierarchy, literals):
        yield from part.check(axioms)
