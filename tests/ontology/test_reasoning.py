"""What HermiT says of the ontology, alone, with the data, and with graphs that break one axiom each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph
from rdflib.collection import Collection

from reasoning import PROBE, add_probes, is_consistent, read, unsatisfiable, with_unique_names, without_annotations

ROOT = Path(__file__).parents[2]
ONTOLOGY = [ROOT / "ontology" / "whence.ttl", ROOT / "ontology" / "alignment.ttl"]
CASES = sorted((ROOT / "tests" / "cases" / "ontology" / "inconsistent").glob("*.ttl"))


@cache
def axioms() -> Graph:
    """The ontology and its alignment, without annotations."""
    return without_annotations(read(ONTOLOGY))


@cache
def weakened(case: Path) -> dict[str, Graph]:
    """A case without one of its triples, for each: named after the case and a number."""
    triples = sorted(Graph().parse(case, format="turtle"))
    weaker = {}
    for number, left_out in enumerate(triples):
        weaker[f"{case.stem}-without-{number}"] = graph = Graph()
        for triple in triples:
            if triple != left_out:
                graph.add(triple)
    return weaker


@cache
def refuted() -> set[str]:
    """The names of the probes, cases whole and weakened, that HermiT finds impossible, in one run over all."""
    probes = {case.stem: Graph().parse(case, format="turtle") for case in CASES}
    for case in CASES:
        probes |= weakened(case)
    impossible = unsatisfiable(add_probes(axioms(), probes))
    return {iri.removeprefix(str(PROBE)) for iri in impossible}


def local_name(iri: object) -> str:
    return str(iri).replace("/", "#").rsplit("#", 1)[-1]


def test_ontology_alone_is_consistent_and_every_class_can_have_members() -> None:
    assert unsatisfiable(axioms()) == set()


def test_ontology_and_data_are_consistent_under_unique_names() -> None:
    files = [*ONTOLOGY, *(ROOT / "ontology" / "vocab").glob("*.ttl"), *(ROOT / "triples").rglob("*.ttl")]
    assert is_consistent(with_unique_names(without_annotations(read(files))))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_graph_that_breaks_one_axiom_is_inconsistent(case: Path) -> None:
    assert case.stem in refuted()


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_graph_without_any_one_of_its_triples_is_consistent(case: Path) -> None:
    assert weakened(case), "the case says nothing"
    assert not refuted() & set(weakened(case))


def test_probe_and_graph_get_the_same_verdict() -> None:
    """Some cases go to HermiT as graphs too, so that the classes that stand for them are themselves tested."""
    for case in (CASES[0], CASES[-1]):
        graph = Graph().parse(case, format="turtle")
        assert not is_consistent(axioms() + graph), case
        weaker = weakened(case)[f"{case.stem}-without-0"]
        assert is_consistent(axioms() + weaker), case


def test_data_that_breaks_an_axiom_is_found_among_the_rest() -> None:
    files = [*ONTOLOGY, *(ROOT / "ontology" / "vocab").glob("*.ttl"), *(ROOT / "triples" / "entities").glob("*.ttl")]
    wrong = Graph().parse(data="@prefix id: <https://w3id.org/whence/id/> . id:studio-bones a <https://w3id.org/whence/ontology#Film> .")
    assert not is_consistent(with_unique_names(without_annotations(read(files) + wrong)))


def test_each_disjointness_functional_and_enumeration_axiom_has_a_case() -> None:
    named = {path.stem for path in CASES}
    graph = axioms()
    for prop in graph.subjects(RDF.type, OWL.FunctionalProperty):
        kebab = "".join(f"-{c.lower()}" if c.isupper() else c for c in local_name(prop))
        assert any(name.startswith("functional-") and name.endswith(f"-{kebab}") for name in named), prop
    for values in graph.subjects(OWL.oneOf, None):
        for prop in graph.subjects(RDFS.range, graph.value(predicate=OWL.equivalentClass, object=values)):
            kebab = "".join(f"-{c.lower()}" if c.isupper() else c for c in local_name(prop))
            assert f"value-of-wh-{kebab}" in named, prop
    for axiom in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        for member in Collection(graph, graph.value(axiom, OWL.members)):
            kebab = "".join(f"-{c.lower()}" if c.isupper() else c for c in local_name(member)).lstrip("-")
            assert any(name.startswith("disjoint-") and kebab in name for name in named), member
