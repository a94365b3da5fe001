"""Statements of Wikidata, in lines and in JSON, become claims with their qualifiers, references and ranks, each at its own place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from whence.mapping.engine import Made, run
from whence.mapping.readers.json import JsonReader
from whence.mapping.readers.kgtk import KgtkReader
from whence.mapping.readers.wikidata import WikidataReader
from whence.mapping.records import Malformed, Record
from whence.namespaces import PREFIXES

#: A film (Q1) of a novel (Q2), directed by Q3, with Q4 as the character Q5; a second film of the name, and a musician.
LINES = """Q1,P31,Q11424
Q1,P144,Q2
Q1,P57,Q3
Q1,P161,Q4,P453,Q5
Q1,P161,Q9
Q1,P9999,Q7,P9998,Q8
Q3,P737,Q4,P1480,Q18122778
Q4,P737,Q3,P2241,Q6
Q3,P737,Q9,P3680,Q10
Q10,P31,Q5
Q11,P31,Q11424
Q11,P57,Q3
Q12,P136,Q13
broken line
"""
NAMES = {"/m/1": {"label": "The Lamp", "wikidata_id": "Q1", "description": "a film"}, "/m/2": {"label": "Ada Quill", "wikidata_id": "Q3"}, "/m/3": {"label": "The Lamp", "wikidata_id": "Q11"}}
EDGES = "node1\tlabel\tnode2\tid\nQ18122778\tlabel\t'presumably'@en\te1\nQ4\tlabel\t'Rose O\\'Hara'@en\te2\nQ99\tlabel\t'nobody here'@en\te3\n"


def item(id: str) -> dict[str, object]:
    return {"type": "wikibase-entityid", "value": {"entity-type": "item", "numeric-id": int(id[1:]), "id": id}}


def snak(property: str, value: object) -> dict[str, object]:
    return {"snaktype": "value", "property": property, "datavalue": value}


def statement(property: str, value: object, rank: str = "normal", **more: object) -> dict[str, object]:
    return {"mainsnak": snak(property, value), "type": "statement", "id": f"x${property}", "rank": rank, **more}


def entity() -> dict[str, object]:
    time = {"type": "time", "value": {"time": "+1982-06-25T00:00:00Z", "precision": 11, "calendarmodel": "x"}}
    old = {"type": "wikibase-entityid", "value": {"entity-type": "item", "numeric-id": 2}}
    references = [{"snaks": {"P248": [snak("P248", item("Q20"))]}}]
    unknown = {"mainsnak": {"snaktype": "somevalue", "property": "P57"}, "rank": "normal"}
    claims = {
        "P31": [statement("P31", item("Q11424"))],
        "P57": [statement("P57", item("Q3"), references=references), statement("P57", item("Q4"), "deprecated"), unknown],
        "P144": [statement("P144", old)],
        "P577": [statement("P577", time)],
        "P345": [statement("P345", {"type": "string", "value": "tt1"})],
    }
    names = {"en": {"language": "en", "value": 'The "Lamp"'}, "ja": {"language": "ja", "value": "ランプ"}}
    return {"id": "Q1", "type": "item", "labels": names, "claims": claims}


Pack = Callable[..., tuple[Made, Store, Path]]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Makes a pack of files, and returns what was made, the graph and the folder."""

    def make(mapping: str, files: dict[str, str | bytes], **options: object) -> tuple[Made, Store, Path]:
        for name, text in files.items():
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        made = run([str(tmp_path / name) for name in files], mapping, str(tmp_path / "made"), **options)  # type: ignore[arg-type]
        store = Store()
        for file in sorted((tmp_path / "made" / "data").iterdir()):
            store.load(path=file, format=RdfFormat.TURTLE)
        return made, store, tmp_path / "made"

    return make


def rows(store: Store, names: str, pattern: str, prefix: str = "wd50k") -> list[tuple[str, ...]]:
    """Return the last parts of what the names stand for, sorted."""
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("role", "skos", "wh", "dcterms"))
    found = store.query(f"{prefixes} PREFIX p: <https://w3id.org/whence/pack/{prefix}/> SELECT DISTINCT {names} {{ {pattern} }}")
    return sorted(tuple(getattr(value, "value", "").rpartition("/")[2].removeprefix("ontology#") for value in row) for row in found)  # type: ignore[union-attr]


@pytest.fixture
def lines(pack: Pack) -> tuple[Made, Store, Path]:
    return pack("wd50k", {"train.txt": LINES, "entity2wikidata.json": json.dumps(NAMES), "labels.en.tsv.gz": gzip.compress(EDGES.encode())})


def test_properties_become_claims_and_qualifiers_their_characters(lines: tuple[Made, Store, Path]) -> None:
    _, store, _ = lines
    assert rows(store, "?a ?b", "[] a wh:Adaptation ; wh:derivative ?a ; wh:basis ?b") == [("Q1", "Q2")]
    assert rows(store, "?work", "[] wh:role role:director ; wh:work ?work ; wh:agent p:Q3") == [("Q1",), ("Q11",)]
    assert rows(store, "?who ?as", "[] a wh:Casting ; wh:agent ?who ; wh:character ?as") == [("Q4", "Q5"), ("Q9", "CharacterNotStated")]


def test_things_have_the_class_of_p31_or_of_their_roles(lines: tuple[Made, Store, Path]) -> None:
    _, store, folder = lines
    assert dict(rows(store, "?thing ?class", "?thing a ?class ; wh:identifier []")) == {
        "Q1": "Film", "Q11": "Film", "Q2": "Work", "Q3": "Person", "Q4": "Person",
        "Q5": "Character", "Q9": "Person", "Q10": "Person",
    }  # fmt: skip
    assert "Nothing in the files says of what class Q12 is." in (folder / "findings.tsv").read_text("utf-8")


def test_doubt_is_a_hedge_a_reason_for_deprecation_a_denial_and_support_is_named(lines: tuple[Made, Store, Path]) -> None:
    _, store, _ = lines
    on = "?a wh:attests/wh:influencer p:{} ; wh:attests/wh:influenced p:{} ; "
    hedged = rows(store, "?commitment ?hedge ?polarity", on.format("Q4", "Q3") + "wh:commitment ?commitment ; wh:hedge ?hedge ; wh:polarity ?polarity")
    assert hedged == [("Hedged", "presumably", "Affirmed")]
    assert rows(store, "?polarity", on.format("Q3", "Q4") + "wh:polarity ?polarity") == [("Denied",)]
    assert rows(store, "?who ?commitment", on.format("Q9", "Q3") + "wh:supportedBy ?who ; wh:commitment ?commitment") == [("Q10", "Stated")]


def test_names_are_those_of_the_files_and_attested_there(lines: tuple[Made, Store, Path]) -> None:
    _, store, folder = lines
    assert rows(store, "?name", "p:Q4 skos:prefLabel ?name") == [("Rose O'Hara",)]
    assert rows(store, "?thing ?file", "[] wh:attests/wh:entity ?thing ; wh:mode wh:Record ; wh:document/wh:fileName ?file") == [
        ("Q1", "entity2wikidata.json"), ("Q11", "entity2wikidata.json"), ("Q3", "entity2wikidata.json"), ("Q4", "labels.en.tsv"),
    ]  # fmt: skip
    assert rows(store, "?name", "p:Q2 skos:prefLabel ?name") == [("Q2",)]
    unmapped = (folder / "unmapped.tsv").read_text("utf-8").splitlines()
    assert "label\t\tno label in the files, so the id stands for it\t4\t" in [line.rstrip("\n") for line in unmapped]
    assert not rows(store, "?x", "?x skos:prefLabel ?name . FILTER (CONTAINS(?name, 'nobody'))")


def test_what_no_rule_reads_is_counted_and_what_is_broken_is_told_with_its_place(lines: tuple[Made, Store, Path]) -> None:
    made, _, folder = lines
    unmapped = [line.split("\t")[:4] for line in (folder / "unmapped.tsv").read_text("utf-8").splitlines()]
    assert ["value", "P9999", "no rule", "1"] in unmapped
    assert ["qualifier:P9998", "P9999", "no rule", "1"] in unmapped
    findings = [line.split("\t") for line in (folder / "findings.tsv").read_text("utf-8").splitlines()]
    broken = next(row for row in findings if row[8] == "broken line")
    assert (broken[1], int(broken[3])) == ("14", LINES.index("broken"))
    assert made.counts["findings"] == len(findings) - 1


def test_every_passage_is_the_words_of_its_statement(lines: tuple[Made, Store, Path]) -> None:
    _, store, _ = lines
    found = rows(store, "?start ?end ?digest", "[] wh:start ?start ; wh:end ?end ; wh:passageDigest ?digest ; wh:document/wh:fileName 'train.txt'")
    words = [LINES[int(start) : int(end)] for start, end, _ in found]
    assert [f"sha256:{sha256(one.encode()).hexdigest()}" for one in words] == [digest for _, _, digest in found]
    assert "Q1,P161,Q4,P453,Q5" in words


@pytest.mark.parametrize("form", ["document", "lines"])
def test_json_has_ranks_references_dates_and_names(form: str, pack: Pack) -> None:
    text = json.dumps({"entities": {"Q1": entity()}}, ensure_ascii=False) if form == "document" else "[\n" + json.dumps(entity()) + ",\n{broken\n]\n"
    name, data = ("Q1.json", text) if form == "document" else ("dump.json.gz", gzip.compress(text.encode()))
    _, store, folder = pack("wikidata", {name: data})
    assert rows(store, "?who ?polarity", "[] wh:attests/wh:agent ?who ; wh:polarity ?polarity", "wikidata") == [("Q3", "Affirmed"), ("Q4", "Denied")]
    assert rows(store, "?who ?source", "[] wh:attests/wh:agent ?who ; wh:ascribedTo ?source", "wikidata") == [("Q3", "Q20")]
    assert rows(store, "?date ?work", "[] wh:date ?date ; wh:work ?work", "wikidata") == [("1982-06-25", "Q1")]
    assert rows(store, "?basis", "[] wh:basis ?basis", "wikidata") == [("Q2",)]
    assert rows(store, "?name", "p:Q1 skos:prefLabel ?name", "wikidata") == [('The "Lamp"',), ("ランプ",)]
    for start, end, digest in rows(store, "?start ?end ?digest", "[] wh:start ?start ; wh:end ?end ; wh:passageDigest ?digest", "wikidata"):
        assert digest == f"sha256:{sha256(text[int(start) : int(end)].encode()).hexdigest()}"
    told = (folder / "findings.tsv").read_text("utf-8")
    assert ("The line is no entity" in told) == (form == "lines")
    assert "P345" in (folder / "unmapped.tsv").read_text("utf-8")
    assert "the catalogue says that there is a value and that it is unknown" in (folder / "unmapped.tsv").read_text("utf-8")


def test_negatives_of_codex_are_denied_by_their_annotators(pack: Pack) -> None:
    types = json.dumps({"Q3": ["Q5"], "Q4": ["Q5"]})
    _, store, _ = pack("codex", {"train.txt": "Q3\tP737\tQ4\n", "test_negatives.txt": "Q4\tP737\tQ3\n", "entity2types.json": types})
    said = rows(store, "?who ?polarity ?speaker", "[] wh:attests/wh:influenced ?who ; wh:polarity ?polarity ; wh:speaker/skos:prefLabel ?speaker", "codex")
    assert said == [("Q3", "Affirmed", "the editors of Wikidata, by CoDEx"), ("Q4", "Denied", "the annotators of CoDEx")]
    assert rows(store, "?d ?name", "?d wh:writer/skos:prefLabel 'the annotators of CoDEx'@en ; wh:fileName ?name", "codex") == [("document-test-negatives-txt", "test_negatives.txt")]


def test_what_the_ontology_takes_in_no_role_is_a_finding_and_the_rest_goes_in(pack: Pack) -> None:
    text = "Q1,P31,Q201658\nQ1,P144,Q2\nQ3,P31,Q515\nQ4,P57,Q5,P3680,Q3\n"
    _, store, folder = pack("wd50k", {"train.txt": text})
    told = (folder / "findings.tsv").read_text("utf-8")
    assert "A Genre (Q1) cannot fill derivative." in told
    assert "A Place (Q3) cannot fill supportedBy." in told
    assert rows(store, "?work", "[] wh:work ?work") == [("Q4",)]
    assert not rows(store, "?claim", "?claim a wh:Adaptation")


def test_a_selection_takes_what_involves_one_of_its_ids(pack: Pack) -> None:
    _, store, _ = pack("wd50k", {"train.txt": LINES, "entity2wikidata.json": json.dumps(NAMES)}, only=["Q11"])
    assert rows(store, "?thing", "?thing wh:identifier []") == [("Q11",), ("Q3",)]
    assert rows(store, "?thing", "[] wh:attests/wh:entity ?thing") == [("Q11",), ("Q3",)]


@pytest.mark.parametrize("text", ["", "[", "{", "[1,]", '{"entities": 5}', '{"entities": {"Q1": {"id": "Q1", "claims": {"P1": [5]}}}}', "[" * 100_000, "null", '{"id": "Q1", "claims"}'])
@pytest.mark.parametrize("reader", [JsonReader(), KgtkReader(), WikidataReader()], ids=["json", "kgtk", "wikidata"])
def test_no_reader_breaks_on_any_text(reader: JsonReader | KgtkReader | WikidataReader, text: str) -> None:
    assert all(isinstance(one, Malformed | Record) for one in reader.read(text))


def test_the_passages_of_the_whole_of_wikidatas_samples_hold(shared: Path, tmp_path: Path) -> None:
    files = [shared / "data" / "wikidata" / name for name in ("Q1299.json", "sample-dump-20150815.json.gz")]
    read = [file.read_bytes() for file in files]
    texts = [(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode() for raw in read]
    records = [[one for one in WikidataReader().read(text) if isinstance(one, Record)] for text in texts]
    statements = [[one for one in found if "property" in one.fields] for found in records]
    assert [len(found) for found in statements] == [79, 149]
    assert [sum(any(name.startswith("reference:") for name in one.fields) for one in found) for found in statements] == [28, 20]
    assert all(text[value.start : value.end] == value.text for text, found in zip(texts, records, strict=True) for one in found for values in one.fields.values() for value in values)
    made = run([str(file) for file in files], "wikidata", str(tmp_path / "made"))
    assert made.counts["claims"] > 0
    assert NamedNode(made.files[0].document).value.startswith(made.base)


def test_parts_orders_and_spin_offs_become_relations_and_adaptations_one_way_round(pack: Pack) -> None:
    text = "Q1,P31,Q11424\nQ2,P31,Q11424\nQ3,P31,Q5398426\nQ4,P31,Q5\nQ1,P361,Q3\nQ3,P527,Q2\nQ2,P155,Q1\nQ1,P156,Q2\nQ2,P179,Q9,P155,Q1,P156,Q8\nQ3,P2512,Q7\nQ1,P1434,Q10\nQ4,P135,Q11\n"
    _, store, folder = pack("wd50k", {"train.txt": text})
    found = rows(store, "?property ?subject ?value", "[] a wh:Relation ; wh:property ?property ; wh:subject ?subject ; wh:value ?value")
    order = [("precedes", "Q1", "Q2"), ("precedes", "Q2", "Q8")]
    assert found == sorted([("partOf", "Q1", "Q3"), ("partOf", "Q2", "Q3"), ("partOf", "Q2", "Q9"), *order, ("setIn", "Q1", "Q10")])
    assert rows(store, "?derivative ?basis", "[] wh:derivative ?derivative ; wh:basis ?basis") == [("Q7", "Q3")]
    assert rows(store, "?concept ?class", "[] a wh:Classification ; wh:subject p:Q4 ; wh:concept ?concept . ?concept a ?class") == [("Q11", "Style")]
    assert "no rule" not in (folder / "unmapped.tsv").read_text("utf-8")


def test_who_disputes_a_statement_denies_it_beside_the_editors(pack: Pack) -> None:
    text = "Q1,P31,Q11424\nQ3,P31,Q24856\nQ5,P31,Q5\nQ6,P31,Q515\nQ1,P361,Q3,P1310,Q5\nQ1,P179,Q3,P1310,Q6\n"
    made, store, folder = pack("wd50k", {"train.txt": text})
    said = rows(store, "?polarity ?whose ?start", "?a wh:attests ?c ; wh:polarity ?polarity ; wh:start ?start . ?c a wh:Relation . OPTIONAL { ?a wh:ascribedTo ?whose }")
    first, second = (str(text.index(words)) for words in ("Q1,P361", "Q1,P179"))
    assert said == [("Affirmed", "", first), ("Affirmed", "", second), ("Denied", "Q5", first)]
    assert made.counts["findings"] == 1 and "A Place (Q6) cannot fill ascribedTo." in (folder / "findings.tsv").read_text("utf-8")


def test_a_qualifier_that_fills_a_role_is_not_told_to_have_no_rule(lines: tuple[Made, Store, Path]) -> None:
    assert "qualifier:P453" not in (lines[2] / "unmapped.tsv").read_text("utf-8")
