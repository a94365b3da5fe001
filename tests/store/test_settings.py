"""A graph of one's own: `whence.toml`, what it includes, and the files that make it up."""

from __future__ import annotations

from pathlib import Path

import pytest

from whence import namespaces, validation
from whence.errors import InputError
from whence.findings import Severity
from whence.namespaces import ID, shorten
from whence.store import layout, settings

TOML = 'title = "Kyoto"\nbase = "https://example.org/kyoto/id/"\nprefix = "kyoto"\n'
THING = "@prefix kyoto: <https://example.org/kyoto/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix wh: <https://w3id.org/whence/ontology#> .\n\n"


def make(folder: Path, text: str = TOML, **files: str) -> Path:
    (folder / "triples").mkdir(parents=True)
    (folder / "whence.toml").write_text(text, encoding="utf-8")
    for name, turtle in files.items():
        (folder / "triples" / f"{name}.ttl").write_text(turtle, encoding="utf-8")
    return folder


def named(name: str, prefix: str = "kyoto") -> str:
    return THING.replace("kyoto", prefix) + f'{prefix}:{name}\n  a wh:Film ;\n  skos:prefLabel "{name}"@en ;\n.\n'


def test_an_empty_graph_has_the_model_and_no_findings(tmp_path: Path) -> None:
    files = layout.locate(make(tmp_path / "my graph"))
    assert (files.settings.title, files.settings.base, files.settings.prefix) == ("Kyoto", "https://example.org/kyoto/id/", "kyoto")
    assert files.data == files.own == []
    assert {path.rpartition("/")[2] for path in files.ontology} >= {"whence.ttl", "role.ttl"}
    assert files.shapes and files.queries_in("views") and files.vocabularies
    outcome = validation.check(files)
    assert outcome.report.findings == []
    assert outcome.report.focus_counts and 0 not in outcome.report.focus_counts.values()


def test_a_graph_without_the_file_is_as_the_corpus() -> None:
    files = layout.locate()
    assert files.own == files.data
    assert (files.settings.base, files.settings.prefix, files.settings.file, files.prefixes) == (ID, "id", "", {"id": ID})


def test_the_corpus_and_other_graphs_are_included_and_not_edited(tmp_path: Path) -> None:
    other = make(tmp_path / "other", TOML.replace("kyoto", "osaka"), film=named("rain", "osaka"))
    (other / "ontology").mkdir()
    (other / "ontology" / "terms.ttl").write_text(THING)
    files = layout.locate(make(tmp_path / "kyoto", TOML + 'include = ["whence", "../other"]\n', film=named("phoenix")))
    assert [files.relative(path) for path in files.own] == ["triples/film.ttl"]
    assert str(other / "triples" / "film.ttl") in files.data and len(files.data) == len(layout.locate().data) + 2
    assert str(other / "ontology" / "terms.ttl") in files.ontology
    assert files.prefixes == {"kyoto": "https://example.org/kyoto/id/", "id": ID, "osaka": "https://example.org/osaka/id/"}
    names = [files.name(path) for path in files.taking_part()]
    assert len(names) == len(set(names))
    assert [path for path in files.data if files.brings(path)] == files.own


def test_what_two_graphs_include_is_included_once(tmp_path: Path) -> None:
    make(tmp_path / "b", TOML.replace("kyoto", "b") + 'include = ["whence"]\n')
    files = layout.locate(make(tmp_path / "a", TOML + 'include = ["../b", "whence"]\n'))
    assert len(files.data) == len(set(files.data)) == len(layout.locate().data)


@pytest.mark.parametrize(("text", "line", "problem"), [
    ("title = \"x\"\ntitel = 1\n", 2, "The key 'titel' is unknown."),
    (TOML.replace('"Kyoto"', "7"), 1, "The title is not a text."),
    (TOML.replace('prefix = "kyoto"\n', ""), 1, "The prefix is missing: short for the base in Turtle and SPARQL."),
    (TOML.replace('"Kyoto"', '"  "'), 1, "The title is missing: a name for the graph."),
    (TOML + 'include = "whence"\n', 4, 'The include is not a list of names of directories, or "whence".'),
    (TOML + 'include = [\n  "whence",\n  "../nowhere",\n]\n', 6, "There is no directory ../nowhere to include."),
    (TOML + 'include = ["whence", "whence"]\n', 4, "whence is included twice."),
    (TOML + 'licence = "CC0"\n', 4, "The licence 'CC0' is no IRI."),
    (TOML.replace("kyoto/id/", "kyoto#"), 2, "The base https://example.org/kyoto# does not end with a slash."),
    (TOML.replace("https://example.org/kyoto/id/", "kyoto"), 2, "'kyoto' is no IRI that things could be looked up at."),
    (TOML.replace("https://example.org/kyoto/id/", "https://a b/"), 2, "'https://a b/' is no IRI that things could be looked up at."),
    (TOML.replace("https://example.org/kyoto/id/", ID), 2, f"Below {ID} stand the names of another vocabulary (aspect:)."),
    (TOML.replace('prefix = "kyoto"', 'prefix = "role"'), 3, "The prefix role: is one of whence already."),
    (TOML.replace('prefix = "kyoto"', 'prefix = "https"'), 3, "The prefix https: means something else already."),
    (TOML.replace('prefix = "kyoto"', 'prefix = "京都"'), 3, "'京都' cannot be a prefix."),
    ("title = \n", 1, "This is no TOML: invalid value."),
    ("title = 'x'\n\ntitle = 'y'\n", 3, "This is no TOML: cannot overwrite a value."),
])  # fmt: skip
def test_whatever_is_wrong_is_one_sentence_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        layout.locate(make(tmp_path / "graph", text))
    assert (caught.value.problem, caught.value.line) == (problem, line)
    assert caught.value.fix and str(caught.value.file).endswith("whence.toml")


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    graph = make(tmp_path / "graph")
    (graph / "whence.toml").write_bytes(TOML.encode() + 'creator = "京都"\n'.encode("shift-jis"))
    with pytest.raises(InputError, match=r"whence.toml:4: The file is not UTF-8. Save it as UTF-8."):
        layout.locate(graph)


def test_graphs_that_include_each_other_are_refused(tmp_path: Path) -> None:
    make(tmp_path / "a", TOML + 'include = ["../b"]\n')
    make(tmp_path / "b", TOML.replace("kyoto", "b") + 'include = ["../a"]\n')
    with pytest.raises(InputError, match=r"b/whence.toml:4: The graph includes itself: \S+/a includes \S+/b includes \S+/a\."):
        layout.locate(tmp_path / "a")


@pytest.mark.parametrize("key", ["base", "prefix"])
def test_two_graphs_of_one_base_or_prefix_are_refused(tmp_path: Path, key: str) -> None:
    text = TOML.replace("kyoto", "b") if key == "prefix" else TOML.replace('prefix = "kyoto"', 'prefix = "b"')
    make(tmp_path / "b", text.replace('prefix = "b"', 'prefix = "kyoto"') if key == "prefix" else text)
    with pytest.raises(InputError, match=f"have one {key}, so that their things could not be told apart"):
        layout.locate(make(tmp_path / "a", TOML + 'include = ["../b"]\n'))


def test_the_prefix_of_the_graph_opened_last_shortens_and_expands(tmp_path: Path) -> None:
    text = TOML.replace('prefix = "kyoto"', 'prefix = "k"')
    layout.locate(make(tmp_path / "a", text.replace("kyoto/id", "one/id")))
    assert shorten("https://example.org/one/id/phoenix") == "k:phoenix"
    assert namespaces.PREFIXES["k"] == "https://example.org/one/id/"
    layout.locate(make(tmp_path / "b", text.replace("kyoto/id", "other/id")))
    assert shorten("https://example.org/other/id/phoenix") == "k:phoenix"
    assert shorten("https://example.org/one/id/phoenix") == "<https://example.org/one/id/phoenix>"
    assert namespaces.expansions("k") == ["https://example.org/other/id/", "https://example.org/one/id/"]
    assert namespaces.is_thing("https://example.org/other/id/x") and not namespaces.is_thing("https://example.net/x")


def test_findings_in_included_files_show_their_paths_and_warnings_are_left_to_who_brings_them(tmp_path: Path) -> None:
    lonely = "check:unused-thing"
    make(tmp_path / "other", TOML.replace("kyoto", "osaka"), film=named("rain", "osaka"))
    assert [one.rule for one in validation.check(layout.locate(tmp_path / "other")).report] == [lonely]
    graph = make(tmp_path / "graph", TOML + 'include = ["../other"]\n', film=named("phoenix"))
    assert [(one.rule, one.place and one.place.file) for one in validation.check(layout.locate(graph)).report] == [(lonely, str(graph / "triples" / "film.ttl"))]
    broken = tmp_path / "other" / "triples" / "film.ttl"
    broken.write_text(broken.read_text().replace("wh:Film", "wh:Movie"))
    found = [(one.rule, one.place and one.place.file) for one in validation.check(layout.locate(graph)).report]
    assert ("ontology:undeclared-class", str(broken)) in found


def test_an_own_class_and_an_edit_are_validated_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "cache"))
    graph = make(tmp_path / "graph", film=named("phoenix"))
    (graph / "ontology").mkdir()
    header = THING + "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    (graph / "ontology" / "own.ttl").write_text(header + 'kyoto:Festival a owl:Class ; rdfs:subClassOf wh:Event ; rdfs:label "festival"@en .\n')
    first = validation.check(layout.locate(graph))
    assert first.report.conforms
    validation.remember(layout.locate(graph), first)
    (graph / "triples" / "festival.ttl").write_text(THING + 'kyoto:gion\n  a kyoto:Festival ;\n  skos:prefLabel "祇園祭"@ja ;\n.\n', encoding="utf-8")
    second = validation.check(layout.locate(graph))
    assert second.by_shapes is not None and second.by_shapes.edited == 2
    assert [(one.rule, one.focus_node) for one in second.report if one.severity is Severity.WARNING] == [
        ("check:unused-thing", "<https://example.org/kyoto/id/gion>"), ("check:unused-thing", "<https://example.org/kyoto/id/phoenix>"),
    ]  # fmt: skip


def test_settings_name_each_key_with_an_example() -> None:
    assert set(settings._KINDS) == set(settings._EXAMPLES)
