"""Graphs made from real catalogues pass the gate as they are."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from whence import validation
from whence.store import layout

ROOT = Path(__file__).resolve().parents[2]


def test_a_graph_of_records_of_two_catalogues_has_no_violation(shared: Path, tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    from catalogue_graph import write_catalogues

    graph = tmp_path / "graph"
    triples = write_catalogues(graph, shared, 4_000)
    for part in ("ontology", "queries"):
        shutil.copytree(ROOT / part, graph / part)
    outcome = validation.check(layout.locate(graph))
    assert outcome.store is not None, outcome.report.findings[:3]
    assert triples >= 4_000
    counts = {kind: len(list((graph / "triples").rglob(f"{kind}*.ttl"))) for kind in ("madb", "wd50k", "casting", "influence")}
    assert all(counts.values()), counts
