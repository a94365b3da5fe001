"""Every value of a record stands at its place in the text, and what is broken costs only itself."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from growth import assert_linear
from hypothesis import given
from hypothesis import strategies as st

from whence.errors import InputError
from whence.mapping.readers.json import JsonReader
from whence.mapping.readers.lines import LinesReader
from whence.mapping.readers.turtle import TurtleReader
from whence.mapping.records import Malformed, Record
from whence.mapping.sources import read, sources
from whence.rdf.terms import lexical_form


def values(records: list[Record]) -> list[tuple[str, str]]:
    return [(name, value.text) for record in records for name, found in record.fields.items() for value in found]


def test_turtle_values_stand_where_they_say() -> None:
    text = (
        "# a comment with <signs> and \"quotes\"\n@prefix p: <https://e.org/p#> .\nPREFIX q: <https://e.org/q#>\n"
        '<https://e.org/id/C1> a p:Film ; p:name "A \\"B\\" 𝄞" , "C"@ja-Hrkt ;\n  p:text """x "y" z""" ; q:year 1999 ; p:when "2000"^^q:date ;\n'
        "  p:part [ p:name 'D' ; q:of [ p:name \"E\" ] ] ; p:to <https://e.org/id/C2,https://e.org/id/C3> .\n_:b p:name \"F\" ."
    )
    records = list(TurtleReader({"x": "https://e.org/p#"}).read(text))
    assert [record.id for record in records if isinstance(record, Record)] == ["C1", "b"]
    first = records[0]
    assert isinstance(first, Record)
    assert text[first.start : first.end].startswith("<https://e.org/id/C1>")
    assert text[first.start : first.end].endswith("C3> .")
    assert values([first]) == [
        ("a", "p:Film"),
        ("x:name", 'A \\"B\\" 𝄞'),
        ("x:name", "C"),
        ("x:text", 'x "y" z'),
        ("q:year", "1999"),
        ("x:when", "2000"),
        ("x:part/x:name", "D"),
        ("x:part/q:of/x:name", "E"),
        ("x:to", "https://e.org/id/C2,https://e.org/id/C3"),
    ]
    assert [value.language for value in first.fields["x:name"]] == ["", "ja-Hrkt"]
    for found in first.fields.values():
        for value in found:
            assert text[value.start : value.end] == value.text


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=5))
def test_turtle_reads_back_what_any_words_were_written_as(words: list[str]) -> None:
    quoted = ['"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"' for word in words]
    text = f"<https://e.org/1> <https://e.org/p> {' , '.join(quoted)} ."
    reader = TurtleReader({})
    [record] = reader.read(text)
    assert isinstance(record, Record)
    assert [reader.decode(value.text) for value in record.fields["<https://e.org/p>"]] == [lexical_form(one) for one in quoted] == words


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ('<https://e.org/2> <p:q> "never closed ;\n  <p:r> "x" .', "not closed"),
        ("<https://e.org/2> <p:q> ] .", "closes nothing"),
        ('<https://e.org/2> "no property" "x" .', "where a property is expected"),
        ("<https://e.org/2> <p:q> { } .", "TriG"),
        ('"words" <p:q> "x" .', "where a record begins"),
    ],
)
def test_a_broken_record_costs_only_itself(broken: str, problem: str) -> None:
    text = f'<https://e.org/1> <p:q> "a" .\n{broken}\n<https://e.org/3> <p:q> "c" .\n'
    found = list(TurtleReader({}).read(text))
    assert [one.id for one in found if isinstance(one, Record)][-1] == "3"
    assert next(one.id for one in found if isinstance(one, Record)) == "1"
    told = [one for one in found if isinstance(one, Malformed)]
    assert told
    assert any(problem in one.problem for one in told)
    assert all(len(text.split("\n", maxsplit=1)[0]) < one.start < text.index("<https://e.org/3>") for one in told)


def test_a_record_that_the_text_cuts_off_is_told() -> None:
    found = list(TurtleReader({}).read('<https://e.org/1> <p:q> "a" ;'))
    assert [type(one) for one in found] == [Malformed]


NO_JSON = "The file is no JSON from here to the next object"


@pytest.mark.parametrize(("text", "ids", "told"), [
    ('[\n  {"id": "A"},\n  {"id": "B" oops},\n  {"id": "C"}\n]', "AC", [(30, NO_JSON)]),
    ('[\r\n{"id": "A"},\r\n{"id": },\r\n{"id": "C"}]', "AC", [(24, NO_JSON)]),
    ('[\n {"id": "A",\n {"id": "B"}\n {"id": "C"}]', "BC", [(16, NO_JSON), (29, NO_JSON)]),
    ('[\n {"id": "A"},\n {"x": ' + "[" * 200_000 + '},\n {"id": "C"}\n]', "AC", [(17, NO_JSON)]),
    ('[{"id": "A"}, {"id": oops}, {"id": "C"}]', "A", [(21, "The file is no JSON from here on")]),
    ('[{"id": "A"}] more', "A", [(14, "The file is no JSON from here on")]),
    ('{"id": "A"}\n{"id": "B"\n\n{"id": "C"} x\n{"id": "D"}\n', "AD", [(12, "The line is no JSON"), (24, "The line is no JSON")]),
    ('{"name": "a", "id": "A"}', "A", []),
    ('{\n "a": {"id": "A"},\n "b": {"id": "B"\n "c": {"id": "C"}\n}', "AC", [(39, NO_JSON)]),
])  # fmt: skip
def test_json_that_is_broken_costs_an_object_or_a_line(text: str, ids: str, told: list[tuple[int, str]]) -> None:
    records = list(JsonReader(id="id").read(text))
    assert "".join(one.id for one in records if isinstance(one, Record)) == ids
    assert [(one.start, one.problem.partition(":")[0]) for one in records if isinstance(one, Malformed)] == [(place, what) for place, what in told]


def test_a_string_without_an_end_is_told_in_a_whole_sentence() -> None:
    (found,) = JsonReader().read('[{"id": "A}]')
    assert isinstance(found, Malformed) and found.problem == "The file is no JSON from here on: unterminated string starting."


def test_what_an_object_within_an_object_holds_is_a_field_of_both_names() -> None:
    (record,) = JsonReader(id="id").read('[{"id": "A", "x": {"y": 1, "z": ["q", {"w": null, "v": [[2]]}]}}]')
    assert isinstance(record, Record)
    assert values([record]) == [("id", "A"), ("x/y", "1"), ("x/z", "q"), ("x/z/v", "2")]


def test_lines_may_be_quoted_and_hold_separators() -> None:
    text = 'id;name\r\n1;"a ""b"" ; c"\r\n\r\n2;"two\nlines"\n3;x'
    reader = LinesReader(separator=";", id="id")
    records = [one for one in reader.read(text) if isinstance(one, Record)]
    assert [(one.id, reader.decode(one.fields["name"][0].text)) for one in records] == [("1", 'a "b" ; c'), ("2", "two\nlines"), ("3", "x")]
    assert [text[one.start : one.end] for one in records] == ['1;"a ""b"" ; c"', '2;"two\nlines"', "3;x"]
    for one in records:
        for found in one.fields.values():
            assert all(text[value.start : value.end] == value.text for value in found)


def test_lines_of_a_wrong_length_are_told_with_their_place() -> None:
    text = 'a,b\nc\nd,e,f\n"g"h,i\nj,k\n'
    found = list(LinesReader(columns=["x", "y"]).read(text))
    assert [one.fields["x"][0].text for one in found if isinstance(one, Record)] == ["a", "j"]
    assert [text[one.start : one.end] for one in found if isinstance(one, Malformed)] == ["c", "d,e,f", '"g"h,i']


def test_pairs_after_the_columns_are_fields() -> None:
    [good, bad] = LinesReader(separator="\t", columns=["s"], pairs="q:").read("1\tP1\ta\tP1\tb\n2\tP1\n")
    assert isinstance(good, Record)
    assert [value.text for value in good.fields["q:P1"]] == ["a", "b"]
    assert isinstance(bad, Malformed)


@pytest.mark.parametrize(("unit", "times"), [("<", 1), ("[", 1), ('"', 1), ("a\n", 1), ("<x:a> <x:b> [ ", 0.5)])
def test_reading_takes_time_in_proportion_to_the_text(unit: str, times: float) -> None:
    def read(text: str) -> None:
        list(TurtleReader({}).read(text))
        list(LinesReader().read(re.sub("^", "h\n", text)))

    assert_linear(lambda size: unit * int(size * times), read)


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_a_file_is_read_through_its_compression_also_within_a_zip(ending: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    packed = pack("灯台\n".encode())
    (tmp_path / f"a.txt{ending}").write_bytes(packed)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(f"in/b.txt{ending}", packed)
    found = list(sources([str(tmp_path / f"a.txt{ending}"), str(tmp_path / "b.zip")]))
    assert [(one.name, read(one)) for one in found] == [("a.txt", "灯台\n"), ("b.txt", "灯台\n")]
    (tmp_path / "cut").write_bytes(packed[:-9])
    with pytest.raises(InputError, match="The file cannot be read"):
        read(next(sources([str(tmp_path / "cut")])))


@pytest.mark.parametrize(("raw", "told"), [(b"PK\x03\x04\xff\xff", "a zip that was cut off"), (b"\x28\xb5\x2f\xfd\xff", "compressed with zstd"), ("灯".encode("utf-16"), "in UTF-16"), (b"a\xff", "Byte 1 of the file is not UTF-8")])
def test_a_file_that_is_no_text_is_told_for_what_it_is(raw: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(raw)
    with pytest.raises(InputError, match=told):
        read(next(sources([str(tmp_path / "x")])))


def test_a_pipe_is_refused_since_files_are_read_twice(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(InputError, match="This is no file"):
            list(sources([str(path)]))
