"""After edits of a pack, what the gate says is what it says when it looks at everything; after edits of the graph beside it, their store is what it would be anew."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import lamps
import packed
import pytest
from pyoxigraph import DefaultGraph, Store
from random_edits import any_size, both_ways, EDITS, quads

from whence import identity, packs, validation
from whence.identity import COLUMNS
from whence.packs import combining, loading, making
from whence.packs.pack import Pack
from whence.store import layout, snapshot

NUMBER = int(os.environ.get("WHENCE_RANDOM_EDITS", "8"))


def republish(chance: random.Random, graph: Path) -> None:
    """Change words of the published file, or repeat or drop a line of it, and make the pack anew."""
    file = graph.parent / "part1.ttl"
    old, new = chance.choice([("山田花", "森二"), ("森二", "山田花"), ("1999-03-01", "2001"), ("監督", "脚本"), ('k:kind "show"', 'k:kind "film"'), ("C", "D")])
    file.write_text(file.read_text("utf-8").replace(old, new, chance.randint(1, 3)), encoding="utf-8")
    making.update(layout.GraphFiles(graph), "lamps")


def test_random_edits_of_a_pack(own_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    any_size(monkeypatch)
    (own_graph.parent / "lamps.toml").write_text(lamps.MAPPING, encoding="utf-8")
    (own_graph.parent / "part1.ttl").write_text(lamps.RECORDS, encoding="utf-8")
    making.add(layout.GraphFiles(own_graph), [str(own_graph.parent / "part1.ttl")], str(own_graph.parent / "lamps.toml"))
    root = own_graph / "triples" / "packs" / "lamps"
    chance = random.Random(20261129)
    edited = violations = 0

    def data() -> list[Path]:
        return sorted((root / "data").glob("*.ttl"))

    both_ways(Pack.read(str(root), "lamps").files)
    start = saved = {path: path.read_bytes() for path in data()}
    edits: list[Callable[[random.Random], None]] = [*(lambda chance, edit=edit: edit(chance, data()) for edit in EDITS), *[lambda chance: republish(chance, own_graph)] * 4]  # type: ignore[misc]
    for number in range(NUMBER):
        chance.choice(edits)(chance)
        again, _ = both_ways(Pack.read(str(root), "lamps").files)
        edited += again.by_shapes is not None and bool(again.by_shapes.edited)
        violations += again.store is None
        if again.store is None or number % 8 == 7:
            for path in data():
                path.unlink()
            for path, content in (start if number % 8 == 7 else saved).items():
                path.write_bytes(content)
        saved = {path: path.read_bytes() for path in data()}
    assert edited > NUMBER / 3
    assert 0 < violations < NUMBER


def brought_together(graph: Path, monkeypatch: pytest.MonkeyPatch, *, anew: bool = False) -> Store:
    """Open a graph with all its packs, from the state before or anew, and hold what that gives against a store that is filled anew."""
    files = layout.locate(graph)
    with monkeypatch.context() as patch:
        patch.setattr(combining, "follow" if anew else "fill", None)
        opened = packs.open(files, ["all"])
    assert not opened.set_aside and snapshot.open_snapshot(opened.digest) is not None
    whole = Store()
    loading.fill(whole, validation.open(files), opened.packs, [pack.open() for pack in opened.packs])
    identity.fill(whole, identity.decisions(files), [DefaultGraph(), *(pack.graph for pack in opened.packs)])
    assert quads(opened.store) == quads(whole)
    assert set(opened.store.named_graphs()) == set(whole.named_graphs())
    return opened.store


def test_after_an_edit_of_the_graph_its_store_with_packs_is_what_it_would_be_anew(own_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = '\n<https://example.org/elsewhere> a wh:Person ; skos:prefLabel "Elsewhere"@en .\n'
    for name in ("shoals", "tides"):
        packed.make(own_graph, name, packed.DATA + elsewhere)
    brought_together(own_graph, monkeypatch, anew=True)
    more = own_graph / "triples" / "more.ttl"
    prefixes = (own_graph / "triples" / "things.ttl").read_text(encoding="utf-8").split("\n\n")[0]
    titled = '\n<https://w3id.org/whence/pack/tides> <http://purl.org/dc/terms/title> "The Catalogue of tides" .\n'
    more.write_text(prefixes + elsewhere + titled, encoding="utf-8")  # both packs say the one too, and the other is said of a pack
    told = brought_together(own_graph, monkeypatch)
    more.unlink()
    assert len(brought_together(own_graph, monkeypatch)) == len(told) - 1  # now a pack alone says the one; what a pack says of itself it had said all along
    rows = ["\t".join(COLUMNS), "\t".join(["https://example.org/g/harbour", "https://w3id.org/whence/pack/tides/harbour", "same", "", "", "seen", "Ada", "2026-11-30"])]
    (own_graph / "triples" / "identity.tsv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    decided = brought_together(own_graph, monkeypatch)
    assert len(decided) > len(told)
    chance = random.Random(20261130)
    data = sorted((own_graph / "triples").glob("*.ttl"))
    edited = 0
    for _ in range(NUMBER):
        saved = {path: path.read_bytes() for path in data}
        chance.choice(EDITS)(chance, data)
        try:
            brought_together(own_graph, monkeypatch)
            edited += any(path.read_bytes() != content for path, content in saved.items())
        except validation.Refusal:
            pass
        for path in set((own_graph / "triples").glob("*.ttl")).difference(data):
            path.unlink()
        for path, content in saved.items():
            path.write_bytes(content)
    assert edited >= NUMBER / 4


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), RuntimeError("IO error"), None])
def test_what_cannot_be_followed_is_brought_together_anew(own_graph: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception | None) -> None:
    packed.make(own_graph)
    brought_together(own_graph, monkeypatch, anew=True)
    things = own_graph / "triples" / "things.ttl"
    things.write_text(things.read_text(encoding="utf-8").replace("Otaru", "Otaru, by the sea"), encoding="utf-8")

    def fails(*_: object) -> bool:
        if failure:
            raise failure
        return False  # which is too much

    monkeypatch.setattr(combining, "follow", fails)
    opened = packs.open(layout.locate(own_graph), ["all"])
    assert "Otaru, by the sea" in str(list(opened.store))
    assert snapshot.open_snapshot(opened.digest) is not None
