"""After edits of files, what the gate says is what it says when the shapes look at everything."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from pyoxigraph import Store
from random_edits import any_size, both_ways, drop_a_block, drop_a_claim, drop_a_line, EDITS, lend_a_line, repeat_a_block_elsewhere

from whence import namespaces, validation
from whence.store import layout, snapshot
from whence.validation import incremental, edit_basis

ROOT = Path(__file__).resolve().parents[2]
#: So many random edits of each graph are tried.
NUMBER = int(os.environ.get("WHENCE_RANDOM_EDITS", "80"))
PARTS = ("ontology", "triples", "queries")


def turtle_of(folder: Path) -> list[Path]:
    triples = [path for path in (folder / "triples").rglob("*.ttl") if "packs" not in path.parts]
    return sorted([*triples, *(folder / "ontology" / "vocab").rglob("*.ttl")])


def restore(folder: Path, saved: dict[Path, bytes]) -> None:
    for path in turtle_of(folder):
        path.unlink()
    for path, content in saved.items():
        path.write_bytes(content)


def test_random_edits_of_the_small_graph(small_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    any_size(monkeypatch)
    chance = random.Random(20261121)
    both_ways(small_graph)
    edited = violations = 0
    start = saved = {path: path.read_bytes() for path in turtle_of(small_graph)}
    for number in range(NUMBER):
        chance.choice(EDITS)(chance, turtle_of(small_graph))
        again, _ = both_ways(small_graph)
        edited += again.by_shapes is not None and bool(again.by_shapes.edited)
        violations += again.store is None
        if number % 8 == 7:
            saved = start
        if again.store is None or number % 8 == 7:
            restore(small_graph, saved)
        saved = {path: path.read_bytes() for path in turtle_of(small_graph)}
    assert edited > NUMBER / 2
    assert violations > NUMBER / 16


def copied(folder: Path) -> None:
    """Put the graph of this checkout into a folder, and remember it as valid."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part)
    files = layout.locate(folder)
    first = validation.check(files)
    if first.store is None:
        pytest.fail("the graph of this checkout has violations")
    validation.remember(files, first)


def test_what_rules_derive_from_each_other_goes_with_what_it_rests_on(tmp_path: Path) -> None:
    """A place gives a passage, and a passage gives a place: neither keeps the other when the attestation is gone."""
    copied(tmp_path)
    path = tmp_path / "triples" / "attestations" / "document-003.ttl"
    text = path.read_text(encoding="utf-8")
    name = "id:attestation-003-writer-naming-naomi-ortmann-naomi"
    start = text.index(f"{name}\n")
    path.write_text(text[:start] + text[text.index("\n.\n", start) + 3 :], encoding="utf-8")
    again, _ = both_ways(tmp_path)
    assert again.draft is not None and again.store is not None
    assert not again.store.query(f"PREFIX id: <{namespaces.ID}> ASK {{ {name} ?p ?o }}")


def test_random_edits_of_the_real_graph(tmp_path: Path) -> None:
    copied(tmp_path)
    chance = random.Random(4)
    edited = 0
    saved = {path: path.read_bytes() for path in turtle_of(tmp_path)}
    for edit in (drop_a_line, lend_a_line, drop_a_block, drop_a_claim, drop_a_claim, repeat_a_block_elsewhere):
        edit(chance, list(saved))
        again, _ = both_ways(tmp_path)
        edited += again.by_shapes is not None and bool(again.by_shapes.edited)
        restore(tmp_path, saved)
    assert edited >= 4


def edited(folder: Path) -> int | None:
    outcome = validation.check(layout.locate(folder))
    assert outcome.by_shapes is not None
    return outcome.by_shapes.edited


@pytest.fixture
def remembered(small_graph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small graph, judged and remembered; small as it is, no edit counts as large."""
    any_size(monkeypatch)
    assert edited(small_graph) is None
    validation.open(layout.locate(small_graph))
    return small_graph


def test_nothing_changed_means_nothing_is_looked_at(remembered: Path) -> None:
    assert edited(remembered) == 0


def test_another_whence_schema_or_shape_means_a_full_run(remembered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("whence.ttl", "shapes/shapes.ttl"):
        path = remembered / "ontology" / name
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\n# changed\n", encoding="utf-8")
        assert edited(remembered) is None
        path.write_text(text, encoding="utf-8")
    assert edited(remembered) == 0
    monkeypatch.setattr(layout.GraphFiles, "kind_of_digest", staticmethod(lambda: "another whence"))
    assert edited(remembered) is None


def test_a_large_edit_means_a_full_run(remembered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = remembered / "triples" / "entities" / "person.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\nid:hana-mori wh:nothing id:hana-mori .\n", encoding="utf-8")
    assert edited(remembered) == 1
    monkeypatch.setattr(edit_basis, "COST", 1_000_000)
    assert edited(remembered) is None


def test_a_blank_node_means_a_full_run(remembered: Path) -> None:
    path = remembered / "triples" / "entities" / "person.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\nid:hana-mori wh:nothing [] .\n", encoding="utf-8")
    assert edited(remembered) is None


def test_a_damaged_basis_means_a_full_run(remembered: Path, cache: Path) -> None:
    (kept,) = (cache / "snapshots").glob("*/basis")
    whole = kept.read_bytes()
    for damaged in (b"", whole[:70], whole[:-1], whole.replace(b"joe-writer", b"jim-writer")):
        kept.write_bytes(damaged)
        assert edited(remembered) is None
    kept.write_bytes(whole)
    assert edited(remembered) == 0


def test_of_the_model_one_check_alone_is_run_whole_after_an_edit() -> None:
    assert incremental.whole(layout.locate(ROOT)) == ["checks/derived-from-itself"]


def test_a_basis_is_found_by_its_first_line(cache: Path) -> None:
    for name in ("one", "two"):
        snapshot.publish(name, Store(), [], f"{name}\nrest".encode()).close()
    assert snapshot.newest_basis("one") == (b"one\nrest", str(cache / "snapshots" / "one"))
    assert snapshot.newest_basis("on") is None
    assert snapshot.newest_basis("three") is None
    os.unlink(cache / "snapshots" / "one" / "basis")
    assert snapshot.newest_basis("one") is None
    os.mkdir(cache / "snapshots" / "one" / "basis")
    assert snapshot.newest_basis("one") is None
