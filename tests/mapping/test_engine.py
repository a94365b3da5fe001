"""A mapping makes of each entry a claim and a position with its own place; what does not fit is told, and the rest goes in."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pyoxigraph
import pytest
from lamps import RECORDS

from whence.errors import InputError
from whence.mapping.engine import names_of_mappings, run
from whence.namespaces import PREFIXES

Make = Callable[..., tuple]  # type: ignore[type-arg]


def graph(turtle: str) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for part in re.split(r"(?=@prefix dcterms)", turtle):
        store.load(part.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    return store


def rows(turtle: str, query: str) -> set[tuple[str, ...]]:
    head = "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in PREFIXES.items())
    found = graph(turtle).query(head + "PREFIX lamps: <https://w3id.org/whence/pack/lamps/> " + query)
    return {tuple(re.sub(r"^.*[/#]", "", term.value) for term in row) for row in found}  # type: ignore[union-attr]


def table(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines()[1:]]


def test_each_entry_is_a_claim_with_the_words_of_that_entry(make: Make) -> None:
    _, _, turtle = make()
    found = rows(
        turtle,
        """SELECT ?agent ?role ?start ?end ?digest { ?c a wh:Contribution ; wh:agent ?agent ; wh:role ?role ; wh:work lamps:A1 .
        ?p wh:attests ?c ; wh:start ?start ; wh:end ?end ; wh:passageDigest ?digest }""",
    )
    expected = set()
    for words, credits in {
        "[監督]山田 花": [("agent-山田花", "director")],
        '[監督・脚本]川口一、森 \\"次\\"': [(agent, role) for agent in ("agent-川口一", 'agent-森-次-') for role in ("director", "screenwriter")],
        "[映写]森二": [("agent-森二", "RoleNotStated")],
    }.items():
        start = RECORDS.index(words)
        expected |= {(*credit, str(start), str(start + len(words)), "sha256:" + sha256(words.encode()).hexdigest()) for credit in credits}
    assert {(re.sub(r"-[0-9a-f]{6}$", "-", agent), *rest) for agent, *rest in found} == expected


def test_words_of_a_role_without_a_term_are_kept(make: Make) -> None:
    _, _, turtle = make()
    assert rows(turtle, "SELECT ?words { ?p wh:printedAs ?words }") == {("映写",)}


def test_a_name_that_leads_to_one_record_is_that_record(make: Make) -> None:
    _, _, turtle = make()
    assert rows(turtle, "SELECT ?agent { ?c wh:work lamps:A2 ; wh:agent ?agent }") == {("B1",)}
    assert rows(turtle, "SELECT ?class { lamps:B1 a ?class }") == {("Organization",)}
    assert rows(turtle, "SELECT ?scheme ?value { lamps:B1 wh:identifier ?i . ?i wh:scheme ?scheme ; wh:identifierValue ?value ; wh:caution ?c }") == {("Lamps", "B1")}


def test_a_name_that_leads_to_several_records_is_a_thing_of_its_own(make: Make) -> None:
    _, _, turtle = make(RECORDS + '<https://example.org/id/B2> k:kind "maker" ; k:name "灯社" .\n')
    assert rows(turtle, "SELECT ?agent { ?c wh:work lamps:A2 ; wh:agent ?agent }") == {("agent-灯社",)}
    assert rows(turtle, "SELECT ?text { lamps:agent-灯社 wh:description ?text }") == {("One agent a name is an assumption.",)}


def test_an_agent_of_no_kind_yet_is_what_a_role_needs(make: Make, mapping: Path) -> None:
    text = mapping.read_text("utf-8").replace('work = "record"\ndate', 'work = "record"\noutlet = { thing = "{c:by}", class = "Organization" }\ndate')
    mapping.write_text(text, encoding="utf-8")
    records = '<https://example.org/id/B2> k:kind "maker" ; k:name "灯" .\n<https://example.org/id/B3> k:kind "film" ; k:name "波" ; k:by "灯" ; k:date "2001" .\n'
    _, _, turtle = make(RECORDS.replace('k:date "1999', 'k:by "山田花" ; k:date "1999') + records)
    assert rows(turtle, "SELECT ?class { lamps:B2 a ?class }") == {("Organization",)}
    assert rows(turtle, "SELECT ?class { lamps:agent-山田花 a ?class }") == {("Agent",), ("Organization",)}


def test_titles_readings_and_names_that_two_records_have(make: Make) -> None:
    _, _, turtle = make()
    assert rows(turtle, "SELECT ?label { lamps:A1 skos:prefLabel ?label }") == {("灯台 (A1)",)}
    assert '"トウダイ"@ja-Hrkt' in turtle
    assert rows(turtle, "SELECT ?label { lamps:A1 skos:altLabel ?label }") == {("灯台",), ("トウダイ",)}
    labels = [row[0] for row in rows(turtle, "SELECT ?label ?x { ?x skos:prefLabel ?label }")]
    assert len(labels) == len(set(labels))


def test_sources_conditions_wholes_and_worlds(make: Make) -> None:
    _, _, turtle = make()
    assert rows(turtle, "SELECT DISTINCT ?source { ?p wh:ascribedTo ?source }") == {("agent-灯台年鑑",)}
    assert rows(turtle, "SELECT DISTINCT ?work ?polarity { ?p wh:polarity ?polarity ; wh:attests ?c . ?c wh:work ?work }") == {("A1", "Affirmed"), ("A2", "Denied")}
    assert rows(turtle, "SELECT ?whole ?class { lamps:A1 wh:partOf ?whole . ?whole a ?class . ?c wh:subject lamps:A1 ; wh:value ?whole }") == {("Z9", "Franchise")}
    assert rows(turtle, "SELECT ?of { ?c wh:character ?who . ?who wh:inWorld ?world . ?world wh:worldOf ?of }") == {("A1",)}


def test_what_does_not_fit_is_told_with_its_place_and_the_rest_goes_in(make: Make) -> None:
    made, folder, _ = make(RECORDS + '<https://example.org/id/A3> k:name "broken ;\n<https://example.org/id/A4> k:kind "film" ; k:name "波" ; k:date "2001" .\n')
    found = table(folder / "findings.tsv")
    assert made.counts["findings"] == len(found) == 3
    text = (folder.parent / "lamps-part1.ttl").read_text("utf-8")
    for file, line, column, start, *_ in found:
        assert file.endswith("lamps-part1.ttl")
        before = text[: int(start)]
        assert (int(line), int(column)) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert [row[-1] for row in found if row[5] != ""] == ["誰か", "1999-02-29"]
    assert "not closed" in next(row for row in found if row[5] == "")[6]
    assert ("A4", "2001") in rows((folder / "data" / "claims.ttl").read_text("utf-8"), "SELECT ?w ?d { ?c wh:work ?w ; wh:date ?d }")


def test_records_of_one_id_that_are_not_one_thing_claim_nothing(make: Make) -> None:
    _, folder, turtle = make(RECORDS + "".join(f'<https://example.org/id/A9> k:kind "film" ; k:name "{name}" ; k:date "2001" .\n' for name in "波帆"))
    assert not rows(turtle, "SELECT ?claim { ?claim ?role lamps:A9 }")
    assert [row[4] for row in table(folder / "findings.tsv") if "Several records have the id A9" in row[6]] == ["A9", "A9"]
    _, folder, _ = make(RECORDS + "".join(f'<https://example.org/id/A9> k:kind "film" ; k:name "{name}" ; k:date "2001" .\n' for name in "波帆"), "chosen", only=["A9"])
    assert ["Several records" in row[6] for row in table(folder / "findings.tsv")] == [True, True]  # and not that nothing is called so


def test_a_further_name_makes_no_other_thing_of_a_record(make: Make) -> None:
    _, folder, turtle = make(RECORDS + "".join(f'<https://example.org/id/A9> k:kind "film" ; k:name "波"{name} ; k:date "2001" .\n' for name in ("", ' , "Wave"@en')))
    assert '"波"@' in turtle and '"Wave"@en' in turtle and not [row for row in table(folder / "findings.tsv") if "Several records" in row[6]]


def test_a_field_of_names_can_have_a_language_of_its_own(make: Make, mapping: Path) -> None:
    mapping.write_text(mapping.read_text("utf-8").replace("[things]", '[things]\nlanguages = { "c:name" = "oj" }', 1), encoding="utf-8")
    assert '"灯社"@oj' in make()[2]


def test_fields_without_a_rule_are_counted_and_listed(make: Make) -> None:
    made, folder, _ = make()
    found = {(field, kind): (reason, int(number), example) for field, kind, reason, number, example in table(folder / "unmapped.tsv")}
    assert found[("c:colour", "film")] == ("no rule", 1, "A1")
    assert found[("c:number", "film")] == ("a number of the catalogue's own", 1, "A1")
    assert found[("c:staff", "film")] == ("others", 1, "A1")
    assert found[("c:hasPart/c:staff", "show")] == ("no rule", 1, "A2")
    assert found.get(("c:name", "film"), True)
    assert made.counts["unmapped"] == sum(number for _, number, _ in found.values())


def test_equal_claims_are_joined(make: Make) -> None:
    made, _, turtle = make(RECORDS + '<https://example.org/id/A5> k:kind "film" ; k:name "波" ; k:staff "[監督]山田 花 ／ [監督]山田花" .\n')
    assert rows(turtle, "SELECT ?c (COUNT(?p) AS ?n) { ?p wh:attests ?c . ?c wh:work lamps:A5 } GROUP BY ?c") == {
        (*next(iter(rows(turtle, "SELECT ?c { ?c wh:work lamps:A5 }"))), "2")
    }
    assert made.counts["attestations"] == made.counts["claims"] + 1


def test_counts_are_those_of_the_data(make: Make) -> None:
    made, _, turtle = make()
    store = graph(turtle)
    assert made.counts["statements"] == len(store)
    assert made.counts["attestations"] == len(rows(turtle, "SELECT ?p { ?p a wh:Attestation }"))
    assert made.counts["claims"] == len(rows(turtle, "SELECT ?c { ?p wh:attests ?c }"))


def test_a_concept_with_labels_in_two_languages_is_counted_whole(make: Make, mapping: Path) -> None:
    rule = '[[rule]]\nfield = "c:sort"\n[[rule.item]]\nclaim = "Classification"\nsubject = "record"\nconcept = { record = "{value}", class = "Genre" }\n'
    text = mapping.read_text("utf-8").replace("[things.classes]", '[things.classes]\nsort = "Genre"', 1)
    mapping.write_text(text.replace("[tables.roles]", f"{rule}\n[tables.roles]", 1), encoding="utf-8")
    sort = '<https://example.org/id/G1> k:kind "sort" ; k:name "灯" , "lights"@en .\n<https://example.org/id/A9> k:kind "film" ; k:name "波" ; k:sort <https://example.org/id/G1> .\n'
    made, _, turtle = make(RECORDS + sort)
    assert rows(turtle, "SELECT ?label { lamps:G1 rdfs:label ?label }") == {("灯",), ("lights",)}
    assert made.counts["statements"] == len(graph(turtle))


def test_made_twice_gives_the_same_bytes(make: Make) -> None:
    files = []
    for name in ("one", "two"):
        _, folder, _ = make(folder=name)
        files.append({str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()})
    assert files[0] == files[1]


@pytest.mark.parametrize("only", [{"A2"}, {"https://w3id.org/whence/pack/lamps/A2"}, {"B1"}, {"灯社"}])
def test_a_selection_takes_what_involves_a_thing(make: Make, only: set[str]) -> None:
    made, folder, turtle = make(only=only)
    assert made.counts["claims"] == 1
    assert rows(turtle, "SELECT ?agent ?work { ?c wh:agent ?agent ; wh:work ?work }") == {("B1", "A2")}
    assert not table(folder / "findings.tsv")
    whole = make(folder="whole")[2]
    assert set(re.split(r"\n\n", turtle)) <= set(re.split(r"\n\n", whole))


def test_a_selection_that_leads_nowhere_is_told(make: Make) -> None:
    _, folder, _ = make(only={"A2", "nobody"})
    assert [row[6] for row in table(folder / "findings.tsv")] == ["Nothing in the files is called nobody."]


def test_files_inside_zips_and_compressed_ones(tmp_path: Path, mapping: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("folder\\lamps-part1.ttl", RECORDS)
    (tmp_path / "lamps-part2.ttl.gz").write_bytes(gzip.compress(RECORDS.replace("/id/A", "/id/C").encode()))
    made = run([str(tmp_path / "all.zip"), str(tmp_path / "lamps-part2.ttl.gz")], str(mapping), str(tmp_path / "made"))
    assert [(file.name, bool(file.member), file.document[-14:]) for file in made.files] == [
        ("lamps-part1.ttl", True, "document-part1"),
        ("lamps-part2.ttl", False, "document-part2"),
    ]
    assert made.files[0].digest == "sha256:" + sha256(RECORDS.encode()).hexdigest()
    assert made.files[0].length == len(RECORDS)


def test_progress_is_told_up_to_the_end(make: Make) -> None:
    told: list[tuple[int, int, str]] = []
    make(progress=lambda *now: told.append(now))
    assert told
    assert all(0 <= done <= whole and name == "lamps-part1.ttl" for done, whole, name in told)


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, mapping: Path) -> None:
    (tmp_path / "latin.ttl").write_bytes("é\n".encode("latin-1"))
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 cut")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"x" * 100)[:20])
    for name in ("latin.ttl", "cut.gz", "nothing.ttl"):
        with pytest.raises(InputError) as told:
            run([str(tmp_path / name)], str(mapping), str(tmp_path / "made"))
        assert told.value.file == str(tmp_path / name)
        assert told.value.fix


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="madb"):
        run(["x"], str(tmp_path / "no.toml"), str(tmp_path / "made"))


def test_a_pack_of_another_name_has_things_of_its_own(make: Make) -> None:
    made, _, turtle = make(name="lanterns")
    assert made.base == "https://w3id.org/whence/pack/lanterns/"
    assert "@prefix lanterns: <https://w3id.org/whence/pack/lanterns/> ." in turtle
    assert "lamps:" not in turtle


def test_the_mappings_that_come_with_whence() -> None:
    assert "madb" in names_of_mappings()
