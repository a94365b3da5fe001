"""Ids and values that no IRI, no tag and no text may hold never keep the rest of a catalogue from being read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from lamps import MAPPING, RECORDS
from pyoxigraph import Literal, NamedNode, parse, Quad, RdfFormat, Store

from whence.mapping.engine import APART, Made, run
from whence.mapping.readers.kgtk import KgtkReader
from whence.mapping.readers.wikidata import WikidataReader
from whence.mapping.records import Malformed
from whence.mapping.writing import few_words

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


def records(*rows: str) -> str:
    return "\n".join(("c:id\tc:kind\tc:name\tc:staff\tc:partOf", *rows, ""))


TABS = 'kind = "lines"\nid = "c:id"\nseparator = "\\t"\nquotes = false'


@pytest.mark.parametrize("wholes", [("A",), ("B", "A"), ("B", "C", "A")])
def test_what_would_be_a_part_of_itself_is_a_finding_and_the_rest_goes_in(wholes: tuple[str, ...], other: Other) -> None:
    made, folder, quads = other(TABS, records(*(f"{part}\tfilm\tthe {part}\t[監督]山田\t{whole}" for part, whole in zip("ABC", wholes, strict=False))))
    assert made.counts["findings"] == 1 and "would be a part of itself" in (folder / "findings.tsv").read_text("utf-8")
    assert len([quad for quad in quads if quad.predicate.value.endswith("#partOf")]) == len(wholes) - 1
    assert len([quad for quad in quads if quad.predicate.value.endswith("#role")]) == len(wholes)


def test_what_would_be_based_on_itself_is_a_finding_and_the_rest_goes_in(tmp_path: Path) -> None:
    rule = '[[rule]]\nfield = "c:basis"\n[[rule.item]]\nclaim = "Adaptation"\nderivative = "record"\nbasis = { record = "{value}", missing = "Work" }\n'
    (tmp_path / "lamps.toml").write_text(MAPPING.replace("[tables.roles]", f"{rule}\n[tables.roles]"), encoding="utf-8")
    (tmp_path / "part1.ttl").write_text(RECORDS.replace('k:number "7"', 'k:basis "A1" , "A2"'), encoding="utf-8")
    made = run([str(tmp_path / "part1.ttl")], str(tmp_path / "lamps.toml"), str(tmp_path / "made"))
    (told,) = [line.split("\t") for line in (tmp_path / "made" / "findings.tsv").read_text("utf-8").splitlines() if "beside itself" in line]
    assert (told[4:7], told[8]) == (["A1", "c:basis", "灯台 (A1) would be set beside itself."], "A1")
    assert (tmp_path / "made" / "data" / "claims.ttl").read_text("utf-8").count("a wh:Adaptation") == 1 and made.counts["claims"] > 5


def test_a_record_that_no_file_has_is_of_one_class_and_what_else_it_is_taken_for_is_a_finding(tmp_path: Path) -> None:
    rule = '[[rule]]\nfield = "c:basis"\n[[rule.item]]\nclaim = "Adaptation"\nderivative = "record"\nbasis = { record = "{value}", missing = "Work" }\n'
    rule += '[[rule]]\nfield = "c:maker"\n[[rule.item]]\nclaim = "Contribution"\nagent = { record = "{value}", class = "Agent" }\nwork = "record"\nrole = "wh:RoleNotStated"\n'
    (tmp_path / "lamps.toml").write_text(MAPPING.replace("[tables.roles]", f"{rule}\n[tables.roles]"), encoding="utf-8")
    (tmp_path / "part1.ttl").write_text(RECORDS.replace('k:number "7"', 'k:basis "X9" , "X8" ; k:maker "X9" , "X7"'), encoding="utf-8")
    run([str(tmp_path / "part1.ttl")], str(tmp_path / "lamps.toml"), str(tmp_path / "made"))
    (told,) = [line.split("\t") for line in (tmp_path / "made" / "findings.tsv").read_text("utf-8").splitlines() if "X9" in line]
    assert told[5:7] == ["c:maker", "X9 is of another class elsewhere than Agent."]
    assert (tmp_path / "made" / "data" / "claims.ttl").read_text("utf-8").count("wh:agent lamps:X") == 1


def test_no_claim_relates_a_thing_to_itself_that_a_check_finds() -> None:
    query = (Path(__file__).parents[2] / "queries" / "checks" / "compared-with-itself.rq").read_text("utf-8")
    checked = re.findall(r"\?focus a wh:(\w+) ; wh:(\w+) \?value ; wh:(\w+) \?value", query)
    assert {name: (one, other) for name, one, other in checked} == APART


def test_what_is_too_long_for_a_name_or_an_id_is_a_finding(other: Other) -> None:
    made, folder, quads = other(TABS, records(f"A\tfilm\t{'灯' * 3000}\t[監督]{'x' * 3000} ／ [監督]山田\t", f"{'B' * 3000}\tfilm\tb\t[監督]森\t"))
    told = (folder / "findings.tsv").read_text("utf-8")
    assert made.counts["findings"] == 3 and made.counts["claims"] == 1
    assert "A name of A is longer than 500 characters" in told and "has 3,000 characters; a name has 500 at most" in told and "The id of the record has 3,000 characters" in told
    assert max(len(quad.object.value) for quad in quads if isinstance(quad.object, Literal)) == 500


def test_what_shows_nothing_is_no_name_and_no_id_and_a_date_has_plain_digits(other: Other) -> None:
    text = records("A\tfilm\t\u200b\t[監督]\u200b ／ [監督]山田\t", "\u200b\tfilm\tb\t[監督]森\t").replace("c:partOf", "c:date").replace("山田\t", "山田\t１９９９")
    made, folder, quads = other(TABS, text)
    told = (folder / "findings.tsv").read_text("utf-8")
    assert made.counts["findings"] == 3 and made.counts["claims"] == 1
    assert "Nothing is left of the entry" in told and "The id of the record is empty" in told and "`１９９９` is no date" in told
    assert "A" in [quad.object.value for quad in quads if quad.predicate.value.endswith("prefLabel")]


def test_an_empty_file_is_told_and_is_no_document(other: Other) -> None:
    made, _, quads = other('kind = "json"', "")
    assert made.counts["findings"] == 1 and made.files[0].length == 0
    assert not [quad for quad in quads if quad.predicate.value.endswith("#textLength")]


def test_things_that_differ_by_the_case_of_their_ids_keep_their_identifiers_apart(other: Other) -> None:
    _, _, quads = other(TABS, records("a1\tfilm\tx\t[監督]山田\t", "A1\tfilm\ty\t[監督]山田\t"))
    values = [(quad.subject, quad.object.value) for quad in quads if quad.predicate.value.endswith("identifierValue")]
    assert sorted(value for _, value in values) == ["A1", "a1"] and len({subject for subject, _ in values}) == 2


@pytest.mark.parametrize("id", ["editors", "document-part1", "agent-山田", "world-A", "claim-x", "record-editors", "film-1"])
def test_no_record_is_taken_for_what_is_made_beside_it(id: str, other: Other) -> None:
    _, _, quads = other(TABS, records(f"{id}\tfilm\tx\t[監督]山田\t"))
    films = [quad.subject.value for quad in quads if quad.predicate.value.endswith("#type") and quad.object.value.endswith("#Film")]
    assert films == [f"https://w3id.org/whence/pack/lamps/record-{id}"]
    assert [quad.object.value.rpartition("#")[2] for quad in quads if quad.subject.value == films[0] and quad.predicate.value.endswith("#type")] == ["Film"]


def test_a_language_tag_means_the_same_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "lamps.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "part1.ttl").write_text(RECORDS.replace('"トウダイ"@ja-Hrkt', '"Lighthouse"@en , "Beacon"@EN'), encoding="utf-8")
    run([str(tmp_path / "part1.ttl")], str(tmp_path / "lamps.toml"), str(tmp_path / "made"))
    named = [(quad.predicate.value.rpartition("#")[2], quad.object.value) for quad in parse(path=str(tmp_path / "made" / "data" / "things.ttl"), format=RdfFormat.TURTLE) if quad.object.value in ("Lighthouse", "Beacon")]
    assert sorted(named) == [("altLabel", "Beacon"), ("prefLabel", "Lighthouse")]


def test_a_few_words_are_those_that_the_shapes_let_pass() -> None:
    shape = (Path(__file__).parents[2] / "ontology" / "shapes" / "attestations.ttl").read_text("utf-8")
    query = next(quad.object.value for quad in parse(shape, format=RdfFormat.TURTLE) if str(quad.subject).endswith("shape/TwelveWords>") and str(quad.predicate).endswith("#select>"))

    def passes(text: str) -> bool:
        store = Store()
        store.add(Quad(NamedNode("x:a"), NamedNode("x:p"), Literal(text)))
        return not list(store.query(query.replace("$PATH", "<x:p>")))  # type: ignore[arg-type]

    parts = ["監督", "オープニング・エンディング", "the hand", "well-known", "—", "…", "ภาพยนตร์", "(3)", "A.B.", "한국어", "Ünï", "…!", "ー", "\u200b", "１２"]
    chosen = Random(7)
    for text in (" ".join(chosen.choices(parts, k=chosen.randint(1, 30))) for _ in range(300)):
        few = few_words(text)
        assert passes(few)
        assert (few == " ".join(text.split())) == passes(" ".join(text.split()))
