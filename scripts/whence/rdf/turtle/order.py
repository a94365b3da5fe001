"""The order of properties in a block: the house style's groups, alphabetical inside each."""

from __future__ import annotations

from whence.namespaces import PREFIXES
from whence.rdf.turtle.terms import RDF_TYPE

__all__ = ["property_rank"]

#: Groups from first to last; within a group the properties come in the order written here. What is
#: in no group stands at the star, alphabetical.
_GROUPS = (
    # labels
    "rdfs:label skos:prefLabel skos:altLabel skos:hiddenLabel sh:name dcterms:title",
    # definition
    "skos:definition rdfs:comment sh:description dcterms:description",
    # notes
    "skos:scopeNote skos:note skos:editorialNote skos:historyNote skos:changeNote skos:example",
    # hierarchy
    "rdfs:subClassOf owl:equivalentClass owl:disjointWith owl:disjointUnionOf"
    " rdfs:subPropertyOf owl:equivalentProperty owl:inverseOf owl:propertyChainAxiom rdfs:domain rdfs:range"
    " skos:inScheme skos:topConceptOf skos:hasTopConcept skos:broader skos:narrower skos:related",
    # what a shape or a restriction is about
    "sh:targetClass sh:targetNode sh:targetObjectsOf sh:targetSubjectsOf sh:path owl:onProperty",
    # an attestation, as it is read: who says what, how firmly, in which words
    "wh:attests wh:speaker wh:ascribedTo wh:polarity wh:commitment wh:hedge wh:hedgeScope wh:mood wh:mode",
    "oa:start oa:end",
    "*",
    "rdfs:isDefinedBy",
)


def _ranks() -> tuple[dict[str, int], int]:
    ranks: dict[str, int] = {RDF_TYPE: 0}
    others = 0
    for name in " ".join(_GROUPS).split():
        if name == "*":
            others = len(ranks)
            ranks["*"] = others
            continue
        prefix, _, local = name.partition(":")
        ranks[PREFIXES[prefix] + local] = len(ranks)
    return ranks, others


_RANKS, _OTHERS = _ranks()


def property_rank(iri: str) -> int:
    """Where a property stands in a block; properties of one rank are sorted by how they are written.

    >>> property_rank("http://www.w3.org/2000/01/rdf-schema#label") < property_rank("https://example.org/p")
    True
    """
    return _RANKS.get(iri, _OTHERS)
