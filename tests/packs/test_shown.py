"""Packs on every face: cards, lineages, pages and addresses know what is in them, and say that a catalogue says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import packed
import pytest
from serving import Server

import whence

Whence = Callable[..., "CompletedProcess[str]"]
TITLE = "The Catalogue of tides"
HTML = "text/html,*/*;q=0.1"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = packed.valid_graph(tmp_path_factory.mktemp("faces") / "g")
    packed.make(folder)
    toml = folder / "whence.toml"
    toml.write_text(toml.read_text("utf-8") + 'packs = ["tides"]\n', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(graph: Path) -> Iterator[Server]:
    with Server(graph=graph) as running:
        yield running


def test_a_card_of_a_thing_in_a_pack_says_where_it_is(graph: Path, whence: Whence) -> None:
    shown = whence("show", "tides:harbour", "--graph", graph)
    assert shown.stdout.startswith(f"Harbour\n  tides:harbour\n  in the catalogue {TITLE}\n  film\n")
    assert "affirmed by the editors of tides" in shown.stdout


def test_what_the_graph_does_not_know_a_pack_answers_in_its_own_name(graph: Path, whence: Whence) -> None:
    told = whence("ask", "what is Tide Tables", "--pack", "tides", "--graph", graph).stdout
    assert f"in the catalogue {TITLE[4:]}: claims about Tide Tables" in told and "affirmed by the editors of tides" in told
    assert "tides:tides: whence sources tides:tides --pack tides\n" in told


def test_both_things_of_one_name_are_told_since_nobody_decided(graph: Path, whence: Whence) -> None:
    shown = whence("sources", "Harbour", "--graph", graph)
    assert "tides:harbour" in shown.stderr and "g:harbour" in shown.stderr
    assert "Nothing in a catalogue was decided to be the same thing" in shown.stdout


def test_a_lineage_within_a_pack_names_the_catalogue(graph: Path, whence: Whence) -> None:
    told = whence("lineage", "tides:harbour", "--graph", graph).stdout
    assert f"Harbour <- Tide Tables: □ affirmed by a catalogue  (tides:claim-source; catalogue: {TITLE})" in told


def test_a_pack_is_left_out_where_none_is_asked_for(graph: Path, whence: Whence, tmp_path: Path) -> None:
    alone = packed.valid_graph(tmp_path / "g")
    packed.make(alone)
    refused = whence("show", "tides:harbour", "--graph", alone).stderr
    assert "Nothing here is called" in refused and "Not asked is tides beside it: --pack all" in refused
    assert whence("show", "tides:harbour", "--graph", alone, "--pack", "tides").stdout.startswith("Harbour\n")


def test_pages_addresses_and_data_of_a_thing_in_a_pack(server: Server) -> None:
    page = server.get("/page/tides/harbour", HTML)
    assert (page.status, page.kind) == (200, "text/html")
    assert f'<span class="source catalogue">{TITLE}</span>' in page.text
    moved = server.get("/pack/tides/harbour", HTML)
    assert (moved.status, moved.headers["location"].endswith("/page/tides/harbour")) == (303, True)
    data = server.get("/data/tides/harbour.nt")
    assert data.status == 200 and '<http://www.w3.org/2004/02/skos/core#prefLabel> "Harbour"@en' in data.text
    claim = server.get("/page/tides/claim-director", HTML)
    assert "FROM &lt;https://w3id.org/whence/pack/tides&gt;" in claim.text and "tides:claim-director" in claim.text
    assert server.get("/page/tides/nothing", HTML).status == 404


def test_questions_are_of_the_graph_alone(server: Server) -> None:
    query = "SELECT ?claim WHERE { ?claim a <https://w3id.org/whence/ontology#Claim> }"
    assert [row["claim"]["value"] for row in server.query(query).json()["results"]["bindings"]] == ["https://example.org/g/claim-influence-otaru"]


def test_python_reads_packs_beside_the_graph(graph: Path) -> None:
    opened = whence.open(graph)
    (slot,) = (one for one in opened.sources("tides:harbour") if one.words == "director")
    assert (slot.verdict, [answer.value.text for answer in slot.answers]) == ("catalogues", ["Mori Kana"])
