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


def test_the_evidence_of_a_pack_is_where_its_file_was_read_from_or_in_the_folder_of_texts(graph: Path, tmp_path: Path, whence) -> None:  # type: ignore[no-untyped-def]
    def told(*options: object) -> tuple[int, str]:
        answer = whence("evidence", "--pack", "tides", "--texts", texts, "--graph", graph, *options)
        return answer.returncode, answer.stdout.partition("Pack tides. ")[2]

    holds = "Documents: 1 hold, 0 fail, 0 could not be checked.\nPassages: 2 hold, 0 fail, 0 could not be checked.\n"
    texts = tmp_path / "texts"
    texts.mkdir()
    code, text = told()
    assert code == 3 and text.startswith("Documents: 0 hold, 0 fail, 1 could not be checked.\nPassages: 0 hold, 0 fail, 2 could not be checked.\n")
    (texts / "renamed").write_text(packed.PUBLISHED)
    assert told() == (0, holds)
    (texts / "renamed").unlink()
    manifest = graph / "triples" / "packs" / "tides" / "pack.toml"
    manifest.write_text(manifest.read_text().replace("/data/tides.tsv", "../read.tsv"))
    (tmp_path / "read.tsv").write_text(packed.PUBLISHED)
    assert told() == (0, holds)
    (tmp_path / "read.tsv").write_text(packed.PUBLISHED + "more")
    assert "is another one now than the pack tides was made from" in told()[1]
    (tmp_path / "read.tsv").write_text(packed.PUBLISHED)
    data = graph / "triples" / "packs" / "tides" / "data" / "all.ttl"
    data.write_text(data.read_text().replace("wh:start 0 ;", "wh:start 1 ;"))
    code, text = told()
    assert code == 1 and "\nPassages: 1 hold, 1 fail, 0 could not be checked.\n" in text and "tides:attestation-0" in text
    report = json.loads(whence("evidence", "--pack", "tides", "--texts", texts, "--graph", graph, "--format", "json").stdout)
    assert [one["rule"] for one in report["findings"] if one["severity"] == "Violation"] == ["evidence:passage"]


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


def test_a_pack_is_no_difference_between_two_states_of_the_graph(graph: Path, git, whence) -> None:  # type: ignore[no-untyped-def]
    packed.make(graph, "shoals")
    for states in (("HEAD", graph), (graph, "HEAD")):
        answer = whence("diff", *states, "--graph", graph)
        assert (answer.returncode, answer.stdout) == (0, "Nothing changed.\n")
