"""Ids and values that no IRI, no tag and no text may hold never keep the rest of a catalogue from being read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lamps import MAPPING
from pyoxigraph import parse, Quad, RdfFormat

from whence.mapping.engine import Made, run
from whence.mapping.readers.kgtk import KgtkReader
from whence.mapping.readers.wikidata import WikidataReader
from whence.mapping.records import Malformed

Other = Callable[[str, str], tuple[Made, Path, list[Quad]]]


@pytest.fixture
def other(tmp_path: Path) -> Other:
    """Makes a pack of a text in another format by the small mapping; returns what was made, the folder and what is in it."""

    def other(reader: str, text: str) -> tuple[Made, Path, list[Quad]]:
        mapping, file, folder = tmp_path / "lamps.toml", tmp_path / "part1.txt", tmp_path / "made"
        mapping.write_text(MAPPING.replace('kind = "turtle"\nprefixes = { c = "https://example.org/c#" }', reader), encoding="utf-8")
        file.write_text(text, encoding="utf-8")
        made = run([str(file)], str(mapping), str(folder))
        return made, folder, [quad for one in (folder / "data").iterdir() for quad in parse(path=str(one), format=RdfFormat.TURTLE)]

    return other


def test_an_id_may_have_what_no_iri_has(other: Other) -> None:
    made, _, quads = other('kind = "lines"\nid = "c:id"', 'c:id,c:kind,c:name,c:cast\n"A <1> [b]#%|",film,灯台,【ヨウコ】山田花\n')
    assert made.counts["claims"] == 1 and not made.counts["findings"]
    assert [quad.object.value for quad in quads if quad.predicate.value.endswith("exactMatch")] == ["https://example.org/id/A%20%3C1%3E%20%5Bb%5D%23%25%7C"]
    assert len([quad for quad in quads if quad.predicate.value.endswith("worldOf")]) == 1


def test_a_text_may_have_half_a_surrogate_pair(other: Other) -> None:
    rows = [
        '{"c:id": "A", "c:kind": "film", "c:name": "x\\ud800", "c:staff": "[監督]山田 ／ [監督]\\udc00 ／ [\\ud800]森", "\\ud800": "y"}',
        '{"c:id": "B\\ud800", "c:kind": "film", "c:name": "y", "c:staff": "[監督]山田"}',
    ]
    made, folder, quads = other('kind = "json"\nid = "c:id"', f"[{', '.join(rows)}]")
    assert made.counts["claims"] == 1 and made.counts["findings"] == 3
    assert (folder / "findings.tsv").read_text("utf-8").count("a character that no text may hold") == 3
    assert "\N{REPLACEMENT CHARACTER}" in (folder / "unmapped.tsv").read_text("utf-8")
    assert "x\N{REPLACEMENT CHARACTER}" in [quad.object.value for quad in quads if quad.predicate.value.endswith("prefLabel")]


def test_escapes_of_several_values_are_undone_once(other: Other) -> None:
    row = r'{"c:id": "A", "c:kind": "film", "c:name": "x", "c:staff": "[監督]a\\nb、\"\"\"c\"\"\""}'
    _, _, quads = other('kind = "json"\nid = "c:id"', f"[{row}]")
    assert {r"a\nb", '"""c"""'} <= {quad.object.value for quad in quads if quad.predicate.value.endswith("prefLabel")}


def test_a_name_with_what_is_no_language_tag_is_told() -> None:
    (record,) = WikidataReader().read('{"entities": {"Q1": {"id": "Q1", "labels": {"x": {"language": "no tag", "value": "x"}}}}}')
    assert isinstance(record, Malformed)
    (edge,) = KgtkReader().read("node1\tlabel\tnode2\nQ1\tlabel\t'x'@zh-classical\n")
    assert isinstance(edge, Malformed) and "`zh-classical` is no language tag" in edge.problem


def test_one_id_of_two_records_that_are_not_one_is_told(other: Other) -> None:
    text = "c:id,c:kind,c:name\nA,film,灯台\nA,film,港\nB,film,灯\nB,film,灯\n"
    made, folder, _ = other('kind = "lines"\nid = "c:id"', text)
    assert made.counts["findings"] == 2
    assert [line.split("\t")[1:6] for line in (folder / "findings.tsv").read_text("utf-8").splitlines()[1:]] == [[str(line), "1", str(text.index(start)), "A", ""] for line, start in ((2, "A,film,灯台"), (3, "A,film,港"))]
