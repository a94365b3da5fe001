"""A graph of one's own on the command line: started, empty, and with things under its own base."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from whence.cli import main
from whence.store import new_graph

EMPTY = "whence: This graph is empty: no file in its triples/ holds anything yet, and it includes no other graph.\n"
THINGS = """@prefix aspect: <https://w3id.org/whence/vocab/aspect/> .
@prefix g: <https://example.org/g/id/> .
@prefix id: <https://w3id.org/whence/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .

g:document-essay
  a wh:Document ;
  skos:prefLabel "Essay"@en ;
  wh:fileName "essay.txt" ;
  wh:textDigest "sha256:0000000000000000000000000000000000000000000000000000000000000000" ;
  wh:textLength 400 ;
  wh:writer g:mori ;
.

g:mori
  a wh:Person ;
  skos:prefLabel "Hana Mori"@en ;
.

g:phoenix
  a wh:Film ;
  skos:prefLabel "Phoenix of Kyoto"@en , "京都の火の鳥"@ja ;
.

g:claim-influence-phoenix
  a wh:Influence ;
  wh:aspect aspect:music ;
  wh:influenced g:phoenix ;
  wh:influencer SOURCE ;
.

g:attestation-essay-1
  a wh:Attestation ;
  wh:attests g:claim-influence-phoenix ;
  wh:speaker g:mori ;
  wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact ; wh:mode wh:Narration ;
  wh:document g:document-essay ; wh:start 10 ; wh:end 30 ; wh:passageDigest "sha256:1111111111111111111111111111111111111111111111111111111111111111" ;
.
"""


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two graphs with the same things, one of which speaks of a work of our corpus."""
    folder = tmp_path_factory.mktemp("graphs")
    for name, include, source in (("alone", [], "g:phoenix-comic"), ("beside", ["whence"], "id:blade-runner")):
        new_graph.start(str(folder / name), name, "https://example.org/g/id/", "g", include)
        more = "" if include else '\ng:phoenix-comic\n  a wh:Comic ;\n  skos:prefLabel "Phoenix, the comic"@en ;\n.\n'
        (folder / name / "triples" / "all.ttl").write_text(THINGS.replace("SOURCE", source) + more, encoding="utf-8")
    return folder


def test_an_empty_graph_has_no_findings_and_says_that_it_is_empty(tmp_path: Path, whence) -> None:  # type: ignore[no-untyped-def]
    told = whence("init", tmp_path / "my graph")
    assert told.returncode == 0 and "is started in" in told.stdout and "That address is nobody's" in told.stdout
    assert f"(cd '{tmp_path / 'my graph'}') is asked of this graph; elsewhere --graph '{tmp_path / 'my graph'}' says so.\n" in told.stdout
    graph = ("--graph", tmp_path / "my graph")
    for before, after in ((graph, ()), ((), graph)):
        answer = whence(*before, "validate", *after)
        assert (answer.returncode, answer.stderr) == (0, EMPTY)
        assert answer.stdout.startswith("No findings. ")
    assert EMPTY in whence(*graph, "query", "ASK { ?x a wh:Film }").stderr
    assert EMPTY in whence(*graph, "show", "anything").stderr
    assert whence(*graph, "init", tmp_path / "other").returncode == 2


def test_own_things_are_found_by_slug_prefix_and_name(graphs: Path, whence) -> None:  # type: ignore[no-untyped-def]
    for name in ("phoenix", "g:phoenix", "https://example.org/g/id/phoenix", "京都の火の鳥"):
        answer = whence("--graph", graphs / "alone", "show", name)
        assert answer.stdout.splitlines()[:2] == ["Phoenix of Kyoto", "  g:phoenix"], answer.stderr
    assert "g:slug" in whence("--graph", graphs / "alone", "show", "xyzzy").stderr


def test_a_query_knows_the_prefix_and_asks_for_what_our_corpus_is_the_default_of(graphs: Path, whence) -> None:  # type: ignore[no-untyped-def]
    alone = ("--graph", graphs / "alone", "query")
    assert "g:phoenix-comic" in whence(*alone, "SELECT ?x { ?claim wh:influenced g:phoenix ; wh:influencer ?x }").stdout
    asked = whence(*alone, "influences-on-work")
    assert (asked.returncode, asked.stderr) == (2, "whence: The parameter work is missing: the work. Add --set work=VALUE.\n")
    assert "Phoenix, the comic" in whence(*alone, "influences-on-work", "--set", "work=g:phoenix").stdout
    assert "Star Trek" in whence("--graph", graphs / "beside", "query", "influences-on-work").stdout


def test_an_own_article_speaks_of_a_work_of_our_corpus(graphs: Path, whence) -> None:  # type: ignore[no-untyped-def]
    assert whence("--graph", graphs / "beside", "validate").stdout.startswith("No findings. ")
    answer = whence("--graph", graphs / "beside", "query", "SELECT ?who { ?c wh:influencer id:blade-runner ; wh:influenced g:phoenix . ?a wh:attests ?c ; wh:speaker ?who }", "--format", "csv")
    assert answer.stdout == "who\nhttps://example.org/g/id/mori\n"


def test_exports_declare_the_prefix(graphs: Path, whence) -> None:  # type: ignore[no-untyped-def]
    alone = ("--graph", graphs / "alone")
    assert "@prefix g: <https://example.org/g/id/> ." in whence(*alone, "export", "--view", "any").stdout
    assert 'xmlns:g="https://example.org/g/id/"' in whence(*alone, "export", "--view", "any", "--format", "rdfxml").stdout
    made = whence(*alone, "query", "CONSTRUCT { ?x a ?c } WHERE { VALUES ?x { g:phoenix } ?x a ?c }", "--format", "jsonld")
    document = json.loads(made.stdout)
    assert document["@context"]["g"] == "https://example.org/g/id/" and '"id": "g:phoenix"' in made.stdout


def test_one_s_own_graph_is_exported_alone(graphs: Path, tmp_path: Path) -> None:
    assert main(["--graph", str(graphs / "beside"), "export", "--own", "--output", str(tmp_path / "own.nt")]) == 0
    triples = (tmp_path / "own.nt").read_text(encoding="utf-8")
    assert triples.count("\n<https://example.org/g/") + triples.startswith("<https://example.org/g/") == triples.count(" .\n") > 20
    assert main(["--graph", str(graphs / "beside"), "export", "--own", "--view", "any"]) == 2


def test_what_is_named_below_no_base_is_found(graphs: Path, tmp_path: Path, whence) -> None:  # type: ignore[no-untyped-def]
    assert whence("init", tmp_path / "x", "--base", "https://example.org/x/", "--prefix", "g").returncode == 0
    (tmp_path / "x" / "triples" / "all.ttl").write_text((graphs / "alone" / "triples" / "all.ttl").read_text(encoding="utf-8"), encoding="utf-8")
    answer = whence("validate", "--graph", tmp_path / "x", "--format", "json")
    found = [one for one in json.loads(answer.stdout)["findings"] if one["rule"] == "data:foreign-name"]
    assert {one["focusNode"] for one in found} == {f"<https://example.org/g/id/{name}>" for name in ("attestation-essay-1", "claim-influence-phoenix")}
    assert found[0]["fix"] == "Give it an IRI of its own below g:, which is https://example.org/x/."


def test_only_own_files_are_formatted(graphs: Path, whence) -> None:  # type: ignore[no-untyped-def]
    answer = whence("--graph", graphs / "alone", "fmt", "--check")
    assert (answer.returncode, answer.stdout.splitlines()) == (1, [f"would change {graphs / 'alone' / 'triples' / 'all.ttl'}"])


def test_who_stands_in_a_graph_or_below_asks_that_graph(graphs: Path, tmp_path: Path, whence) -> None:  # type: ignore[no-untyped-def]
    query = ("query", "SELECT ?film { ?film a wh:Film FILTER(STRSTARTS(STR(?film), STR(g:))) }", "--format", "csv")
    for folder in (graphs / "alone", graphs / "alone" / "triples"):
        assert whence(*query, cwd=folder).stdout == "film\nhttps://example.org/g/id/phoenix\n"
    assert whence("show", "phoenix", "--graph", graphs / "beside", cwd=graphs / "alone").stdout.startswith("Phoenix of Kyoto")
    assert "Metallic Rouge" in whence("show", "Metallic Rouge", "--limit", "1", cwd=tmp_path).stdout
    started = whence("init", "inner", cwd=graphs / "alone" / "texts")
    assert started.returncode == 0 and (graphs / "alone" / "texts" / "inner" / "whence.toml").exists()


def test_words_are_cited_as_the_graph_names_their_document(graphs: Path, whence) -> None:  # type: ignore[no-untyped-def]
    (graphs / "alone" / "texts" / "essay.txt").write_text("Mori says so: the phoenix.", encoding="utf-8")
    answer = whence("cite", "essay", "the phoenix", cwd=graphs / "alone")
    assert answer.stdout.startswith("  wh:document g:document-essay ; wh:start 14 ; wh:end 25 ;"), answer.stderr
    titled = whence("cite", "An Essay", "the phoenix", cwd=graphs / "alone")
    assert titled.stdout == answer.stdout, titled.stderr


def test_a_misspelt_own_name_in_a_query_is_told(graphs: Path, whence) -> None:  # type: ignore[no-untyped-def]
    told = whence("--graph", graphs / "alone", "query", "SELECT ?x { ?x wh:influenced g:phenix }").stderr
    assert told.startswith("whence: The graph does not know g:phenix. Did you mean g:phoenix"), told
