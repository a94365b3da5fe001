"""After edits of a pack, of its data and of the published file, what the gate says is what it says when it looks at everything."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import lamps
import pytest
from random_edits import any_size, both_ways, EDITS

from whence.packs import making
from whence.packs.pack import Pack
from whence.store import layout

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
