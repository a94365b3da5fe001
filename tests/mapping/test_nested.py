"""Lists of objects within a record: what stands together stays together, and nothing of a list is lost in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import parse, RdfFormat

from whence.mapping.engine import run
from whence.mapping.readers.json import JsonReader
from whence.mapping.readers.lines import LinesReader
from whence.mapping.records import Malformed, Record

PACK = """
[pack]
name = "puppets"
title = "Puppet Museum"
source = "https://example.org/puppets"
version = "1"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
notice = "Made by nobody."
editors = "the curators"
"""
MUSEUM = PACK + """
[reader]
READER

[things]
labels = ["name"]
[things.classes]
"" = "Film"

[tables.roles]
"role:director" = "director"
"role:composer" = "music"

[[rule]]
field = "people/who/name"
[[rule.item]]
claim = "Contribution"
agent = { thing = "{value}", class = "Person" }
work = "record"
role = { table = "roles", key = "{people/did}", separator = ', ', otherwise = "wh:RoleNotStated" }

[[rule]]
field = "parts/cast/actor"
when = { "parts/cast/kind" = "voice" }
[[rule.item]]
claim = "Casting"
agent = { thing = "{value}", class = "Person" }
character = { thing = "{parts/cast/as}", class = "Character", of = "record" }
work = "record"
role = "role:voice-actor"
version = "wh:VersionNotStated"
"""
Make = Callable[[str, str, str], tuple[set[tuple[str, ...]], list[list[str]], list[list[str]]]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a pack by a mapping; returns the roles of its claims by local name, the rows of `unmapped.tsv` and those of `findings.tsv`."""

    def make(mapping: str, text: str, name: str) -> tuple[set[tuple[str, ...]], list[list[str]], list[list[str]]]:
        (tmp_path / "puppets.toml").write_text(mapping, encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
        run([str(tmp_path / name)], str(tmp_path / "puppets.toml"), str(tmp_path / "made"))
        claims: dict[str, dict[str, str]] = {}
        path = tmp_path / "made" / "data" / "claims.ttl"
        for quad in parse(path=str(path), format=RdfFormat.TURTLE) if path.exists() else ():
            claims.setdefault(quad.subject.value, {})[quad.predicate.value.rpartition("#")[2]] = quad.object.value.rpartition("/")[2].rpartition("#")[2]
        left, told = ([line.split("\t") for line in (tmp_path / "made" / file).read_text("utf-8").splitlines()[1:]] for file in ("unmapped.tsv", "findings.tsv"))
        roles = {tuple(re.sub(r"^agent-|^character-P1-|-[0-9a-f]{6}$", "", one[role]) for role in ("agent", "role", "character") if role in one) for one in claims.values()}
        return roles, left, told

    return make


JSON = MUSEUM.replace("READER", 'kind = "json"\nid = "ref"')


def test_a_person_of_a_list_has_the_roles_that_stand_beside_the_name(make: Make) -> None:
    people = '{"who": {"name": "Ada"}, "did": ["director", "carving"]}, {"did": "music", "who": {"name": "Otto"}}, {"who": {"name": "Nobody"}}'
    roles, _, told = make(JSON, f'[{{"ref": "P1", "name": "Moon", "people": [{people}]}}, {{"ref": "P2", "name": "Sun", "people": {{"who": {{"name": "Li"}}, "did": "music"}}}}]', "m.json")
    assert roles == {("Ada", "director"), ("Ada", "RoleNotStated"), ("Otto", "composer"), ("Nobody", "RoleNotStated"), ("Li", "composer")} and not told


def test_conditions_ask_the_object_in_which_a_value_stands_and_the_others_are_counted(make: Make) -> None:
    cast = [[{"actor": "Ada", "kind": "voice", "as": "Mia"}, {"actor": "Bo", "kind": "stage", "as": "Tom"}], [{"actor": "Cy", "kind": "voice", "as": "Jo"}]]
    roles, left, told = make(JSON, json.dumps([{"ref": "P1", "name": "Moon", "parts": [{"cast": one} for one in cast]}]), "m.json")
    assert roles == {("Ada", "voice-actor", "Mia"), ("Cy", "voice-actor", "Jo")} and not told
    assert ["parts/cast/actor", "", "no rule", "1", "P1"] in left


def test_brackets_of_turtle_keep_together_likewise(make: Make) -> None:
    mapping = MUSEUM.replace("READER", 'kind = "turtle"\nprefixes = { "" = "https://example.org/p#" }').replace("people/who/name", ":people/:name").replace("people/did", ":people/:did")
    text = '@prefix : <https://example.org/p#> .\n<https://example.org/P1> :people [ :name "Ada" ; :did "director" ] , [ :name "Otto" ; :did "music" ] .\n'
    assert make(mapping, text, "m.ttl")[0] == {("Ada", "director"), ("Otto", "composer")}


def test_records_within_a_member_are_found_where_the_mapping_says(make: Make) -> None:
    text = '{"count": 2, "answer": {"docs": [{"ref": "P1", "name": "Moon", "people": [{"who": {"name": "Ada"}, "did": "music"}]}, {"ref": "P2", "name": "Sun"}]}, "next": null}'
    roles, left, told = make(JSON.replace('"ref"', '"ref"\nrecords = "answer/docs"'), text, "m.json")
    assert roles == {("Ada", "composer")} and not told
    assert left == [["", "", "a record that claims nothing by itself", "1", "P2"]]
    for records, at in (("answer/rows", 0), ("count", 0)):
        (found,) = JsonReader(id="ref", records=records).read(text)
        assert isinstance(found, Malformed) and found.start == at and f"no list `{records}`" in found.problem


@pytest.mark.parametrize(("text", "ids", "told"), [
    ('{"items": [{"ref": "A"}, {"ref": "B"}]}', "", "`ref` stands in it 2 times, so it is no one record."),
    ('[{"ref": "A"}, "loose", 7, {"ref": "B"}]', "AB", "It is no object, so it is no record."),
    ('{"count": 2, "x": {"ref": "A"}}', "A", "It is no object, so it is no record."),
    ('[{"ref": ["A", "B"]}]', "", "`ref` stands in it 2 times, so it is no one record."),
    ('[[{"ref": "A"}, {"ref": "B"}]]', "", "`ref` stands in it 2 times, so it is no one record."),
])  # fmt: skip
def test_what_is_no_record_is_told(text: str, ids: str, told: str) -> None:
    found = list(JsonReader(id="ref").read(text))
    assert "".join(one.id for one in found if isinstance(one, Record)) == ids
    assert {one.problem for one in found if isinstance(one, Malformed)} == {told}


def test_a_line_without_what_names_it_is_told_and_a_column_that_is_missing_too() -> None:
    found = list(LinesReader(id="code").read("code,name\n1,a\n,b\n2,c\n"))
    assert [one.id for one in found if isinstance(one, Record)] == ["1", "2"]
    assert [(one.start, one.problem) for one in found if isinstance(one, Malformed)] == [(14, "The line has no `code`, which would name it.")]
    (none,) = LinesReader(id="code").read("Code;name\n1;a\n")
    assert isinstance(none, Malformed) and "no column `code`" in none.problem


FACTS = PACK + r"""
[reader]
kind = "lines"
separator = "\t"
columns = ["item", "property", "value"]
id = "item"

[things]
kind = "property"
ids = '[WP]\d+'
labels = ["value"]
naming = ["name"]
[things.classes]
type = { field = "value", of = { film = "Film", human = "Person" } }

[[rule]]
field = "value"
records = "director"
[[rule.item]]
claim = "Contribution"
agent = { record = "{value}", class = "Person" }
work = { record = "{id}", class = "Work" }
role = "role:director"
"""


def test_statements_may_name_their_things(make: Make, tmp_path: Path) -> None:
    rows = ("W1 name Glass", "W1 type film", "W1 director P9", "P9 name Kim", "P9 type human", "W1 colour green")
    _, left, told = make(FACTS, "\n".join(row.replace(" ", "\t") for row in rows), "f.tsv")
    things = (tmp_path / "made" / "data" / "things.ttl").read_text("utf-8")
    assert 'skos:prefLabel "Glass"@en' in things and 'skos:prefLabel "Kim"@en' in things and "green" not in things and not told
    assert left == [["value", "colour", "no rule", "1", "W1"]]
