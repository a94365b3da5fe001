"""The stable formatter: its look as cases, its guarantees, and the repository's own files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad

from whence.errors import InputError
from whence.rdf import formatter
from whence.rdf.formatter import format_files, format_text
from whence.rdf.grammar import read_tree
from whence.rdf.layout import lay_out
from whence.rdf.reading import parse_turtle as parse, read_text as read

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parents[1] / "cases" / "turtle" / "format"
SOURCES = sorted(path for path in CASES.glob("*.ttl") if not path.name.endswith(".expected.ttl"))
#: What people write; the data of packs are written by mappings.
REPOSITORY = sorted(path for folder in ("ontology", "triples") for path in (ROOT / folder).rglob("*.ttl") if "packs" not in path.parts)
BASE = "https://example.org/"


def canonical(text: str) -> set[Quad]:
    dataset = Dataset(parse(text, base=BASE))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def test_every_case_has_its_expected_text() -> None:
    expected = {path.name.replace(".expected.ttl", ".ttl") for path in CASES.glob("*.expected.ttl")}
    assert expected == {path.name for path in SOURCES} != set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_case_is_formatted_as_expected(source: Path) -> None:
    expected = read(source.with_suffix(".expected.ttl"))
    assert format_text(read(source)) == expected
    assert format_text(expected) == expected


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_formatted_case_is_the_same_graph(source: Path) -> None:
    text = read(source)
    assert canonical(format_text(text)) == canonical(text.removeprefix("\ufeff"))


@pytest.mark.parametrize("path", REPOSITORY, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_repository_is_formatted(path: Path) -> None:
    assert format_files([path], check=True) == []


def test_the_repository_has_turtle_files() -> None:
    assert REPOSITORY


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<< <x:a> <x:b> <x:c> >> <x:d> 1 .", "`<<` is RDF 1.2: a triple as a term, which the formatter does not know yet."),
        ("<x:a> <x:b> <<( <x:a> <x:b> 1 )>> .", "`<<(` is RDF 1.2: a triple as a term, which the formatter does not know yet."),
        ("<x:a> <x:b> 1 {| <x:c> 2 |} .", "`{|` is RDF 1.2: an annotation of a triple, which the formatter does not know yet."),
        ("<x:a> <x:b> 1 ~ <x:c> .", "`~` is RDF 1.2: a reifier of a triple, which the formatter does not know yet."),
        ("<x:a> <x:b> 'c'@ar--rtl .", "`--rtl` is RDF 1.2: the base direction of a text, which the formatter does not know yet."),
        ("VERSION '1.2' <x:a> <x:b> 1 .", "`VERSION` is RDF 1.2: a declaration of the version, which the formatter does not know yet."),
        ("@version '1.2' . <x:a> <x:b> 1 .", "`@version` is RDF 1.2: a declaration of the version, which the formatter does not know yet."),
        ("<x:a> <x:b> " + "[ <x:c> " * 101 + "1" + "]" * 101 + " .", "Brackets are nested deeper than 100 levels."),
        ("<x:a> <x:b> " + "(" * 10_000 + ")" * 10_000 + " .", "Brackets are nested deeper than 100 levels."),
    ],
    ids=["reified-triple", "triple-term", "annotation", "reifier", "direction", "version", "at-version", "brackets", "parentheses"],
)
def test_what_cannot_be_formatted_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        format_text(text, "a.ttl")
    assert caught.value.problem == problem
    assert str(caught.value).startswith("a.ttl:1:")


def test_a_hundred_levels_are_formatted() -> None:
    text = "<x:a> <x:b> " + "[ <x:c> " * 100 + "1" + "]" * 100 + " ."
    formatted = format_text(text)
    assert format_text(formatted) == formatted


def test_many_nodes_that_look_alike_are_compared_at_once() -> None:
    assert format_text("<x:a> <x:b> " + ", ".join(["[ <x:c> [], [] ]"] * 500) + " .").count("<x:c>") == 500


@pytest.mark.parametrize(
    ("harmful", "harm"),
    [
        ("<x:a> <x:b> 1 .\n", "lose a comment"),
        ("<x:a> <x:b> 2 . # why\n", "change the graph"),
        ("<x:a> <x:b> 1 ; <x:c> [ <x:d> 5 ] . # why\n", "change the graph"),
        ("<x:a> <x:b> 1 . # why\n", "not be stable"),
    ],
)
def test_a_fault_of_the_layout_is_caught_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, harmful: str, harm: str
) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<x:a> <x:b> 1 . # why", encoding="utf-8")
    texts = iter([harmful, "another text"])
    monkeypatch.setattr(formatter, "lay_out", lambda tree: next(texts))
    with pytest.raises(InputError, match=f"would {harm}"):
        format_files([path])
    assert path.read_text(encoding="utf-8") == "<x:a> <x:b> 1 . # why"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<x:a> <x:b> [ <x:c> 1 ] , [ <x:c> 2 ] .", "<x:a> <x:b> [ <x:c> 1 , 2 ] , [] ."),
        ("<x:a> <x:b> [] , [] .", "<x:a> <x:b> [] ."),
        ("<x:a> <x:b> ( 1 2 ) .", "<x:a> <x:b> ( 2 1 ) ."),
        ("<x:a> <x:b> _:x . _:x <x:c> 1 .", "<x:a> <x:b> _:x . _:y <x:c> 1 ."),
    ],
)
def test_graphs_that_differ_in_blank_nodes_are_told_apart(one: str, other: str) -> None:
    assert formatter._graph(parse(one), one) == formatter._graph(parse(one), one)
    assert formatter._graph(parse(one), one + other) != formatter._graph(parse(other), one + other)


def test_files_are_written_only_where_they_change(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    good.write_text("<x:a>\n  <x:b> 1 ;\n.\n", encoding="utf-8")
    bad.write_bytes(b"<x:a> <x:b> 1 .\r\n")
    bad.chmod(0o640)
    before = good.stat().st_mtime_ns
    assert format_files([good, bad], check=True) == [str(bad)]
    assert bad.read_bytes() == b"<x:a> <x:b> 1 .\r\n"
    assert format_files([good, bad]) == [str(bad)]
    assert bad.read_bytes() == good.read_bytes()
    assert bad.stat().st_mode & 0o777 == 0o640
    assert good.stat().st_mtime_ns == before
    assert format_files([good, bad]) == []


def test_nothing_is_written_when_one_file_is_broken(tmp_path: Path) -> None:
    bad, broken = tmp_path / "bad.ttl", tmp_path / "broken.ttl"
    bad.write_text("<x:a> <x:b> 1 .", encoding="utf-8")
    broken.write_text("<x:a> <x:b>", encoding="utf-8")
    with pytest.raises(InputError, match="broken.ttl:1:12"):
        format_files([bad, broken])
    assert bad.read_text(encoding="utf-8") == "<x:a> <x:b> 1 ."


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.ttl", tmp_path / "link.ttl"
    target.write_text("<x:a> <x:b> 1 .", encoding="utf-8")
    link.symlink_to(target)
    assert format_files([link]) == [str(link)]
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "<x:a>\n  <x:b> 1 ;\n.\n"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<x:a> <x:b> 1 .", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device") as caught:
        format_files([path])
    assert caught.value.file == str(path)
    assert path.read_text(encoding="utf-8") == "<x:a> <x:b> 1 ."
    assert list(tmp_path.iterdir()) == [path]


def test_a_tree_is_laid_out_twice_alike() -> None:
    """What stands under one verb in two places, and comments, stay as they were in the tree."""
    text = "# licence\n@prefix e: <http://e/> .\n# more\n@prefix d: <http://d/> .\n\ne:a\n  e:p ( e:x ) ;\n  # why\n  e:q e:y ;\n  e:p e:z ;\n.\n"
    tree = read_tree(text)
    assert lay_out(tree) == lay_out(tree) == format_text(text)
