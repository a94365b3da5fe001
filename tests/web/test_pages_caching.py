"""What is sent again and how small: entity tags, compression, conditional requests and ranges, of pages, documents and static files."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from serving import SMALL_GRAPH, Answer, Server

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAGES = ["/", "/search?q=comet", "/page/comet-song", "/picture?thing=comet-song", "/suggestions?q=comet", "/query", "/editor", "/page/ontology/Claim", "/lineage?thing=comet-song", "/path?from=comet-song&to=iron-garden", "/disagreements"]
DOCUMENTS = ["/sitemap.xml", "/openapi.json", "/.well-known/void", "/dcat", "/sparql", "/query?format=json", "/lineage?thing=comet-song&format=json", "/static/lineage.css"]
STATIC = ["/static/editor.js", "/static/whence.css", "/static/whence.js"]
LASTING = [*PAGES, *DOCUMENTS, *STATIC]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def get(server: Server, path: str, coding: str = "identity", method: str = "GET", **headers: str) -> Answer:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    accept = "text/turtle, */*;q=0.1" if path in DOCUMENTS else HTML
    return server.request(method, path, None, {"Accept": accept, "Accept-Encoding": coding, **fields})


@pytest.mark.parametrize("path", LASTING)
def test_each_form_has_its_own_tag_and_is_not_sent_twice(server: Server, path: str) -> None:
    plain, packed = get(server, path), get(server, path, "gzip")
    assert plain.status == packed.status == 200
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["etag"] != packed.headers["etag"]
    for coding, answer in (("identity", plain), ("gzip", packed)):
        again = get(server, path, coding, If_None_Match=answer.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
        assert "Accept-Encoding" in again.headers["vary"] and "Accept-Encoding" in answer.headers["vary"]
        assert again.headers["cache-control"] == answer.headers["cache-control"] == "no-cache"
        other = "gzip" if coding == "identity" else "identity"
        assert get(server, path, other, If_None_Match=answer.headers["etag"]).status == 200
        assert get(server, path, coding, If_None_Match='"else", ' + answer.headers["etag"]).status == 304
    assert get(server, path, If_None_Match='W/"else"').status == 200


@pytest.mark.parametrize("path", LASTING)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_head_tells_what_get_would(server: Server, path: str, coding: str) -> None:
    whole, head = get(server, path, coding), get(server, path, coding, "HEAD")
    assert head.body == b""
    assert int(head.headers["content-length"]) == len(whole.body)
    assert {name: value for name, value in head.headers.items() if name != "date"} == {name: value for name, value in whole.headers.items() if name != "date"}


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", True), ("br, GZIP;q=0.3", True), ("*", True), ("*;q=0, gzip", True), ("gzip;q=0", False), ("gzip; q=0.000, *", False), ("*, gzip;q=0", False), ("br", False), ("", False)],
)
@pytest.mark.parametrize("path", ["/", "/openapi.json", "/static/whence.css"])
def test_compressed_is_only_what_the_client_takes_compressed(server: Server, path: str, coding: str, packed: bool) -> None:
    assert ("content-encoding" in get(server, path, coding).headers) == packed


def test_small_documents_stay_as_they_are(server: Server) -> None:
    assert "content-encoding" not in get(server, "/robots.txt", "gzip").headers
    assert "content-encoding" not in get(server, "/static/whence.svg", "gzip").headers


def test_pages_that_differ_by_their_address_have_different_tags(server: Server) -> None:
    paths = ["/page/comet-song", "/page/comet-song?comparisons=1", "/page/comet-song?comparisons=1&steps=2", "/picture?thing=comet-song", "/search?q=comet", "/search?q=iron"]
    assert len({get(server, path).headers["etag"] for path in paths}) == len(paths)
    elsewhere = get(server, "/page/comet-song", Host="whence.example")
    assert "http://whence.example/page/" in elsewhere.headers["link"]
    assert elsewhere.headers["etag"] != get(server, "/page/comet-song").headers["etag"]


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?now) {}", "SELECT (rand() AS ?n) {}", "SELECT (STRUUID() AS ?id) {}"])
def test_an_answer_that_may_change_is_asked_for_anew(server: Server, query: str) -> None:
    answer = get(server, "/editor?" + urlencode({"query": query}))
    assert answer.status == 200
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/page/no-such-thing", "/query/no-such-query", "/editor?query=SELECT", "/validation", "/health"])
def test_what_may_change_at_any_time_has_no_tag(server: Server, path: str) -> None:
    answer = get(server, path, "gzip", If_None_Match="*")
    assert answer.status in (200, 400, 404)
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_any_form_of_a_page_that_exists_will_do(server: Server, path: str) -> None:
    assert get(server, path, If_None_Match="*").status == 304


def test_a_range_is_one_of_the_file_as_it_is(server: Server) -> None:
    whole = get(server, "/static/editor.js")
    for coding in ("identity", "gzip"):
        part = get(server, "/static/editor.js", coding, Range="bytes=100-199")
        assert part.status == 206
        assert part.body == whole.body[100:200]
        assert "content-encoding" not in part.headers
        assert part.headers["content-range"] == f"bytes 100-199/{len(whole.body)}"
        same = get(server, "/static/editor.js", coding, Range="bytes=100-199", If_Range=whole.headers["etag"])
        assert same.status == 206
        packed = get(server, "/static/editor.js", "gzip").headers["etag"]
        assert get(server, "/static/editor.js", coding, Range="bytes=100-199", If_Range=packed).body == whole.body
    assert get(server, "/static/editor.js", Range="bytes=99999999-").status == 416


def test_a_file_is_not_sent_when_it_has_not_changed_since(server: Server) -> None:
    for coding in ("identity", "gzip"):
        answer = get(server, "/static/whence.css", coding)
        again = get(server, "/static/whence.css", coding, If_Modified_Since=answer.headers["last-modified"])
        assert (again.status, again.headers["etag"]) == (304, answer.headers["etag"])


def test_another_graph_makes_other_pages(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL_GRAPH, tmp_path / "graph"))
    with Server("--reload", graph=folder) as server:
        before = get(server, "/page/comet-song")
        works = folder / "triples" / "entities" / "work.ttl"
        works.write_text(works.read_text(encoding="utf-8").replace('"Comet Song"@en', '"Song of another comet"@en'), encoding="utf-8")
        assert server.wait_for(lambda: server.metric('whence_reloads_total{outcome="served"') >= 1)
        after = get(server, "/page/comet-song", If_None_Match=before.headers["etag"])
        assert after.status == 200
        assert "Song of another comet" in after.text


def test_another_question_of_the_catalogue_makes_other_pages_of_questions(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL_GRAPH, tmp_path / "graph"))
    question = next((folder / "queries" / "competency").glob("*.rq"))
    paths = ["/query", f"/query/{question.stem}", "/editor", "/openapi.json"]
    with Server("--reload", graph=folder) as server:
        before = {path: get(server, path) for path in paths}
        text = question.read_text(encoding="utf-8")
        question.write_text(text.replace("#+ summary: ", "#+ summary: Differently asked: ", 1), encoding="utf-8")
        assert server.wait_for(lambda: server.metric('whence_reloads_total{outcome="served"') >= 1)
        after = {path: get(server, path, If_None_Match=answer.headers["etag"]) for path, answer in before.items()}
        assert {path: answer.status for path, answer in after.items()} == dict.fromkeys(paths, 200)
        assert all("Differently asked" in answer.text for answer in after.values())
