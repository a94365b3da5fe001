"""JSON-LD from the server: it names its context by an address, where every reader that others use finds it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest
import rdflib
from jsonld_readers import READERS, read
from pyoxigraph import NamedNode, parse, RdfFormat
from serving import ROOT, Server

from whence.namespaces import ID, OA, VIEW
from whence.rdf import jsonld
from whence.rdf.canonical import canonical
from whence.web.process.validating import judge

PASSAGE, SELECTOR = "passage-002-1372-1491", "selector-002-1372-1491"
PATHS = ["/data/masahiko-minami", f"/data/{PASSAGE}", "/data/claim-influence-star-trek-world-building", "/data/ontology/InfluenceSource", "/query/press"]
#: Graphs that are asked for, with what stands before the format in their addresses.
GRAPHS = [f"/sparql?query={quote('CONSTRUCT WHERE { id:star-trek ?p ?o }')}&", f"/graph-store?graph={quote(VIEW)}press&"]
JSONLD = "application/ld+json"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(graph=ROOT) as running:
        yield running


@pytest.mark.parametrize("path", [*(f"{path}?" for path in PATHS), *GRAPHS])
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_finds_the_same_graph_by_the_address_alone(server: Server, reader: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    expected = set(canonical(pyoxigraph.parse(server.get(f"{path}_format=nt").body, format=RdfFormat.N_TRIPLES)))
    assert len(expected) > 9
    assert read(reader, f"{server.base}{path[1:]}_format=jsonld") == expected


def test_the_context_has_an_address_of_its_own(server: Server) -> None:
    answer = server.get("/context.jsonld")
    assert (answer.status, answer.kind, answer.headers["access-control-allow-origin"], answer.headers["cache-control"]) == (200, JSONLD, "*", "no-cache")
    assert answer.json() == {"@context": jsonld.read_context(str(ROOT / "ontology" / "context.jsonld"))}
    assert server.get("/context.jsonld", If_None_Match=answer.headers["etag"]).status == 304
    assert server.request("HEAD", "/context.jsonld").headers["content-length"] == str(len(answer.body))
    assert server.request("POST", "/context.jsonld").status == 405


@pytest.mark.parametrize("path", [*(f"{path}?" for path in [*PATHS, "/query/any"]), *GRAPHS])
def test_answers_name_it_as_the_server_is_known(server: Server, path: str) -> None:
    assert server.get(f"{path}_format=jsonld").json()["@context"] == f"{server.base}context.jsonld"
    named = server.request("GET", f"{path}_format=jsonld", None, {"Host": "graph.example:80"}).json()["@context"]
    assert named == "http://graph.example:80/context.jsonld"


def test_a_large_graph_names_it_too_and_is_the_same_graph(server: Server) -> None:
    large, lines = (server.get(f"/graph-store?default&_format={name}") for name in ("jsonld", "nt"))
    document = large.json()
    assert document["@context"] == f"{server.base}context.jsonld" and len(document["@graph"]) > 1_000
    held = {**document, "@context": server.get("/context.jsonld").json()["@context"]}
    assert set(canonical(parse(json.dumps(held), format=RdfFormat.JSON_LD))) == set(canonical(parse(lines.body, format=RdfFormat.N_TRIPLES)))


def test_another_base_is_that_of_the_context_too() -> None:
    with Server("--base", "https://example.org/graph/") as running:
        assert running.get("/data/comet-song.jsonld").json()["@context"] == "https://example.org/graph/context.jsonld"


def test_what_is_constructed_names_it_and_what_is_kept_has_its_own(server: Server) -> None:
    constructed = server.query("CONSTRUCT WHERE { ?s wh:polarity ?o } LIMIT 3", JSONLD).json()
    assert constructed["@context"] == f"{server.base}context.jsonld" and len(constructed["@graph"]) == 3
    assert server.get("/download/whence-view-maker.jsonld").json()["@context"]["wh"] == "https://w3id.org/whence/ontology#"


def test_a_changed_context_makes_other_answers(small_graph: Path) -> None:
    with Server("--reload", graph=small_graph) as running:
        first = running.get("/data/comet-song.jsonld")
        path = small_graph / "ontology" / "context.jsonld"
        path.write_text(path.read_text(encoding="utf-8").replace('"wh"', '"whence"'), encoding="utf-8")
        assert running.wait_for(lambda: "whence" in running.get("/context.jsonld").json()["@context"])
        second = running.get("/data/comet-song.jsonld", If_None_Match=first.headers["etag"])
        assert second.status == 200 and b'"whence:' in second.body and b'"wh:' not in second.body


def test_a_graph_without_a_context_is_served_with_the_prefixes(small_graph: Path) -> None:
    (small_graph / "ontology" / "context.jsonld").unlink()
    with Server(graph=small_graph) as running:
        assert running.get("/context.jsonld").json() == {"@context": jsonld.DEFAULT_CONTEXT}
        assert {node["@id"] for node in running.get("/data/comet-song.jsonld").json()["@graph"]} >= {"thing:comet-song"}


@pytest.mark.parametrize(("text", "said"), [("[", "is not JSON"), ('{"@context": {"a": {"@id": 1}}}', "is refused"), ("{}", "holds no JSON-LD context")])
def test_a_graph_with_a_broken_context_is_not_served(small_graph: Path, text: str, said: str) -> None:
    (small_graph / "ontology" / "context.jsonld").write_text(text, encoding="utf-8")
    verdict = judge(str(small_graph), pages=False)
    assert verdict["code"] == 3 and "context.jsonld" in verdict["problem"] and said in verdict["problem"]


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "trig", "nq", "n3"])
def test_a_passage_says_document_start_and_end(server: Server, form: str) -> None:
    answer = server.get(f"/data/{PASSAGE}.{form}")
    told = {(quad.subject, quad.predicate.value, getattr(quad.object, "value", "")) for quad in pyoxigraph.parse(answer.body, format=RdfFormat.from_media_type(answer.kind))}
    passage, selector = NamedNode(ID + PASSAGE), NamedNode(ID + SELECTOR)
    assert told >= {(passage, OA + "hasSource", ID + "document-002"), (passage, OA + "hasSelector", ID + SELECTOR)}
    assert told >= {(selector, OA + "start", "1372"), (selector, OA + "end", "1491")}


def test_the_page_of_a_passage_says_document_start_and_end(server: Server) -> None:
    page = server.get(f"/page/{PASSAGE}", "text/html").text
    assert "<dt>starts at code point</dt><dd><span>1372</span></dd>" in page and "<dt>ends before code point</dt><dd><span>1491</span></dd>" in page
    assert "[Interview with Minami and Kawamoto at Anime Expo 2023]" in page


def test_a_description_holds_the_nameless_nodes_it_is_made_of(server: Server) -> None:
    quads = list(pyoxigraph.parse(server.get("/data/ontology/InfluenceSource.nt").body, format=RdfFormat.N_TRIPLES))
    subjects = {quad.subject for quad in quads}
    assert [quad for quad in quads if isinstance(quad.object, pyoxigraph.BlankNode) and quad.object not in subjects] == []
    assert NamedNode("https://w3id.org/whence/ontology#WorkPart") in {quad.object for quad in quads}


def test_the_schema_of_proposals_has_an_address_and_drafts_have_none(server: Server) -> None:
    answer = server.get("/draft.schema.json")
    assert (answer.status, answer.kind) == (200, "application/schema+json")
    assert answer.json()["$schema"].endswith("2020-12/schema") and "Influence" in answer.json()["$defs"]
    assert server.get("/draft.schema.json", If_None_Match=answer.headers["etag"]).status == 304
    assert server.get("/drafts").status == server.get("/.whence/drafts").status == 404
