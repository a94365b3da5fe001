"""After edits of files, what the gate says is what it says when the shapes look at everything."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Quad, Store

from whence import namespaces, validation
from whence.store import layout, snapshot
from whence.validation import deriving, edits, revalidation
from whence.validation.stages import Outcome

ROOT = Path(__file__).resolve().parents[2]
#: So many random edits of each graph are tried.
NUMBER = int(os.environ.get("WHENCE_RANDOM_EDITS", "80"))
PARTS = ("ontology", "triples", "queries")


def both_ways(folder: Path) -> tuple[Outcome, Outcome]:
    """Judge a graph from what is remembered and as a whole, hold both against each other, and return both."""
    files = layout.locate(folder)
    again, whole = validation.check(files), validation.check(files, whole=True)
    assert again.report.findings == whole.report.findings
    assert again.report.focus_counts == whole.report.focus_counts
    assert (again.store is None) == (whole.store is None)
    if again.store is not None and whole.store is not None:
        assert quads(again.store) == quads(whole.store)
        assert set(again.store.named_graphs()) == set(whole.store.named_graphs())
        validation.remember(files, again)
    return again, whole


def any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no edit count as large."""
    for module in (revalidation, deriving):
        monkeypatch.setattr(module, "COST", 0)


def quads(store: Store) -> set[Quad]:
    """What a store holds; blank nodes, which only the model has, have other labels at each reading."""
    return {quad for quad in store if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)}


def blocks(path: Path) -> list[str]:
    """The prefixes of a file of the house style, then its blocks."""
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    return re.split(r"\n\n+", re.sub(r"^\.\n(?!\n|\Z)", ".\n\n", text, flags=re.MULTILINE))


def a_block(chance: random.Random, paths: list[Path]) -> tuple[Path, list[str], int]:
    """Choose a file and one of its blocks; return the file, its parts, and the block's number among them."""
    path = chance.choice(paths)
    parts = blocks(path)
    return path, parts, chance.randrange(1, len(parts))


def inner(lines: list[str]) -> list[int]:
    """The numbers of the lines of a block that say something and are followed by others."""
    return [index for index, line in enumerate(lines) if line.startswith("  ") and line.endswith(";")]


def drop_a_line(chance: random.Random, paths: list[Path]) -> None:
    path, parts, number = a_block(chance, paths)
    lines = parts[number].split("\n")
    if len(saying := inner(lines)) > 1:
        del lines[chance.choice(saying)]
    parts[number] = "\n".join(lines)
    path.write_text("\n\n".join(parts), encoding="utf-8")


def lend_a_line(chance: random.Random, paths: list[Path]) -> None:
    """Put a line of one block into another, with the prefixes of its file."""
    donor, path = chance.choice(paths), chance.choice(paths)
    prefixes, *others = blocks(donor)
    lines = [line for line in chance.choice(others).split("\n") if line.startswith("  ") and line.endswith(";")]
    parts = blocks(path)
    number = chance.randrange(1, len(parts))
    if lines and "\n" in parts[number]:
        subject, rest = parts[number].split("\n", 1)
        parts[number] = "\n".join([subject, chance.choice(lines), rest])
        if donor != path:
            parts[0] = f"{prefixes}\n{parts[0]}"
    path.write_text("\n\n".join(parts), encoding="utf-8")


def drop_a_block(chance: random.Random, paths: list[Path]) -> None:
    path = chance.choice(paths)
    parts = blocks(path)
    if len(parts) > 2:
        del parts[chance.randrange(1, len(parts))]
    path.write_text("\n\n".join(parts).rstrip("\n") + "\n", encoding="utf-8")


def repeat_a_block_elsewhere(chance: random.Random, paths: list[Path]) -> None:
    """Say in a new file what another file says, so that dropping one of them changes nothing."""
    path = chance.choice(paths)
    parts = blocks(path)
    (path.parent / f"copy{chance.randrange(1000)}.ttl").write_text(f"{parts[0]}\n\n{chance.choice(parts[1:])}\n", encoding="utf-8")


def delete_a_copy(chance: random.Random, paths: list[Path]) -> None:
    copies = [path for path in paths if path.name.startswith("copy")]
    if copies:
        chance.choice(copies).unlink()


def change_a_text(chance: random.Random, paths: list[Path]) -> None:
    path, parts, number = a_block(chance, paths)
    parts[number] = re.sub(r'(?<=\s)"', f'"{chance.choice("ABC")}', parts[number], count=1)
    path.write_text("\n\n".join(parts), encoding="utf-8")


def swap_a_value(chance: random.Random, paths: list[Path]) -> None:
    """Give a line the value that another line of the file has for the same property."""
    path, parts, number = a_block(chance, paths)
    lines = parts[number].split("\n")
    if saying := inner(lines):
        index = chance.choice(saying)
        own = lines[index].split()[0]
        others = [line for part in parts[1:] for line in part.split("\n") if line.startswith(f"  {own} ") and line.endswith(";")]
        lines[index] = chance.choice(others or [lines[index]])
    parts[number] = "\n".join(lines)
    path.write_text("\n\n".join(parts), encoding="utf-8")


def copy_a_block(chance: random.Random, paths: list[Path]) -> None:
    """Add a thing that is like another one under a name of its own, and perhaps change it."""
    path = chance.choice(paths)
    parts = blocks(path)
    subject, *rest = chance.choice(parts[1:]).rstrip().split("\n")
    if rest and re.fullmatch(r"[\w-]+:[\w-]+", subject):
        parts[-1] = parts[-1].rstrip() + "\n"
        path.write_text("\n\n".join([*parts, "\n".join([f"{subject}-copy{chance.randrange(1000)}", *rest, ""])]), encoding="utf-8")
        if chance.random() < 0.7:
            swap_a_value(chance, [path])


def drop_a_claim(chance: random.Random, paths: list[Path]) -> None:
    """Take a claim away, with every position on it."""
    path = chance.choice([path for path in paths if path.parent.name == "claims"])
    claim = chance.choice(re.findall(r"^(id:claim-\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    for other in paths:
        text = other.read_text(encoding="utf-8")
        kept = re.sub(rf"^(?:{claim}|id:\S+\n(?:  .*\n)*?  wh:attests {claim} ;)\n(?:  .*\n)*\.\n", "", text, flags=re.MULTILINE)
        if kept != text:
            other.write_text(kept, encoding="utf-8")


def several(chance: random.Random, paths: list[Path]) -> None:
    for _ in range(3):
        chance.choice([change_a_text, swap_a_value, copy_a_block])(chance, paths)


EDITS: list[Callable[[random.Random, list[Path]], None]] = [
    drop_a_line, lend_a_line, lend_a_line, drop_a_block, repeat_a_block_elsewhere, delete_a_copy, change_a_text, swap_a_value, swap_a_value, copy_a_block,
    copy_a_block, several,
]  # fmt: skip


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
    monkeypatch.setattr(revalidation, "COST", 1_000_000)
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
    assert edits.whole(layout.locate(ROOT)) == ["checks/derived-from-itself"]


def test_a_basis_is_found_by_its_first_line(cache: Path) -> None:
    for name in ("one", "two"):
        snapshot.publish(name, Store(), [], f"{name}\nrest".encode()).close()
    assert snapshot.newest_basis("one") == (b"one\nrest", str(cache / "snapshots" / "one"))
    assert snapshot.newest_basis("on") is None
    assert snapshot.newest_basis("three") is None
    os.unlink(cache / "snapshots" / "one" / "basis")
    assert snapshot.newest_basis("one") is None
