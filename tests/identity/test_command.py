"""`whence same`, and what follows from decisions where a graph is opened with its packs."""

from __future__ import annotations

import json
from pathlib import Path

import packed
import pytest
from pyoxigraph import NamedNode

from whence import packs, sparql
from whence.cli import main
from whence.identity import COLUMNS, CROSSED
from whence.namespaces import IDENTITY, WH
from whence.store import layout

pytestmark = pytest.mark.usefixtures("validated")
OWN, OTHER = "https://example.org/g/harbour", "https://w3id.org/whence/pack/tides/harbour"
DIRECTOR = "SELECT ?agent { ?claim a wh:Contribution ; wh:work <%s> ; wh:agent ?agent } ORDER BY ?agent"


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A graph with a pack beside it that has a film and a person of the same names."""
    folder = packed.valid_graph(tmp_path / "g")
    packed.make(folder)
    return folder


def same(graph: Path, *words: str) -> int:
    return main(["--graph", str(graph), "same", *words, "--pack", "all"])


def test_options_may_stand_before_the_two_things(graph: Path) -> None:
    assert main(["same", "open", "--graph", str(graph), "--as", "Ada Reader", "g:harbour", "tides:harbour"]) == 0
    assert "\topen\tname\t" in (graph / "triples" / "identity.tsv").read_text(encoding="utf-8")


def test_proposals_are_listed_and_nothing_is_written(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert same(graph, "propose") == 0
    told = capsys.readouterr().out
    assert "0.50  Harbour (g:harbour, graph) = Harbour (tides:harbour, tides)" in told and "2 proposed." in told
    assert same(graph, "propose", "--format", "json", "--limit", "1") == 0
    record = json.loads(capsys.readouterr().out)
    assert (len(record["proposals"]), record["of"], record["proposals"][0]["tier"]) == (1, 2, "name")
    assert not (graph / "triples" / "identity.tsv").exists()


def test_a_decision_is_written_with_what_was_proposed_and_taken_back(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert same(graph, "accept", "g:harbour", "tides:harbour", "--as", "Ada Reader") == 0
    rows = (graph / "triples" / "identity.tsv").read_text(encoding="utf-8").splitlines()
    assert rows[1].startswith(f"{OWN}\t{OTHER}\tsame\tname\t0.50\tboth are called “Harbour”\tAda Reader\t20")
    capsys.readouterr()
    assert same(graph, "propose") == 0
    assert "1 proposed. 1 pair is decided already, see whence same list. Decide with" in capsys.readouterr().out
    assert same(graph, "reject", "g:mori", "tides:mori", "--as", "Ada Reader") == 0
    capsys.readouterr()
    assert same(graph, "propose") == 0
    assert capsys.readouterr().out == "0 proposed. 2 pairs are decided already, see whence same list.\n"
    assert main(["--graph", str(graph), "same", "list", "--limit", "1"]) == 0
    assert "\n1 more (--limit 2)\n1 same, 1 different, 0 open; 1 cluster.\n" in capsys.readouterr().out
    assert main(["--graph", str(graph), "undo"]) == 0
    assert main(["--graph", str(graph), "undo"]) == 0
    assert not (graph / "triples" / "identity.tsv").exists()


def test_a_filled_in_file_of_proposals_is_taken_and_lines_without_a_decision_wait(graph: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    same(graph, "propose", "--format", "tsv")
    head, first, second = capsys.readouterr().out.splitlines()
    file = tmp_path / "decided.tsv"
    file.write_text("\n".join((head, first.replace("\t\tname", "\tdifferent\tname", 1), second)), encoding="utf-8")
    assert same(graph, "decide", str(file), "--as", "Ada") == 0
    assert "1 line has no decision and waits." in capsys.readouterr().out
    assert "\tdifferent\t" in (graph / "triples" / "identity.tsv").read_text(encoding="utf-8")


def test_a_name_that_several_have_is_asked_about(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert same(graph, "accept", "Harbour", "tides:mori", "--as", "Ada") == 2
    assert "2 things are called 'Harbour'. Say which: g:harbour (film, graph); tides:harbour (film, tides)." in capsys.readouterr().err
    assert same(graph, "open", "tides:harbour", "Harbour", "--as", "Ada") == 0 and OWN in (graph / "triples" / "identity.tsv").read_text(encoding="utf-8")
    assert same(graph, "accept", "Nowhere", "tides:mori", "--as", "Ada") == 2
    assert same(graph, "open", "g:harbour") == 2
    assert same(graph, "reject", "g:harbour", "tides:harbour") == 2
    assert "--as NAME" in capsys.readouterr().err


def test_a_contradiction_is_told_where_it_is_made_and_where_it_is_listed(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert same(graph, "accept", "g:harbour", "tides:harbour", "--as", "Ada") == 0
    assert same(graph, "accept", "tides:harbour", "tides:tides", "--as", "Ada") == 0
    assert same(graph, "reject", "g:harbour", "tides:tides", "--as", "Ada") == 1
    assert "are decided to be different, and the same by" in capsys.readouterr().err
    assert main(["--graph", str(graph), "same", "list"]) == 1
    assert main(["--graph", str(graph), "validate"]) == 1
    assert "identity.tsv:3" in capsys.readouterr().out


def test_a_decision_on_what_is_not_there_is_a_warning(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = f"{OWN}x\t{OTHER}\tsame\t\t\tcalled so\tAda\t2026-11-29"
    (graph / "triples" / "identity.tsv").write_text("\t".join(COLUMNS) + f"\n{row}\n", encoding="utf-8")
    assert main(["--graph", str(graph), "validate"]) == 0
    assert "g:harbourx is decided on, and there is no such thing in the graph." in capsys.readouterr().out


def test_questions_that_name_a_pack_cross_clusters_and_others_do_not(graph: Path) -> None:
    assert same(graph, "accept", "g:harbour", "tides:harbour", "--as", "Ada") == 0
    opened = packs.open(layout.locate(graph), ["all"])
    crossing = sparql.run(opened.store, DIRECTOR % OWN, {}, **packs.dataset(opened.store, opened.packs))
    assert [row["agent"].value.rpartition("/")[2] for row in crossing] == ["mori"]
    assert list(sparql.run(opened.store, DIRECTOR % OWN, {}, **packs.dataset(opened.store, ()))) == []
    same_thing = opened.store.quads_for_pattern(NamedNode(OTHER), NamedNode(WH + "sameThing"), None, NamedNode(IDENTITY))
    assert [quad.object.value for quad in same_thing] == [OWN]
    crossed = list(opened.store.quads_for_pattern(None, None, None, NamedNode(CROSSED)))
    assert crossed and not any(quad.predicate.value == WH + "displayLabel" for quad in crossed)
    assert all(next(opened.store.quads_for_pattern(*quad.triple, None)).graph_name == NamedNode(CROSSED) for quad in crossed)
    both = "SELECT ?name { <%s> wh:displayLabel ?name }"
    for iri in (OWN, OTHER):
        assert len(list(sparql.run(opened.store, both % iri, {}, **packs.dataset(opened.store, opened.packs)))) == 1


def test_without_an_accepted_decision_nothing_is_crossed(graph: Path) -> None:
    assert same(graph, "open", "g:harbour", "tides:harbour", "--as", "Ada") == 0
    opened = packs.open(layout.locate(graph), ["all"])
    assert list(opened.store.quads_for_pattern(None, None, None, NamedNode(CROSSED))) == []
    assert len(list(opened.store.quads_for_pattern(None, NamedNode(WH + "possiblySameAs"), None, NamedNode(IDENTITY)))) == 2


def test_every_pack_takes_part_and_an_earlier_decision_is_told(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toml = graph / "whence.toml"
    toml.write_text("".join(line for line in toml.read_text("utf-8").splitlines(True) if not line.startswith("packs")), encoding="utf-8")
    assert same(graph, "reject", "g:harbour", "tides:harbour", "--as", "Ada") == 0
    capsys.readouterr()
    assert same(graph, "accept", "g:harbour", "tides:harbour", "--as", "Ben") == 0
    assert "It was different before (Ada, 20" in capsys.readouterr().err
