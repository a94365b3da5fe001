"""A graph of one's own for the tests of curation: the model of the repository, three documents and their writers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from whence.curation import Workspace
from whence.evidence.texts import digest
from whence.store import layout

ROOT = Path(__file__).resolve().parents[2]
LANTERNS = ROOT / "tests" / "cases" / "lanterns"
WRITERS = {"the-city-that-glows": "Mila Okafor", "second-look": "Jonas Vale", "minato-no-akari": "大森千夏"}
_PREFIXES = """@prefix id: <https://w3id.org/whence/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .
"""


def records(name: str) -> list[dict[str, Any]]:
    """The positions of one text, with what the new things need."""
    lines = (LANTERNS / "positions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [{"document": name, **json.loads(line)} for line in lines]


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A graph directory that holds the three documents and nothing about them."""
    root = tmp_path / "graph"
    (root / "triples" / "entities").mkdir(parents=True)
    for part in ("ontology", "queries"):
        (root / part).symlink_to(ROOT / part)
    documents = people = _PREFIXES
    for number, (name, writer) in enumerate(sorted(WRITERS.items())):
        text = (LANTERNS / "texts" / f"{name}.txt").read_text(encoding="utf-8")
        slug = f"writer-of-{name}"
        documents += (
            f'\nid:document-{name}\n  a wh:Document ;\n  skos:prefLabel "Text {number}"@en ;\n  wh:fileName "{name}.txt" ;\n'
            f'  wh:textDigest "{digest(text)}" ;\n  wh:textLength {len(text)} ;\n  wh:writer id:{slug} ;\n.\n'
        )
        language = "en" if writer.isascii() else "ja"
        people += f'\nid:{slug}\n  a wh:Journalist ;\n  skos:prefLabel "{writer}"@{language} ;\n  wh:description "Writes {name}." ;\n.\n'
    (root / "triples" / "documents.ttl").write_text(documents, encoding="utf-8")
    (root / "triples" / "entities" / "people.ttl").write_text(people, encoding="utf-8")
    return root


@pytest.fixture
def open_workspace(graph: Path) -> Callable[[], Workspace]:
    """Opens the graph, with the texts."""
    return lambda: Workspace.open(layout.locate(graph), LANTERNS / "texts")


@pytest.fixture
def workspace(open_workspace: Callable[[], Workspace]) -> Workspace:
    """The graph opened, with the texts."""
    return open_workspace()
