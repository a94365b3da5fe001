"""Linked data over HTTP: the cases of `cases/web/linked_data.json`, descriptions, documents about the dataset, clients."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse
from serving import ROOT, Server

CASES = json.loads((ROOT / "tests" / "cases" / "web" / "linked_data.json").read_text(encoding="utf-8"))
ID = "https://w3id.org/whence/id/"
#: But JSON-LD, for which the engine fetches no context: `test_context` reads it.
FORMS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML, "trig": RdfFormat.TRIG, "nq": RdfFormat.N_QUADS, "n3": RdfFormat.N3}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def loaded(triples: bytes) -> Store:
    store = Store()
    store.load(triples, format=RdfFormat.N_TRIPLES)
    return store


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_request_gets_its_answer(server: Server, case: dict[str, Any]) -> None:
    headers = {"Accept": case["accept"]} if "accept" in case else {}
    answer = server.request(case.get("method", "GET"), case["path"], None, headers)
    assert answer.status == case["status"], answer.body
    assert case.get("type") in (None, answer.kind)
    assert case.get("contains", "") in answer.text
    if "location" in case:
        assert answer.headers["location"] == server.base + case["location"]
        assert answer.headers["vary"] == "Accept"
        assert 'rel="alternate"; type="text/turtle"' in answer.headers["link"]


def test_all_forms_say_the_same(server: Server) -> None:
    graphs = {suffix: {str(quad.triple) for quad in parse(server.get(f"/data/comet-song.{suffix}").body, format=form)} for suffix, form in FORMS.items()}
    assert graphs["nt"]
    assert [suffix for suffix in graphs if graphs[suffix] != graphs["nt"]] == []


def test_a_description_has_claims_positions_and_names(server: Server) -> None:
    store = loaded(server.get("/data/comet-song.nt").body)
    claim = NamedNode(ID + "claim-influence-comet-song-iron-garden")

    def described(subject: NamedNode, predicate: str) -> list[str]:
        return sorted(quad.object.value for quad in store.quads_for_pattern(subject, NamedNode(predicate), None))

    assert described(claim, "https://w3id.org/whence/ontology#influencer") == [ID + "iron-garden"]
    denial = NamedNode(ID + "attestation-000-influence-denied")
    assert described(denial, "https://w3id.org/whence/ontology#polarity") == ["https://w3id.org/whence/ontology#Denied"]
    assert described(NamedNode(ID + "iron-garden"), "http://www.w3.org/2000/01/rdf-schema#label")


def test_a_description_has_an_entity_tag(server: Server) -> None:
    first = server.get("/data/comet-song.ttl")
    assert server.get("/data/comet-song.ttl", If_None_Match=first.headers["etag"]).status == 304
    assert server.get("/data/comet-song.nt").headers["etag"] != first.headers["etag"]


def test_void_counts_what_is_there(server: Server) -> None:
    store = loaded(server.get("/.well-known/void", "application/n-triples").body)
    told = {row["p"].value.rpartition("#")[2]: int(row["n"].value) for row in store.query("SELECT ?p ?n { ?d <http://rdfs.org/ns/void#sparqlEndpoint> ?e ; ?p ?n FILTER(isNumeric(?n)) }")}
    counted = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"]
    assert told["triples"] == int(counted)
    claims = store.query("SELECT ?n { ?part <http://rdfs.org/ns/void#class> <https://w3id.org/whence/ontology#Claim> ; <http://rdfs.org/ns/void#entities> ?n }")
    assert [row["n"].value for row in claims] == ["3"]


def test_every_address_of_the_sitemap_answers(server: Server) -> None:
    tree = ElementTree.fromstring(server.get("/sitemap.xml").body)
    addresses = [element.text or "" for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) > 5
    assert [address for address in addresses if server.get("/" + address.removeprefix(server.base), "text/html").status != 200] == []


def test_another_base_is_named_everywhere() -> None:
    with Server("--base", "https://example.org/graph/") as running:
        assert running.get("/id/comet-song", "text/turtle").headers["location"] == "https://example.org/graph/data/comet-song.ttl"
        assert "<https://example.org/graph/sparql>" in running.get("/sparql", "application/n-triples").text


@pytest.mark.parametrize("host", ["evil.example/<script>", "a b", "a:b:c", "a:99999", "[::1", "[x]:80", "", "u@a.example", "\xe9.example"])
def test_a_host_that_is_none_is_refused(server: Server, host: str) -> None:
    answer = server.request("GET", "/id/comet-song", None, {"Host": host})
    assert answer.status == 400 and "Host" in answer.text and "script" not in answer.text


@pytest.mark.parametrize("host", ["a.example", "A_b.example:80", "127.0.0.1:1", "[::1]:8000"])
def test_a_host_is_repeated_in_addresses(server: Server, host: str) -> None:
    assert server.request("GET", "/id/comet-song", None, {"Host": host, "Accept": "text/turtle"}).headers["location"] == f"http://{host}/data/comet-song.ttl"


def test_rdflib_reads_a_thing_by_its_address(server: Server) -> None:
    from rdflib import Graph, URIRef

    graph = Graph().parse(f"{server.base}id/comet-song")
    assert (URIRef(ID + "comet-song"), None, None) in graph


def test_rdflib_asks_the_endpoint(server: Server) -> None:
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    for form in ("xml", "json", "csv", "tsv"):
        graph = Graph(SPARQLStore(f"{server.base}sparql", returnFormat=form))
        rows = list(graph.query(f"SELECT ?p {{ <{ID}comet-song> ?p ?o }}"))
        assert rows, form
    assert bool(Graph(SPARQLStore(f"{server.base}sparql")).query("ASK { ?s ?p ?o }"))


def test_sparqlwrapper_asks_the_endpoint(server: Server) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

        asked = SPARQLWrapper(f"{server.base}sparql")
        for form in (JSON, XML, CSV):
            asked.setReturnFormat(form)
            asked.setQuery("SELECT ?s { ?s ?p ?o } LIMIT 3")
            assert asked.query().convert()
        asked.setMethod(POST)
        asked.setRequestMethod(POSTDIRECTLY)
        asked.setReturnFormat(TURTLE)
        asked.setQuery("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3")
        assert b"<" in asked.query().convert()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl_gets_plain_words(server: Server) -> None:
    command = ["curl", "-s", f"{server.base}sparql", "--data-urlencode", "query=ASK { ?s ?p"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.startswith("1:5: ")
    followed = subprocess.run(["curl", "-sL", "-H", "Accept: text/turtle", f"{server.base}id/comet-song"], capture_output=True, text=True, timeout=30, check=True)
    assert "id:comet-song" in followed.stdout


def test_pages_have_a_strict_policy_and_escape_what_they_show(server: Server) -> None:
    page = server.get("/page/comet-song", "text/html")
    assert page.status == 200 and page.kind == "text/html"
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert "schema.org" in page.text
    missing = server.get("/page/%3Cscript%3Ealert(1)%3C/script%3E", "text/html")
    assert missing.status == 404 and "<script>" not in missing.text


def test_no_pages_where_none_are_wanted() -> None:
    with Server("--no-ui") as running:
        assert running.get("/page/comet-song").status == 404
        assert running.get("/id/comet-song", "text/html, */*;q=0.1").headers["location"].endswith("data/comet-song.ttl")
