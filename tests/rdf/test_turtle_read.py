"""Reading Turtle: every failure is one sentence with its place and the way to mend it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from whence.errors import InputError
from whence.rdf.formatter import format_text
from whence.rdf.places import Positions
from whence.rdf.reading import parse_turtle as parse, read_text as read

CASES = Path(__file__).parents[1] / "cases" / "turtle"
REFUSED = sorted((CASES / "refused").glob("*.ttl"))
PREFIX = "@prefix wh: <https://w3id.org/whence/ontology#> .\n"


def test_every_refused_case_has_its_expected_error() -> None:
    assert {path.stem for path in REFUSED} == {path.stem for path in (CASES / "refused").glob("*.txt")} != set()


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_with_place_and_fix(path: Path) -> None:
    place, problem, fix = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    with pytest.raises(InputError) as caught:
        parse(read(path), str(path))
    error = caught.value
    assert (f"{error.line}:{error.column}", error.problem, error.fix) == (place, problem, fix)
    assert error.file == str(path)
    assert error.exit_code == 3


def test_quads_come_in_the_order_of_the_text_with_their_labels() -> None:
    assert [str(quad.subject) for quad in parse("_:b <x:p> 1 . _:a <x:p> 2 .")] == ["_:b", "_:a"]


def test_a_base_from_outside_is_used_and_checked() -> None:
    assert str(parse("<a> <b> <> .", base="https://example.org/")[0].object) == "<https://example.org/>"
    with pytest.raises(InputError, match="The base IRI is refused"):
        parse("<a> <b> <> .", base="not an IRI")


def test_line_ends_and_tabs_are_kept_in_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b'<x:a>\t<x:b>\r\n"""c\r\nd""" .\r')
    assert read(path) == '<x:a>\t<x:b>\r\n"""c\r\nd""" .\r'
    assert parse(read(path))[0].object.value == "c\r\nd"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, problem in (
        (tmp_path / "none.ttl", "There is no such file."),
        (tmp_path, "This is a directory, not a file."),
        (tmp_path / ("x" * 300), "The file cannot be read: File name too long."),
    ):
        with pytest.raises(InputError) as caught:
            read(path)
        assert caught.value.problem == problem
        assert caught.value.file == str(path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<x:a> <x:b> 1 .")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(InputError, match="may not be read"):
        read(path)


@pytest.mark.parametrize(
    "text",
    [
        PREFIX + 'wh:a wh:b "' + "x" * 1_000_000,
        PREFIX + 'wh:a wh:b """' + "x\n" * 500_000,
        PREFIX + "wh:a wh:b <" + "x" * 1_000_000 + " > .",
        PREFIX + "wh:a wh:b " + "x" * 1_000_000 + ":y .",
        PREFIX + 'wh:a wh:b "' + "x" * 1_000_000 + '" wh:c wh:d .',
        PREFIX + 'wh:a "' + "x" * 1_000_000 + '" wh:c .',
        PREFIX + 'wh:a wh:b "' + "x" * 1_000_000 + '\\q" .',
        PREFIX + "@" + "x" * 1_000_000,
        PREFIX + "wh:a wh:b 1 . " + "(" * 100_000,
        PREFIX + 'wh:a wh:b "x"@' + "x" * 1_000_000 + " .",
    ],
    ids=["string", "long-string", "iri", "prefix", "no-dot", "verb", "escape", "directive", "brackets", "language"],
)
def test_a_giant_text_is_not_echoed(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "a.ttl")
    assert len(str(caught.value)) < 500
    assert caught.value.line


def test_a_giant_literal_is_read_placed_and_formatted() -> None:
    text = PREFIX + 'wh:a wh:b "' + "日" * 1_000_000 + '" ; wh:c 1 .'
    assert len(parse(text)) == 2
    found = Positions(text, "a.ttl").place_of_triple(
        "<https://w3id.org/whence/ontology#a>", "<https://w3id.org/whence/ontology#c>"
    )
    assert found is not None and (found.line, found.column) == (2, 1_000_016)
    assert len(format_text(text)) > 1_000_000


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    text = "<x:a> <x:b> " + "[ <x:c> " * 10_000 + "1" + "]" * 10_000 + " ."
    assert len(parse(text)) == 10_001
    assert str(Positions(text, "a.ttl").place_of_subject("<x:a>")) == "a.ttl:1:1"
    with pytest.raises(InputError, match="ends where|deeper|Unexpected|open"):
        parse(text[:-10_000])


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        parse('<x:a> <x:b> "\ud83d" .', "a.ttl")
    assert (caught.value.line, caught.value.column) == (1, 14)
