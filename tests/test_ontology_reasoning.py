"""What HermiT says of the ontology, alone, with the data, and with graphs that break one axiom each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph
from rdflib.collection import Collection

from reasoning import read, reason, with_unique_names, without_annotations

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology" / "whence.ttl"
CASES = sorted((ROOT / "tests" / "cases" / "ontology" / "inconsistent").glob("*.ttl"))


@cache
def axioms() -> Graph:
    return without_annotations(read([ONTOLOGY]))


def local_name(iri: object) -> str:
    return str(iri).replace("/", "#").rsplit("#", 1)[-1]


def test_ontology_alone_is_consistent_and_every_class_can_have_members() -> None:
    assert reason(axioms()) == []


def test_ontology_and_data_are_consistent_under_unique_names() -> None:
    files = [ONTOLOGY, *(ROOT / "ontology" / "vocab").glob("*.ttl"), *(ROOT / "triples").rglob("*.ttl")]
    assert reason(with_unique_names(without_annotations(read(files)))) == []


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_graph_that_breaks_one_axiom_is_inconsistent(case: Path) -> None:
    assert reason(axioms() + Graph().parse(case, format="turtle")) is None


def test_each_disjointness_and_functional_axiom_has_a_case() -> None:
    named = {path.stem for path in CASES}
    graph = axioms()
    for prop in graph.subjects(RDF.type, OWL.FunctionalProperty):
        kebab = "".join(f"-{c.lower()}" if c.isupper() else c for c in local_name(prop))
        assert any(name.startswith("functional-") and name.endswith(f"-{kebab}") for name in named), prop
    for axiom in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        for member in Collection(graph, graph.value(axiom, OWL.members)):
            kebab = "".join(f"-{c.lower()}" if c.isupper() else c for c in local_name(member)).lstrip("-")
            assert any(name.startswith("disjoint-") and kebab in name for name in named), member
