"""A graph of one's own as it is served: its things under its base, its title, licence and creator, and nothing of ours."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from whence.ask import Asker
from whence.store import cache, layout, new_graph
from whence.things import Index
from whence.web.pages.rendering import asker_of
from whence.web.site_export import InProcess, Response, open_graph

BASE = "https://kyoto.example/films/id/"
TOML = f"""title = "京都アニメの系譜"
base = "{BASE}"
prefix = "kyo"
licence = "https://creativecommons.org/licenses/by/4.0/"
creator = "佐藤ハナ"
"""
HEAD = f"@prefix kyo: <{BASE}> .\n@prefix id: <https://w3id.org/whence/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix wh: <https://w3id.org/whence/ontology#> .\n"
THINGS = HEAD + """
kyo:essay a wh:Document ; skos:prefLabel "Essay"@en ; wh:fileName "essay.txt" ; wh:textLength 400 ; wh:writer kyo:mori ;
  wh:textDigest "sha256:0000000000000000000000000000000000000000000000000000000000000000" .
kyo:mori a wh:Person ; skos:prefLabel "Hana Mori"@en .
kyo:phoenix a wh:Film ; skos:prefLabel "Phoenix of Kyoto"@en , "京都の火の鳥"@ja .
kyo:鬼 a wh:Film ; skos:prefLabel "The demon"@en .
kyo:claim-1 a wh:Influence ; wh:aspect wh:AspectNotStated ; wh:influenced kyo:phoenix ; wh:influencer kyo:鬼 .
kyo:position-1 a wh:Attestation ; wh:attests kyo:claim-1 ; wh:speaker kyo:mori ; wh:document kyo:essay ; wh:start 10 ; wh:end 30 ;
  wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact ; wh:mode wh:Narration ;
  wh:passageDigest "sha256:1111111111111111111111111111111111111111111111111111111111111111" .
"""
Get = Callable[..., Response]


def served(folder: Path) -> Get:
    graph = open_graph(layout.locate(folder))

    def get(address: str, accept: str = "text/html") -> Response:
        async def ask() -> Response:
            return await InProcess(graph, "http://site.example/").get(address, accept)

        return asyncio.run(ask())

    return get


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    (folder / "triples").mkdir()
    (folder / "whence.toml").write_text(TOML, encoding="utf-8")
    (folder / "triples" / "all.ttl").write_text(THINGS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def own(folder: Path) -> Get:
    return served(folder)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Get:
    folder = tmp_path_factory.mktemp("empty") / "g"
    new_graph.start(str(folder), "Nothing yet", "https://empty.example/", "empty", [])
    return served(folder)


@pytest.mark.parametrize("address", ["/films/id/phoenix", "/id/phoenix", "/id/kyo:phoenix", "/page/phoenix"])
def test_a_thing_is_dereferenced_at_the_path_of_its_base_and_by_its_slug(own: Get, address: str) -> None:
    answer = own(address)
    assert (answer.status, answer.body.decode()) == (303, "http://site.example/page/kyo/phoenix\n")


@pytest.mark.parametrize(("address", "accept", "location"), [
    ("/films/id/phoenix", "text/turtle", "data/kyo/phoenix.ttl"),
    ("/films/id/phoenix.jsonld", "*/*", "data/kyo/phoenix.jsonld"),
    ("/films/id/%E9%AC%BC", "text/html", "page/kyo/%E9%AC%BC"),
])  # fmt: skip
def test_the_form_is_negotiated(own: Get, address: str, accept: str, location: str) -> None:
    answer = own(address, accept)
    assert (answer.status, answer.body.decode()) == (303, f"http://site.example/{location}\n")


@pytest.mark.parametrize("address", ["/films/id/nothing", "/id/nothing", "/page/nothing", "/page/kyo/nothing"])
def test_what_there_is_not_is_named_by_the_own_base(own: Get, address: str) -> None:
    answer = own(address, "*/*")
    assert answer.status == 404 and f"<{BASE}nothing>" in answer.body.decode()


def test_a_page_and_the_data_of_a_thing_speak_of_it_by_its_iri(own: Get) -> None:
    page = own("/page/kyo/phoenix").body.decode()
    assert f"<code>{BASE}phoenix</code>" in page and 'href="/page/kyo/%E9%AC%BC"' in page
    assert "\nkyo:phoenix\n" in own("/data/kyo/phoenix.ttl", "*/*").body.decode()
    assert own("/data/phoenix.ttl", "*/*").body == own("/data/kyo/phoenix.ttl", "*/*").body


@pytest.mark.parametrize("address", [
    "/", "/about", "/licence", "/query", "/query/influences-on-work", "/query/influences-on-work?work=kyo:phoenix", "/editor", "/openapi.json", "/.well-known/void",
    "/dcat", "/page/kyo/phoenix", "/page/kyo/claim-1", "/lineage?thing=kyo:phoenix", "/search?q=phoenix", "/disagreements", "/download", "/changes", "/validation",
])  # fmt: skip
def test_every_page_has_the_title_and_the_licence_and_nothing_of_our_corpus(own: Get, address: str) -> None:
    answer = own(address)
    text = answer.body.decode()
    assert answer.status == 200
    assert "京都アニメの系譜</title>" in text or "<title>京都アニメの系譜" in text
    assert "CC BY 4.0" in text and "By 佐藤ハナ." in text
    assert "etallic" not in text and "id:document-0" not in text and "whence founders" not in text


def test_what_the_pages_need_is_kept_and_made_again_where_it_is_damaged_or_of_other_sources(folder: Path, own: Get) -> None:
    path = Path(open_graph(layout.locate(folder)).folder, "pages")
    home, whole, made = own("/").body, path.read_bytes(), path.stat().st_mtime_ns
    open_graph(layout.locate(folder))
    assert path.stat().st_mtime_ns == made
    cache.note(str(path), b"\0" * 32 + b"no pickle")
    of_other_sources = path.read_bytes()
    for damaged in (whole[:-1], whole.replace(b"Phoenix", b"phoenix"), b"", of_other_sources):
        path.write_bytes(damaged)
        assert served(folder)("/").body == home
        assert path.read_bytes() not in (damaged, b"")
    cache.note(str(path), whole[9:41] + b"cos\nsystem\n")
    path.chmod(0o622)  # others could have written it
    assert served(folder)("/").body == home


def test_what_questions_need_is_kept_for_every_worker_and_follows_the_queries(folder: Path) -> None:
    graph = open_graph(layout.locate(folder))
    assert graph.asker is not None
    new = Asker(Index(graph.store), graph.catalog)
    assert (kept := asker_of(graph).ask("What influenced Phoenix?")) == new.ask("What influenced Phoenix?") and kept.choices
    query = folder / "queries" / "competency" / "own-works.rq"
    query.parent.mkdir(parents=True)
    query.write_text("#+ summary: Which works are ours?\n#+ asks: which works are ours\nSELECT ?work { ?work a wh:Work } ORDER BY ?work\n", encoding="utf-8")
    assert asker_of(open_graph(layout.locate(folder))).ask("Which works are ours?").choices[0].query == "own-works"
    query.unlink()


def test_pages_that_are_made_into_files_yield_to_nobody(own: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    yielded: list[object] = []
    monkeypatch.setattr(os, "setpriority", lambda *what: yielded.append(what))
    assert own("/download").status == 200
    assert yielded == []


def test_the_descriptions_are_of_this_graph(own: Get) -> None:
    void = own("/.well-known/void?format=nt", "*/*").body.decode()
    assert f'<http://rdfs.org/ns/void#uriSpace> "{BASE}"' in void and f"<http://rdfs.org/ns/void#exampleResource> <{BASE}" in void
    assert 'terms/creator> "\\u4F50' in void or "佐藤ハナ" in void
    for text in (void, own("/dcat?format=nt", "*/*").body.decode()):
        assert "<https://creativecommons.org/licenses/by/4.0/>" in text and "publicdomain" not in text
    assert "<name>佐藤ハナ</name>" in own("/feed", "*/*").body.decode()
    described = json.loads(own("/openapi.json?format=json", "*/*").body)
    assert described["info"]["title"] == "京都アニメの系譜" and described["info"]["license"] == {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    sitemap = own("/sitemap.xml", "*/*").body.decode()
    assert "<loc>http://site.example/page/kyo/phoenix</loc>" in sitemap and sitemap.count("/page/kyo/") == 6


def test_reconciliation_has_slugs_below_the_base_for_identifiers(own: Get) -> None:
    manifest: Any = json.loads(own("/reconcile", "*/*").body)
    assert (manifest["name"], manifest["identifierSpace"]) == ("京都アニメの系譜", BASE)
    found = json.loads(own('/reconcile?queries={"q":{"query":"京都の火の鳥"}}', "*/*").body)["q"]["result"][0]
    assert (found["id"], found["match"]) == ("phoenix", True)
    assert own(manifest["view"]["url"].removeprefix("http://site.example").replace("{{id}}", found["id"])).status == 303
    assert own("/reconcile/preview?id=phoenix").status == 200
    extended = json.loads(own('/reconcile?extend={"ids":["phoenix"],"properties":[{"id":"wh:influencedBy"}]}', "*/*").body)
    assert extended["rows"]["phoenix"]["wh:influencedBy"] == [{"id": "鬼", "name": "The demon"}]


def test_an_empty_graph_says_so_and_has_all_its_pages(empty: Get) -> None:
    home = empty("/").body.decode()
    assert "This graph is empty" in home and "Nothing yet" in home and "placeholder=\"for instance" not in home
    for address in ("/about", "/licence", "/query", "/query/influences-on-work", "/editor", "/openapi.json", "/.well-known/void", "/download", "/disagreements", "/search?q=x", "/lineage"):
        answer = empty(address)
        assert answer.status == 200 and "etallic" not in answer.body.decode(), address
    assert empty("/anything", "*/*").status == 404


def test_the_editor_is_told_the_prefix(own: Get) -> None:
    page = own("/editor").body.decode()
    assert json.loads(unescape(page.partition('data-prefixes="')[2].partition('"')[0])) == {"kyo": BASE}
    assert "wh:influenced kyo:" in unescape(page)
