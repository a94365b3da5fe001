"""Graphs of one's own in Python: two of them in one process, also with the same prefix, beside our corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

import whence
from whence import ontology, validation
from whence.store import layout, new_graph

THINGS = """@prefix my: <{base}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .

my:essay a wh:Document ; skos:prefLabel "Essay"@en ; wh:fileName "essay.txt" ; wh:textLength 400 ; wh:writer my:mori ;
  wh:textDigest "sha256:0000000000000000000000000000000000000000000000000000000000000000" .
my:mori a wh:Person ; skos:prefLabel "Hana Mori"@en .
my:phoenix a my:PuppetFilm ; skos:prefLabel "Phoenix of {name}"@en .
my:claim-1 a my:Homage ; wh:aspect wh:AspectNotStated ; wh:influenced my:phoenix ; wh:influencer my:mori .
my:position-1 a wh:Attestation ; wh:attests my:claim-1 ; wh:speaker my:mori ; wh:document my:essay ; wh:start 10 ; wh:end 30 ;
  wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact ; wh:mode wh:Narration ;
  wh:passageDigest "sha256:1111111111111111111111111111111111111111111111111111111111111111" .
"""
TERMS = """@prefix my: <{base}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wh: <https://w3id.org/whence/ontology#> .

my:PuppetFilm a owl:Class ; rdfs:label "puppet film"@en ; rdfs:subClassOf wh:Film .
my:Homage a owl:Class ; rdfs:label "homage"@en ; rdfs:subClassOf wh:Influence .
"""
QUERY = """#+ summary: Which puppet films are there?
#+ param film: iri = my:phoenix -- a film
SELECT ?film ?name
WHERE { ?film a my:PuppetFilm ; skos:prefLabel ?name }
ORDER BY ?film
"""


def make(folder: Path, name: str) -> Path:
    base = f"https://{name}.example/"
    new_graph.start(str(folder / name), name, base, "my", [])
    for path, text in (("triples/things.ttl", THINGS), ("ontology/terms.ttl", TERMS), ("queries/competency/puppet-films.rq", QUERY)):
        (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / path).write_text(text if path.endswith(".rq") else text.replace("{base}", base).replace("{name}", name), encoding="utf-8")
    return folder / name


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    return {name: make(tmp_path, name) for name in ("one", "two")}


def test_two_graphs_with_one_prefix_are_each_asked_by_their_own(folders: dict[str, Path]) -> None:
    graphs = {name: whence.open(folder) for name, folder in folders.items()}
    corpus = whence.open()
    for name in ("one", "two", "one"):
        graph = graphs[name]
        assert [row["name"].value for row in graph.query("SELECT ?name { my:phoenix skos:prefLabel ?name }")] == [f"Phoenix of {name}"]
        assert [row["name"].value for row in graph.query("puppet-films")] == [f"Phoenix of {name}"]
        assert graph.find("phoenix")[0].iri == graph.find("my:phoenix")[0].iri == f"https://{name}.example/phoenix"
        assert str(graph.show("phoenix")).splitlines()[:3] == [f"Phoenix of {name}", "  my:phoenix", "  puppet film"]
        assert {claim.kind for claim in graph.claims("phoenix", kind="Homage")} == {"Influence"}
        assert corpus.find("metallic-rouge")[0].iri == "https://w3id.org/whence/id/metallic-rouge"


def test_own_classes_carry_what_the_model_derives_of_those_above_them(folders: dict[str, Path]) -> None:
    graph = whence.open(folders["one"])
    assert graph.query("ASK { my:claim-1 a wh:Influence ; wh:involves my:mori . my:phoenix a wh:Work }")
    assert graph.query("ASK { GRAPH view:any { my:phoenix wh:influencedBy my:mori } }")
    assert graph.explain("phoenix", "wh:influencedBy", "Hana Mori", view="any")[0].holds


def test_the_ontology_is_judged_by_what_the_graph_brings(folders: dict[str, Path]) -> None:
    files = layout.locate(folders["one"])
    terms = str(folders["one"] / "ontology" / "terms.ttl")
    assert {one.place.file for one in ontology.check(files).report if one.place} == {terms}
    assert validation.check_queries(files, validation.check(files)).report.conforms


def test_an_own_query_may_not_have_the_name_of_one_of_the_model(folders: dict[str, Path]) -> None:
    folder = folders["one"] / "queries" / "competency"
    (folder / "puppet-films.rq").rename(folder / "lineage.rq")
    with pytest.raises(whence.InputError, match="Two queries are named lineage"):
        _ = whence.open(folders["one"]).catalog
