"""`whence serve --texts`: the words beside passages whose digest holds, on pages alone, and only where it was asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import SMALL_GRAPH, Server

from whence.evidence.texts import digest

TEXT = "Airing: 🏮 灯籠の港 was directed by Hana Mori, she says. Iron Garden had no part in it at all, no." + " More." * 60
HOLDS, DIFFERS = TEXT[10:40], TEXT[60:90]
PAGES = ("claim-contribution-hana-mori-comet-song-director", "attestation-000-director", "passage-000-10-40", "document-000")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(SMALL_GRAPH, tmp_path_factory.mktemp("quotes") / "graph"))
    (folder / "texts").mkdir()
    (folder / "texts" / "000_sample.txt").write_text(TEXT, encoding="utf-8")
    for file in (folder / "triples" / "attestations").iterdir():
        text = file.read_text(encoding="utf-8")
        for place, words in (("10-40", HOLDS), ("60-90", DIFFERS + "!")):
            text = text.replace(f"id:selector-000-{place} ;\n.", f'id:selector-000-{place} ;\n  wh:passageDigest "{digest(words)}" ;\n.')
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(graph: Path) -> Iterator[Server]:
    with Server("--texts", str(graph / "texts"), graph=graph) as running:
        yield running


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_the_words_beside_the_passage_and_says_who_can_see_them(server: Server, name: str) -> None:
    page = server.get(f"/page/{name}", "text/html").text
    assert HOLDS in page
    assert "whoever can open this page can read them" in page


def test_words_whose_digest_does_not_hold_are_not_shown(server: Server) -> None:
    for name in ("document-000", "attestation-000-influence-denied", "passage-000-60-90"):
        assert DIFFERS not in server.get(f"/page/{name}", "text/html").text


@pytest.mark.parametrize("path", ["/data/attestation-000-director.ttl", "/data/passage-000-10-40.jsonld", "/graph-store?default"])
def test_no_data_has_the_words(server: Server, path: str) -> None:
    answer = server.get(path)
    assert answer.status == 200
    assert HOLDS not in answer.text


def test_without_the_option_nothing_is_shown(graph: Path) -> None:
    with Server(graph=graph) as server:
        for name in PAGES:
            page = server.get(f"/page/{name}", "text/html").text
            assert HOLDS not in page
            assert "No text of a source is stored" in page


def test_a_folder_that_is_not_there_is_refused(whence: object, tmp_path: Path) -> None:
    ended = whence("serve", "--port", "0", "--texts", tmp_path / "nowhere")  # type: ignore[operator]
    assert ended.returncode == 3
    assert ended.stderr.startswith("whence: ") and "directory of texts cannot be read" in ended.stderr and "--texts" in ended.stderr
