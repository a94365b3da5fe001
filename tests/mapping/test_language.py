"""A mistake in a mapping is told in a sentence, with its line and how to mend it, before anything is made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lamps import MAPPING, RECORDS

from whence.errors import InputError
from whence.mapping.engine import run
from whence.mapping.language import Mistakes
from whence.mapping.patterns import Pattern

#: What is written instead of what, and words of the sentence.
MISTAKES = [
    ('claim = "Casting"', 'claim = "Castin"', "`Castin` is no class of claims. Did you mean `Casting`?"),
    ("agent = { thing", "agnt = { thing", "`agnt` is no role of Contribution. Did you mean `agent`?"),
    ("film = \"Film\"", "film = \"Xyz\"", "Episode, Event, FictionalEntity, FictionalEvent, FictionalGroup, FictionalObject, FictionalPlace, FictionalSpecies, FictionalSubstance, … TERMS.md has all."),
    ("film = \"Film\"", "film = \"Flim\"", "`Flim` is no class of things. Did you mean `Film`?"),
    ('"role:director" = "監督"', '"rolle:director" = "監督"', "`rolle:director` is no term."),
    ('"role:director" = "監督"', '"role:directer" = "監督"', "`role:directer` is no term of the ontology and its vocabularies. Did you mean `role:director`?"),
    ('kind = "turtle"\nprefixes = { c = "https://example.org/c#" }', 'kind = "lines"\ncolumns = 5', "`columns` is a list of names"),
    ('kind = "turtle"\nprefixes = { c = "https://example.org/c#" }', 'kind = "lines"\nseparator = ""', "`separator` is not empty"),
    ('"role:director" = "監督"', '"role:director" = ["監督", "脚本"]', "`脚本` stands in [tables.roles] for role:director and for role:screenwriter."),
    ("table = \"roles\"", "table = \"rolls\"", "`rolls` is no table of [tables]. Did you mean `roles`?"),
    ("form = '【(?P<who>[^】]+)】(?P<name>.+)'", "form = '【(?P<who>[^】]+】(?P<name>.+)'", "The pattern of `form` cannot be read"),
    ('film = "Film"', 'film = ["Film"]', "`['Film']` is no class of things."),
    ('kind = "turtle"', 'kind = "turtel"', "`turtel` is no reader."),
    ('kind = "turtle"', 'kind = "turtle"\ncolumns = 3', "`columns` is no key of the reader `turtle`. Write one of kind, prefixes."),
    ('kind = "turtle"', 'kind = "lines"\nseperator = ","', "`seperator` is no key of the reader `lines`. Did you mean `separator`?"),
    ('licence = "https://creativecommons.org/publicdomain/zero/1.0/"', "", "[pack] has no licence."),
    ('name = "lamps"', 'name = "Lamps!"', "`Lamps!` can be no name of a pack."),
    ('name = "lamps"', 'name = "wh"', "`wh` can be no name of a pack."),
    ('polarity = "wh:Denied"', 'polarty = "wh:Denied"', "`polarty` is no property of a position. Did you mean `polarity`?"),
    ('work = "record"\ndate', 'work = "redord"\ndate', "`redord` is no term."),
    ('date = { date = "{value}" }', 'date = { date = "{value}", text = "x" }', "`date` says not what fills it."),
    ('thing = "{who}", class = "Character"', 'thing = "{who}"', "The thing that fills `character` has no class."),
    ("[[position]]", "[position]", ""),
    ("separator = '／'", "separator = 3", "`separator` is no text."),
    ("link = \"wh:partOf\"", "link = \"wh:agent\"", "`wh:agent` cannot be stated plainly."),
    ('language = "ja"', 'language = "not a tag!"', "`not a tag!` is no language tag."),
    ('source = "https://example.org/lamps"', 'source = "the lamps"', "The source 'the lamps' is no IRI."),
    ('match = "https://example.org/id/{id}"', 'match = "id {id}"', "`id {id}` is no address of a record."),
    ('when = { "c:rank" = "withdrawn" }', 'when = { "c:rank" = [["withdrawn"]] }', "The condition on `c:rank` is no text and no list of texts."),
    ('kind = "turtle"\nprefixes = { c = "https://example.org/c#" }', 'kind = "json"\nid = ["x"]', "`id` is a text"),
    ('kind = "turtle"\nprefixes = { c = "https://example.org/c#" }', 'kind = "json"\nlanguage = "no tag"', "`language` a tag such as en"),
    ("separator = '／'", "separator = '／*'", "The `separator` may be empty"),
    ('agent = { thing = "{name}"', 'agent = { thing = "{name"', "A brace in `{name` is left open."),
    ('name = "lamps"', 'name = "lamps"\nbase = "https://w3id.org/whence/pack/lanterns/"', "Below https://w3id.org/whence/pack/lanterns/ stand the names of another vocabulary"),
    ('name = "lamps"', 'name = "lamps"\nbase = "https://example.org/lamps#"', "The base https://example.org/lamps# does not end with a slash."),
    ("[things]", '[things]\nlanguages = { x = "no tag" }', "`no tag` is no language tag."),
    ('version = "wh:VersionNotStated"', "", "The Casting lacks version. Say what fills it;"),
    ("[ignored]", "[ignorde]", "`ignorde` is no key of mapping. Did you mean `ignored`?"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead", "sentence"), MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, written: str, instead: str, sentence: str) -> None:
    assert written in MAPPING
    text = MAPPING.replace(written, instead, 1)
    file = tmp_path / "m.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as told:
        run(["x.ttl"], str(file), str(tmp_path / "made"))
    assert sentence in str(told.value)
    assert told.value.file == str(file)
    assert told.value.fix
    assert told.value.line is not None
    assert not (tmp_path / "made").exists()


def test_all_mistakes_are_told_at_once_in_their_order(tmp_path: Path) -> None:
    """Those of places that do not hang together, and within one item."""
    text, lines = MAPPING, []
    for written, instead, sentence in (one for one in MISTAKES if one[1].startswith(("claim", "agnt", "film = \"Flim", "polarty", "separator = 3", "link", "language = \"not", "when"))):
        text = text.replace(written, instead, 1)
        lines.append((text[: text.index(instead)].count("\n"), sentence))
    file = tmp_path / "m.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Mistakes) as told:
        run(["x.ttl"], str(file), str(tmp_path / "made"))
    sentences = [str(told.value), *told.value.excerpt.splitlines()]
    assert len(sentences) == len(lines) == 8
    assert all(expected in one for (_, expected), one in zip(sorted(lines), sentences, strict=True)), sentences


def test_the_line_is_that_of_the_mistake(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(MAPPING.replace('claim = "Casting"', 'claim = "Castin"'), encoding="utf-8")
    with pytest.raises(InputError) as told:
        run(["x.ttl"], str(file), str(tmp_path / "made"))
    assert told.value.line == MAPPING[: MAPPING.index('claim = "Casting"')].count("\n") + 1


def test_a_key_that_stands_in_several_tables_is_told_where_it_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    text = MAPPING.replace('work = "record"\ndate', 'source = "record"\ndate')
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="`source` is no role of Release") as told:
        run(["x.ttl"], str(file), str(tmp_path / "made"))
    assert told.value.line == text[: text.index('source = "record"')].count("\n") + 1


def test_a_pattern_that_would_look_for_ever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.mapping.patterns._SECONDS", 0.2)
    endless = Pattern("(a|a)+x", "separator")
    for look in (endless.fullmatch, endless.search, endless.finditer, endless.split):
        with pytest.raises(InputError, match="The pattern of `separator` looks for more than"):
            look("a" * 60)


def test_a_mapping_may_include_one_that_includes_another_and_never_itself(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.toml" for name in ("first", "second", "third"))
    own = MAPPING[: MAPPING.index("[things]")]
    first.write_text(MAPPING, encoding="utf-8")
    second.write_text(f'include = "{first}"\n{own}', encoding="utf-8")
    third.write_text(f'include = "{second}"\n{own}', encoding="utf-8")
    (tmp_path / "part1.ttl").write_text(RECORDS, encoding="utf-8")
    once, last = (run([str(tmp_path / "part1.ttl")], str(file), str(tmp_path / file.stem)) for file in (first, third))
    assert once.counts == last.counts and once.counts["claims"]
    for file, included in ((first, third), (second, second)):
        file.write_text(f'include = "{included}"\n{own}', encoding="utf-8")
        with pytest.raises(InputError, match="The mapping includes itself"):
            run(["x.ttl"], str(file), str(tmp_path / "made"))


def test_the_mistakes_of_a_mapping_and_of_the_one_it_includes_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "first.toml").write_text(MAPPING.replace('claim = "Casting"', 'claim = "Castin"'), encoding="utf-8")
    (tmp_path / "second.toml").write_text(f'include = "{tmp_path / "first.toml"}"\n{MAPPING[: MAPPING.index("[things]")].replace("editors =", "editor =")}', encoding="utf-8")
    with pytest.raises(Mistakes) as told:
        run(["x.ttl"], str(tmp_path / "second.toml"), str(tmp_path / "made"))
    assert "first.toml:" in str(told.value) and "`Castin` is no class" in str(told.value)
    assert "second.toml:" in told.value.excerpt and "`editor` is no key of [pack]" in told.value.excerpt


@pytest.mark.parametrize(("line", "other", "told"), [
    ('label = "{name} (source)"', 'label = "{name} ({nosuch})"', "The label of `ascribedTo` has {nosuch}"),
    ("world = true", 'world = "no"', "`world` is neither true nor false"),
    ('polarity = "wh:Denied"', 'polarity = "wh:Denied"\nfurther = 1', "`further` is neither true nor false"),
    ('link = "wh:partOf"', 'link = "wh:precedes"', "cannot be stated plainly"),
])  # fmt: skip
def test_what_a_filler_cannot_have_is_told(line: str, other: str, told: str, tmp_path: Path) -> None:
    assert line in MAPPING
    (tmp_path / "m.toml").write_text(MAPPING.replace(line, other), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(told)):
        run(["x.ttl"], str(tmp_path / "m.toml"), str(tmp_path / "made"))


def test_a_group_that_the_form_has_not_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAPPING.replace("【(?P<who>[^】]+)】(?P<name>.+)", "【(?P<who>[^】]+)】.+"), encoding="utf-8")
    (tmp_path / "part1.ttl").write_text(RECORDS, encoding="utf-8")
    run([str(tmp_path / "part1.ttl")], str(tmp_path / "m.toml"), str(tmp_path / "made"))
    assert "{name} is no group of the form, and the record has no field name." in (tmp_path / "made" / "findings.tsv").read_text("utf-8")
