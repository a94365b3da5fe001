"""Packs of a served graph: queries that name them, and descriptions that tell their sources and licences."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

import packed
import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from whence.namespaces import PREFIXES
from whence.store import layout
from whence.web.site_export import InProcess, open_graph

PACK = NamedNode("https://w3id.org/whence/pack/tides")
CC0 = NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")
CURATED = "https://w3id.org/whence/graph/curated"
CLAIMS = "SELECT ?claim %s { ?claim a wh:Claim } ORDER BY ?claim"


def answers(graph: Path, addresses: list[tuple[str, str]]) -> list[str]:
    """The bodies of the answers to GETs, each an address and what is accepted."""

    async def ask() -> list[str]:
        server = InProcess(open_graph(layout.locate(graph)), "http://localhost/")
        found = [await server.get(*address) for address in addresses]
        assert {answer.status for answer in found} == {200}
        return [answer.body.decode() for answer in found]

    return asyncio.run(ask())


@pytest.fixture
def served(own_graph: Path) -> Path:
    packed.make(own_graph)
    with (own_graph / "whence.toml").open("a") as stream:
        stream.write('packs = ["tides"]\n')
    return own_graph


def test_queries_name_the_graphs_they_ask(served: Path) -> None:
    own, its = ["g/claim-influence-otaru"], ["pack/tides/claim-director", "pack/tides/claim-source"]
    cases = [("", own), (f"FROM {PACK}", its), (f"FROM <{CURATED}> FROM {PACK}", own + its), (f"FROM <{CURATED}>", own)]
    query = [("/sparql?query=" + quote(CLAIMS % head), "text/csv") for head, _ in cases]
    given = [f"/sparql?query={quote(CLAIMS % '')}&default-graph-uri={quote(PACK.value)}&default-graph-uri={quote(CURATED)}"]
    within = ["/sparql?query=" + quote(f"SELECT ?claim {{ GRAPH {PACK} {{ ?claim a wh:Claim }} }} ORDER BY ?claim")]
    found = answers(served, [*query, *((address, "text/csv") for address in (*given, *within))])
    shown = [[line.removeprefix("https://example.org/").removeprefix("https://w3id.org/whence/") for line in text.split()[1:]] for text in found]
    assert shown == [*(expected for _, expected in cases), own + its, its]


def test_a_pack_is_told_to_be_a_graph(served: Path) -> None:
    async def told() -> str:
        return (await InProcess(open_graph(layout.locate(served)), "http://localhost/").get("/pack/tides", "text/turtle")).body.decode()

    assert f"GRAPH {PACK}" in asyncio.run(told())


def test_descriptions_tell_the_source_and_licence_of_each_pack(served: Path) -> None:
    void, dcat, service, page = answers(served, [("/.well-known/void", "text/turtle"), ("/dcat", "text/turtle"), ("/sparql", "text/turtle"), ("/.well-known/void", "text/html")])
    licence, rights = NamedNode(PREFIXES["dcterms"] + "license"), NamedNode(PREFIXES["dcterms"] + "rights")
    for text in (void, dcat):
        store = Store()
        store.load(text, format=RdfFormat.TURTLE)
        assert [quad.object for quad in store.quads_for_pattern(PACK, licence, None)] == [CC0]
        assert [quad.object.value for quad in store.quads_for_pattern(PACK, rights, None)] == ["Source: tides"]
    store = Store()
    store.load(service, format=RdfFormat.TURTLE)
    query = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT ?licence { ?graph sd:name %s ; sd:graph/<%s> ?licence }"
    assert [row["licence"] for row in store.query(query % (PACK, licence.value))] == [CC0]
    assert "The Catalogue of tides" in page and CC0.value in page and "Source: tides" in page
