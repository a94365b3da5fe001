"""Small graphs for HermiT: many in one run, each as a class that can have members just where the graph is consistent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from whence.ontology.reasoning import Hermit, Knowledge

EXAMPLE = "https://example.org/"
PROBE = Namespace(EXAMPLE + "probe/")


def read(paths: Iterable[Path]) -> Graph:
    """Return the union of Turtle files."""
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def is_consistent(graph: Graph) -> bool:
    """Whether the graph, as an OWL 2 DL ontology with its data under unique names, has a model."""
    return Hermit().first_contradiction([_triples(graph)]) is None


def unsatisfiable(graph: Graph) -> set[str]:
    """Return the IRIs of the classes that can have no member."""
    return set(Hermit().unsatisfiable(_triples(graph)))


def _triples(graph: Graph) -> list[pyoxigraph.Triple]:
    store = pyoxigraph.Store()
    store.load(input=graph.serialize(format="nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    known = Knowledge(store)
    return known.triples(known.axioms)


def add_probes(ontology: Graph, cases: Mapping[str, Graph]) -> Graph:
    """Return the ontology with one class for each small graph, satisfiable just where the graph is consistent with it.

    A graph of fresh individuals that hang together as a tree says no more than "there is something of this
    shape", and that is a class expression (the rolling-up technique, Horrocks and Tessaris 2000). So one run of
    the reasoner gives each of many graphs a verdict of its own, since classes do not touch each other.

    :param cases: name of each probe, and its graph: a tree around `ex:thing`; its own individuals are `ex:` too, any
        other is one of the ontology
    """
    probed = Graph()
    for triple in ontology:
        probed.add(triple)
    for name, case in cases.items():
        probe = PROBE[name]
        probed.add((probe, RDF.type, OWL.Class))
        root = URIRef(EXAMPLE + "thing")
        probed.add((probe, RDFS.subClassOf, _rolled_up(root, case, name, probed)))
        for one, other in case.subject_objects(OWL.differentFrom):
            probed.add((_label(name, one, probed), OWL.disjointWith, _label(name, other, probed)))
    return probed


def _label(name: str, individual: Node, out: Graph) -> URIRef:
    """Return a fresh class that an individual of a case is in; two that differ get disjoint ones."""
    label = PROBE[f"{name}-{str(individual).rsplit('/', 1)[-1]}"]
    out.add((label, RDF.type, OWL.Class))
    return label


def _rolled_up(individual: Node, case: Graph, name: str, out: Graph) -> Node:
    parts: list[Node] = [_label(name, individual, out)]
    for predicate, value in case.predicate_objects(individual):
        if predicate == OWL.differentFrom:
            continue
        if predicate == RDF.type:
            parts.append(value)
            continue
        restriction = BNode()
        out.add((restriction, RDF.type, OWL.Restriction))
        out.add((restriction, OWL.onProperty, predicate))
        if isinstance(value, Literal) or not str(value).startswith(EXAMPLE):
            out.add((restriction, OWL.hasValue, value))
        else:
            out.add((restriction, OWL.someValuesFrom, _rolled_up(value, case, name, out)))
        parts.append(restriction)
    if len(parts) == 1:
        return parts[0]
    whole, items = BNode(), BNode()
    Collection(out, items, parts)
    out.add((whole, RDF.type, OWL.Class))
    out.add((whole, OWL.intersectionOf, items))
    return whole
