"""`whence site`: files that work from any folder, every link of theirs included."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
import warnings
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
import rdflib
from browsing import chromium
from rdflib.compare import to_isomorphic

ROOT = Path(__file__).resolve().parents[2]
SMALL_GRAPH = ROOT / "tests" / "cases" / "graph"


def site(folder: Path, *arguments: str, graph: Path = SMALL_GRAPH) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "whence", "--graph", str(graph), "site", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site") / "out"
    done = site(made, "--data", "ttl", "jsonld")
    assert done.returncode == 0, done.stderr
    return made


class _Reader(HTMLParser):
    """Collects where a page leads, and what can be led to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.links += [given[name] for name in ("href", "src", "action") if name in given]
        self.places |= {given["id"]} if "id" in given else set()


def dead_links(folder: Path) -> list[tuple[str, str]]:
    """Every link within the site that leads to no file, or to no place in it."""
    pages = {path: _Reader(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or not target.is_relative_to(folder) or (parts.fragment and target in pages and parts.fragment not in pages[target].places):
                found.append((str(path.relative_to(folder)), link))
    return found


def test_no_link_is_dead_and_none_depends_on_where_the_site_stands(folder: Path) -> None:
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 50
    assert dead_links(folder) == []
    cited = [one for path in pages for one in re.findall(r'aria-label="CSL-JSON">(.*?)</pre>', path.read_text(encoding="utf-8"), re.DOTALL)]
    assert len(cited) > 5 and all(json.loads(html.unescape(one))[0]["URL"].startswith("https://") for one in cited)
    assert not [path for path in folder.rglob("*.*") if path.suffix in (".ttl", ".jsonld") and "site.invalid" in path.read_text(encoding="utf-8")]
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "site.invalid" not in text, path
        assert set(re.findall(r'<link rel="alternate" href="[^"]*/data/[^"]*" title="(\w+)">', text)) <= {"ttl", "jsonld"}, path
        assert '<a class="skip" href="#main">' in text, path
        assert not [link for link in _Reader(text).links if link.startswith("/")], path


def test_every_thing_has_its_page_and_its_data(folder: Path) -> None:
    for name in ("page/comet-song.html", "data/comet-song.ttl", "data/comet-song.jsonld", "query/influences-of-a-work.html", "index.html", "about.html", "dataset.html"):
        assert (folder / name).is_file(), name
    downloads = re.findall(r'href="(download/[^"]+)">.*?<code[^>]*>([0-9a-f]{64})<', (folder / "download.html").read_text(encoding="utf-8"))
    assert len(downloads) == len(list((folder / "download").iterdir())) > 12
    from hashlib import sha256

    assert all(sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in downloads)
    assert "<tbody>" in (folder / "query" / "influences-of-a-work.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["comet-song", "vocab/role/director"])
def test_json_ld_leads_to_the_context_beside_it(folder: Path, name: str) -> None:
    path = folder / "data" / f"{name}.jsonld"
    named = json.loads(path.read_text(encoding="utf-8"))["@context"]
    assert (path.parent / named).resolve() == folder / "context.jsonld"
    found, expected = (rdflib.Graph() for _ in range(2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own reader uses what it deprecates
        found.parse(path)
    assert to_isomorphic(found) == to_isomorphic(expected.parse(path.with_suffix(".ttl")))


def test_no_two_names_differ_by_case_alone(folder: Path) -> None:
    names = [str(path.relative_to(folder)) for path in folder.rglob("*")]
    assert len({name.lower() for name in names}) == len(names)


def test_feed_and_sitemap_need_an_address(folder: Path, tmp_path: Path) -> None:
    assert not (folder / "feed.xml").exists() and "atom+xml" not in (folder / "index.html").read_text(encoding="utf-8")
    assert site(tmp_path / "out", "--base", "https://example.org/whence", "--data", "nt").returncode == 0
    assert dead_links(tmp_path / "out") == []
    assert (tmp_path / "out" / "data" / "comet-song.nt").is_file() and not (tmp_path / "out" / "data" / "comet-song.ttl").exists()
    base = "https://example.org/whence/"
    addresses = [one.text or "" for one in ElementTree.parse(tmp_path / "out" / "sitemap.xml").iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    feed = ElementTree.parse(tmp_path / "out" / "feed.xml")
    links = [one.get("href") or "" for one in feed.iter("{http://www.w3.org/2005/Atom}link")]
    assert feed.getroot().findtext("{http://www.w3.org/2005/Atom}id") == base + "feed.xml"
    assert len(addresses) > 20 and links
    for address in [*addresses, *links]:
        assert address.startswith(base) and (tmp_path / "out" / unquote(urlsplit(address.removeprefix(base)).path)).is_file(), address


def test_only_a_folder_of_its_own_is_replaced(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear reader", encoding="utf-8")
    refused = site(tmp_path / "mine")
    assert refused.returncode == 2 and "did not write" in refused.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    (tmp_path / "empty").mkdir()
    assert site(tmp_path / "empty").returncode == 0
    (tmp_path / "empty" / "old.html").write_text("old", encoding="utf-8")
    (tmp_path / ".whence-site-999999999-x").mkdir()  # of a process that was killed
    assert site(tmp_path / "empty").returncode == 0  # it is its own now
    assert not (tmp_path / "empty" / "old.html").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "mine"]  # nothing is left beside
    assert site(tmp_path / "mine" / "letter.txt").returncode == 2


def test_a_graph_with_violations_is_not_written(small_graph: Path, tmp_path: Path) -> None:
    with (small_graph / "triples" / "entities" / "work.ttl").open("a", encoding="utf-8") as file:
        file.write("id:broken a wh:Work ; wh:partOf id:broken .\n")
    assert site(tmp_path / "out", graph=small_graph).returncode == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("base", ["example.org", "ftp://example.org/", "https://example.org/?a"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, base: str) -> None:
    refused = site(tmp_path / "out", "--base", base)
    assert refused.returncode == 2 and "no address" in refused.stderr


def test_it_works_from_the_disk_in_a_browser(folder: Path) -> None:
    with chromium() as browser:
        context = browser.new_context(color_scheme="light")
        page = context.new_page()
        complaints: list[Any] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith("file:") else None)
        page.goto((folder / "page" / "comet-song.html").as_uri())
        page.get_by_role("searchbox").fill("hana MORI")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=*")
        page.get_by_role("link", name="Hana Mori").click()
        page.wait_for_url("**/page/hana-mori.html")
        for asked in ("Hanna Mori", "who wrote Comet Song?"):
            page.get_by_role("searchbox").fill(asked)
            page.keyboard.press("Enter")
            page.get_by_text(f"Nothing here has the name “{asked}”; these are named in it, or nearly so.").wait_for()
            assert page.locator("#found a").first.inner_text() in ("Hana Mori", "Comet Song")
        page.get_by_role("button", name="Dark").click()
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(23, 21, 19)"
        page.get_by_role("link", name="Questions").click()
        page.get_by_label("Only questions with these words").fill("influences")
        assert page.locator("[data-words]:visible").count() >= 1
        page.get_by_role("link", name="SPARQL").click()
        page.wait_for_url("**/not-here.html#sparql")
        assert complaints == []
        context.close()


def test_no_name_of_a_thing_leads_out_of_the_folder(small_graph: Path, tmp_path: Path) -> None:
    slugs = ["../x", "../../../../x", "..", "con", "nul.x", "x" * 300, "comet-song.html", "a/b", "q'(u)o*te"]
    things = "".join(f'<https://w3id.org/whence/id/{slug}> a <https://w3id.org/whence/ontology#Series> ; skos:prefLabel "odd {at}"@en .\n' for at, slug in enumerate(slugs))
    with (small_graph / "triples" / "entities" / "work.ttl").open("a", encoding="utf-8") as file:
        file.write(things)
    made = tmp_path / "deep" / "er" / "out"
    done = site(made, graph=small_graph)
    assert done.returncode == 0, done.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"graph", "deep"}
    assert [one.name for one in (tmp_path / "deep").rglob("*") if not one.is_relative_to(made)] == ["er"]
    pages = [path.read_text(encoding="utf-8") for path in (made / "page").rglob("*.html")]
    for at in range(len(slugs)):
        assert sum(f"<h1>odd {at}</h1>" in page or f">odd {at}</h1>" in page for page in pages) == 1
    assert not [path for path in made.rglob("*") if path.name.partition(".")[0] in ("", "con", "nul") and path.name != ".whence-site"]
