"""What follows from the asserted graph: types, superproperties, inverses, chains, and the project's conveniences.

The rules are the part of OWL 2 RL/RDF (W3C Recommendation, section 4.3) that a reader of the graph leans on:
`cax-sco`, `prp-spo1`, `prp-spo2`, `prp-inv1`, `prp-inv2` and `prp-symp`. Domains and ranges are *not* used to
invent types, so that a missing type stays visible to the shapes. Each rule runs as one set-based update inside
the SPARQL engine until nothing new appears; then the queries of `queries/inference/` add the conveniences.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store

from whence.namespaces import PREFIXES

__all__ = ["close", "construct", "superclasses"]

_RDF = PREFIXES["rdf"]
_RDFS = PREFIXES["rdfs"]
_OWL = PREFIXES["owl"]
_SUB_CLASS = NamedNode(_RDFS + "subClassOf")
_SUB_PROPERTY = NamedNode(_RDFS + "subPropertyOf")
_INVERSE = NamedNode(_OWL + "inverseOf")
_CHAIN = NamedNode(_OWL + "propertyChainAxiom")
_TYPE = NamedNode(_RDF + "type")
_SYMMETRIC = NamedNode(_OWL + "SymmetricProperty")


def close(store: Store) -> int:
    """Add to the default graph what follows from the schema in it.

    :param store: holds the ontology and the data in its default graph; changed in place
    :returns: how many triples were added
    """
    rules = _property_rules(store)
    before = len(store)
    known = -1
    while known != len(store):
        known = len(store)
        for rule in rules:
            store.update(rule)
    types = _pairs(_closure(_edges(store, _SUB_CLASS)))
    if types:
        store.update(f"INSERT {{ ?s a ?general }} WHERE {{ VALUES (?special ?general) {{ {types} }} ?s a ?special }}")
    return len(store) - before


def construct(store: Store, queries: Iterable[str], *, graph: NamedNode | None = None) -> None:
    """Run CONSTRUCT queries one after another, adding what each yields before the next one runs.

    :param store: queried and changed in place
    :param queries: SPARQL texts; each sees what the earlier ones added to the default graph
    :param graph: the named graph that takes the triples, or None for the default graph
    :raises SyntaxError: when a query is not SPARQL
    """
    for query in queries:
        triples = store.query(query, prefixes=PREFIXES)
        text = triples.serialize(format=RdfFormat.N_TRIPLES)
        store.load(input=text, format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)


def superclasses(store: Store) -> dict[str, set[str]]:
    """Return for each class IRI the IRIs of all its superclasses, itself left out.

    >>> superclasses(Store())
    {}
    """
    return _closure(_edges(store, _SUB_CLASS))


def _edges(store: Store, predicate: NamedNode) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, predicate, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode) and quad.subject != quad.object:
            edges.setdefault(quad.subject.value, set()).add(quad.object.value)
    return edges


def _closure(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the transitive closure of a relation; a node on a cycle does not reach itself."""
    reached: dict[str, set[str]] = {}
    for start in edges:
        seen: set[str] = set()
        waiting = list(edges[start])
        while waiting:
            node = waiting.pop()
            if node not in seen and node != start:
                seen.add(node)
                waiting.extend(edges.get(node, ()))
        reached[start] = seen
    return reached


def _pairs(relation: dict[str, set[str]]) -> str:
    return " ".join(f"(<{one}> <{other}>)" for one in sorted(relation) for other in sorted(relation[one]))


def _property_rules(store: Store) -> list[str]:
    """Return the SPARQL updates that apply superproperties, inverses, symmetry and chains once each."""
    rules: list[str] = []
    general = _pairs(_closure(_edges(store, _SUB_PROPERTY)))
    if general:
        rules.append(f"INSERT {{ ?s ?q ?o }} WHERE {{ VALUES (?p ?q) {{ {general} }} ?s ?p ?o }}")
    inverse = _edges(store, _INVERSE)
    for one, others in list(inverse.items()):
        for other in others:
            inverse.setdefault(other, set()).add(one)
    for quad in store.quads_for_pattern(None, _TYPE, _SYMMETRIC):
        inverse.setdefault(quad.subject.value, set()).add(quad.subject.value)
    if inverse:
        rules.append(
            f"INSERT {{ ?o ?q ?s }} WHERE {{ VALUES (?p ?q) {{ {_pairs(inverse)} }} ?s ?p ?o FILTER(!isLiteral(?o)) }}"
        )
    for quad in store.quads_for_pattern(None, _CHAIN, None):
        path = _chain(store, quad.object)
        if path and isinstance(quad.subject, NamedNode):
            rules.append(f"INSERT {{ ?s {quad.subject} ?o }} WHERE {{ ?s {path} ?o }}")
    return rules


def _chain(store: Store, head: BlankNode | NamedNode) -> str | None:
    """Return a chain axiom's list as a SPARQL sequence path, or None when a member is neither a property nor its inverse."""
    steps: list[str] = []
    node: object = head
    while node != NamedNode(_RDF + "nil"):
        first = next(store.quads_for_pattern(node, NamedNode(_RDF + "first"), None), None)
        rest = next(store.quads_for_pattern(node, NamedNode(_RDF + "rest"), None), None)
        if first is None or rest is None or len(steps) > 16:
            return None
        step = first.object
        if isinstance(step, NamedNode):
            steps.append(str(step))
        else:
            inverse = next(store.quads_for_pattern(step, _INVERSE, None), None)
            if inverse is None or not isinstance(inverse.object, NamedNode):
                return None
            steps.append(f"^{inverse.object}")
        node = rest.object
    return "/".join(steps) or None
