"""Packs in the commands that write, check and validate."""

from __future__ import annotations

import json
from pathlib import Path

import packed
import pytest

BASE = "https://w3id.org/whence/pack/tides"


@pytest.fixture
def graph(own_graph: Path) -> Path:
    packed.make(own_graph)
    return own_graph


def test_a_pack_is_written_alone_with_source_licence_and_notice(graph: Path, whence) -> None:  # type: ignore[no-untyped-def]
    def written(*options: str) -> list[str]:
        answer = whence("export", "--pack", "tides", "--graph", graph, *options)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.splitlines()

    asserted = written("--format", "nquads")
    assert all(line.endswith(f"<{BASE}> .") for line in asserted)
    assert f'<{BASE}> <http://purl.org/dc/terms/rights> "Source: tides" <{BASE}> .' in asserted
    assert f"<{BASE}> <http://purl.org/dc/terms/license> <https://creativecommons.org/publicdomain/zero/1.0/> <{BASE}> ." in asserted
    assert sum("passageDigest" in line for line in asserted) == 2 and not any("example.org/g/" in line for line in asserted)
    derived = written("--format", "nquads", "--derived")
    assert set(asserted) < set(derived)
    start, end = packed.PUBLISHED.index("Harbour", 1), len(packed.PUBLISHED) - 1
    assert f'<{BASE}/selector-tides-{start}-{end}> <http://www.w3.org/ns/oa#end> "{end}"^^<http://www.w3.org/2001/XMLSchema#integer> <{BASE}> .' in derived
    view = [line for line in written("--format", "nt", "--view", "any") if f"<{BASE}> " not in line]
    assert f"<{BASE}/harbour> <https://w3id.org/whence/ontology#influencedBy> <{BASE}/tides> ." in view
    assert "dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/>" in "\n".join(written())
    answer = whence("export", "--graph", graph, "--format", "nt")
    assert BASE not in answer.stdout


def test_validate_says_a_sentence_a_pack_and_tells_all_of_the_one_that_is_named(graph: Path, whence) -> None:  # type: ignore[no-untyped-def]
    packed.make(graph, "shoals", packed.DATA.replace("wh:agent p:mori ;", ""))
    answer = whence("validate", "--graph", graph)
    assert answer.returncode == 0
    assert answer.stdout.splitlines()[-2:] == [
        "The pack shoals is set aside: it has one violation. whence validate --pack shoals tells them.", "The pack tides holds: 2 positions.",
    ]  # fmt: skip
    answer = whence("validate", "--pack", "shoals", "--graph", graph)
    assert answer.returncode == 1 and "wh:agent" in answer.stdout and "all.ttl" in answer.stdout
    answer = whence("validate", "--pack", "tides", "--graph", graph, "--format", "json")
    assert (answer.returncode, json.loads(answer.stdout)["conforms"]) == (0, True)
