"""The pages about the site itself, the downloads, the versions and their feed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from serving import SMALL_GRAPH, Server

from whence import export, validation
from whence.rdf.formats import GRAPHS
from whence.store import layout

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def listed(server: Server) -> dict[str, tuple[int, str]]:
    """Size and digest of each file by its name, as the page of downloads tells them once all are made."""
    for _ in range(50):
        if "Made when it is asked for first" not in (page := server.get("/download", HTML).text):
            break
    rows = re.findall(r'href="/download/([^"]+)">.*?<td>([\d,]+)</td><td><code[^>]*>([0-9a-f]{64})<', page)
    return {name: (int(size.replace(",", "")), digest) for name, size, digest in rows}


def test_every_format_of_the_graph_and_of_each_view_is_listed(listed: dict[str, tuple[int, str]]) -> None:
    views = [path.stem for path in (SMALL_GRAPH / "queries" / "views").glob("*.rq")]
    endings = [GRAPHS[name].endings[0] for name in export.FORMATS]
    stems = ["whence", *(f"whence-view-{view}" for view in views)]
    assert set(listed) == {f"{stem}.{ending}" for stem in stems for ending in endings} | {"whence-derived.ttl", "whence-derived.nq"}


def test_a_download_is_what_the_page_says_and_what_export_writes(server: Server, listed: dict[str, tuple[int, str]], tmp_path: Path) -> None:
    files = layout.locate(SMALL_GRAPH)
    store = validation.open(files)
    for name, (size, digest) in listed.items():
        answer = server.get(f"/download/{name}")
        assert (answer.status, len(answer.body), hashlib.sha256(answer.body).hexdigest()) == (200, size, digest), name
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["etag"] == f'"{digest}"'
        assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
        stem, _, ending = name.partition(".")
        form = next(one for one in export.FORMATS if GRAPHS[one].endings[0] == ending)
        view = stem.removeprefix("whence-view-")
        quads = export.asserted(files) if stem == "whence" else export.everything(store) if stem == "whence-derived" else export.view(store, view)
        export.write(quads, form, output=tmp_path / name, context=files.context)
        assert (tmp_path / name).read_bytes() == answer.body, name


def test_a_download_comes_in_parts_and_not_twice(server: Server) -> None:
    whole = server.get("/download/whence.ttl")
    part = server.get("/download/whence.ttl", Range="bytes=10-29", If_Range=whole.headers["etag"])
    assert (part.status, part.body) == (206, whole.body[10:30])
    assert server.get("/download/whence.ttl", If_None_Match=whole.headers["etag"]).status == 304
    head = server.request("HEAD", "/download/whence.ttl")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(whole.body)))


@pytest.mark.parametrize("name", ["nothing.ttl", "whence.exe", "..%2Ffindings.json", "whence.nq.sha256"])
def test_no_other_file_can_be_had(server: Server, name: str) -> None:
    answer = server.get(f"/download/{name}")
    assert answer.status == 404
    assert answer.kind == "application/problem+json"


def check_atom(document: bytes) -> list[ElementTree.Element]:
    """Require what RFC 4287 requires (sections 3.1, 3.3, 4.1.1 to 4.1.3) and return the entries."""
    feed = ElementTree.fromstring(document)
    assert feed.tag == ATOM + "feed"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    entries = feed.findall(ATOM + "entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(ATOM + name)
            assert (found.text or "").strip()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", element.findtext(ATOM + "updated") or "")
        assert re.match(r"[a-z][a-z0-9+.-]*:", element.findtext(ATOM + "id") or "")
    for entry in entries:
        (content,) = entry.findall(ATOM + "content")
        assert content.get("type") == "xhtml"
        assert [child.tag for child in content] == ["{http://www.w3.org/1999/xhtml}div"]
        assert any(link.get("rel") == "alternate" for link in entry.findall(f"{ATOM}link"))
    ids = [entry.findtext(ATOM + "id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert feed.findtext(ATOM + "updated") == max((entry.findtext(ATOM + "updated") or "" for entry in entries), key=datetime.fromisoformat)
    return entries


def test_the_feed_tells_of_each_version_that_was_published(small_graph: Path) -> None:
    works = small_graph / "triples" / "entities" / "person.ttl"
    before = works.read_text(encoding="utf-8")
    with Server("--reload", graph=small_graph) as server:
        first = server.get("/feed")
        assert first.kind == "application/atom+xml"
        (entry,) = check_atom(first.body)
        works.write_text(before + '\nid:new-person\n  a wh:Person ;\n  skos:prefLabel "New & Person"@en ;\n.\n', encoding="utf-8")
        assert server.wait_for(lambda: server.metric('whence_reloads_total{outcome="served"') == 1)
        assert server.wait_for(lambda: len(check_atom(server.get("/feed").body)) == 2)
        second = server.get("/feed", If_None_Match=first.headers["etag"])
        new, old = check_atom(second.body)
        assert ElementTree.tostring(old) == ElementTree.tostring(entry)
        assert "1 thing new" in (new.findtext(ATOM + "title") or "")
        (link,) = new.iter("{http://www.w3.org/1999/xhtml}a")
        assert (link.text, link.get("href")) == ("New & Person", server.base + "page/new-person")
        shown = server.get("/changes", HTML).text
        assert "New &amp; Person" in shown and shown.count("<time") == 2
        digest = hashlib.sha256(server.get("/download/whence.nq").body).hexdigest()
        assert digest in shown and digest in server.get("/about", HTML).text
        works.write_text(before + '\n# The same again, with a comment.\nid:new-person\n  a wh:Person ;\n  skos:prefLabel "New & Person"@en ;\n.\n', encoding="utf-8")
        assert server.wait_for(lambda: server.metric('whence_reloads_total{outcome="served"') == 2)
        assert len(check_atom(server.get("/feed").body)) == 2  # it says the same, so it is no change


@pytest.mark.parametrize("path", ["/.well-known/void", "/dcat", "/openapi.json", "/health"])
def test_documents_are_pages_for_browsers_and_data_for_all_others(server: Server, path: str) -> None:
    page = server.get(path, HTML)
    assert (page.status, page.kind) == (200, "text/html")
    assert "Accept" in page.headers["vary"]
    data = server.get(path)
    assert data.kind in ("text/turtle", "application/json")
    assert "Accept" in data.headers["vary"]
    for accept in ("*/*", "application/json, */*;q=0.1", "text/turtle, */*;q=0.1"):
        answer = server.get(path, accept)
        assert "html" not in answer.kind
    assert server.get(path + "?format=json", HTML).kind in ("application/json", "application/ld+json")


def test_every_path_of_the_description_is_on_the_page_of_the_api(server: Server) -> None:
    shown = server.get("/openapi.json", HTML).text
    paths = [path for path in server.get("/openapi.json").json()["paths"] if not path.startswith("/query/")]
    assert [path for path in paths if f"<code>{path}</code>" not in shown] == []


def test_the_licence_of_the_graph_is_told(server: Server, small_graph: Path) -> None:
    assert "brings no licence of its own" in server.get("/licence", HTML).text
    (small_graph / "triples" / "LICENSE").write_text("Do <b>what</b> you like.", encoding="utf-8")
    with Server(graph=small_graph) as own:
        assert "Do &lt;b&gt;what&lt;/b&gt; you like." in own.get("/licence", HTML).text


def test_pages_name_the_feed(server: Server) -> None:
    assert '<link rel="alternate" type="application/atom+xml"' in server.get("/", HTML).text


def test_files_and_feed_are_there_without_pages() -> None:
    with Server("--no-ui") as data_only:
        assert data_only.get("/download/whence.ttl").status == 200
        assert len(check_atom(data_only.get("/feed").body)) == 1
        assert data_only.get("/about", HTML).status == 404


def test_a_page_that_takes_too_long_is_told_so_and_queries_go_on() -> None:
    with Server(bounds={"page_seconds": 1e-6}) as running:
        answer = running.get("/download", HTML)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert "Ask again in a moment." in answer.text and "Narrow" not in answer.text  # which nobody can do with a page
        assert running.get("/sparql?query=ASK%20%7B%7D", "*/*").status == 200
