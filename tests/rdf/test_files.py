"""Files of RDF are read as what they are, whatever they are called, or refused as what they are."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from whence.errors import InputError
from whence.rdf.formats import by_ending, by_name, GRAPHS, SOLUTIONS, TABLES
from whence.rdf.formatter import format_files, format_text
from whence.rdf.reading import format_of, parse, read, read_bytes

XML = '<?xml version="1.0"?>\n<!-- a > b --><!DOCTYPE rdf:RDF [ <!ENTITY x "y"> ]>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
NODE = '<e:P rdf:about="x:a" xmlns:e="x:" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
JSON = ' {\n "@id": "x:a", "x:p": 1 }'
TURTLE = "# why\n@prefix : <x:> . :a :p [] ."


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        *((f"a.{ending}", XML, "rdfxml") for ending in ("owl", "rdf", "xml", "ttl", "odd", "nt")),
        *((f"a.{ending}", NODE, "rdfxml") for ending in ("owl", "rdf")),
        *((f"a.{ending}", JSON, "jsonld") for ending in ("jsonld", "json", "owl", "ttl")),
        *((f"a.{ending}", TURTLE, "turtle") for ending in ("owl", "rdf", "ttl", "TTL", "jsonld", "odd")),
        ("/dev/fd/63", "<x:a> <x:b> <x:c> .", "turtle"), ("a.owl", "PREFIX : <x:>", "turtle"), ("a.owl", "_:a <x:b> 1 .", "turtle"),
        ("a.nt", "<x:a> <x:b> <x:c> .", "nt"), ("a.nq", "<x:a> <x:b> <x:c> <x:d> .", "nquads"), ("a.trig", "{ <x:a> <x:b> <x:c> }", "trig"),
        ("a.ttl", "\ufeff<x:a> <x:b> <x:c> .", "turtle"), ("a.ttl", "", "turtle"), ("a.rdf", "", "rdfxml"), ("a.b.n3", ":a :b :c .", "n3"),
    ],
)  # fmt: skip
def test_the_syntax_is_told_by_what_is_there_and_then_by_the_ending(name: str, text: str, expected: str) -> None:
    assert format_of(name, text).name == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Prefix(:=<x:>)\nOntology(<x:o>)", "OWL functional syntax"), ("# c\nOntology( <x:o> )", "OWL functional syntax"),
        ("Prefix: owl: <http://www.w3.org/2002/07/owl#>\nOntology: <x:o>", "OWL Manchester syntax"), ("format-version: 1.2\n", "OBO"),
        ('<?xml version="1.0"?>\n<Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="x:o"/>', "OWL/XML"),
        ("<!DOCTYPE html>\n<html lang='en'>", "HTML"), ("<html>", "HTML"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["owl", "rdf", "ttl"])
def test_what_is_not_rdf_is_refused_by_its_name(text: str, what: str, ending: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text.encode(), f"a.{ending}")
    assert (caught.value.problem, caught.value.place) == (f"The file is {what}, which is not RDF.", f"a.{ending}:1:1")
    assert caught.value.fix


def test_an_ending_that_says_nothing_of_a_text_that_says_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="The ending .owl is of no RDF syntax"):
        parse(b"hello", "a.owl")


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [("a.ttl", b"<x:a> <x:b> 1", "a.ttl:1:14"), ("a.nt", b"<x:a> <x:b> 1 .", "a.nt:1:13"), ("a.rdf", XML.encode()[:-2] + b">", "a.rdf:3:66"), ("a.rdf", XML[:-2].encode(), "a.rdf:3:1"), ("a.owl", XML.encode() + b"<x/>", "a.owl:3:67"),
     ("a.jsonld", b'{"a": }', "a.jsonld:1:")],
)  # fmt: skip
def test_every_syntax_error_has_its_place(name: str, data: bytes, place: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(data, name)
    assert (caught.value.place or "").startswith(place) and caught.value.fix


def test_a_context_elsewhere_is_named_as_what_is_missing() -> None:
    with pytest.raises(InputError, match=r"^a\.jsonld: The JSON-LD names a context by its address, .* Put the value"):
        parse(b'{"@context": "http://example.org/c.jsonld", "a": 1}', "a.jsonld")


def test_a_file_is_read_with_its_own_address_and_its_own_blank_nodes(tmp_path: Path) -> None:
    path = tmp_path / "a b.ttl"
    path.write_bytes(b"\xef\xbb\xbf@prefix : <x:> . <> :p _:b .")
    file = read(path)
    assert (file.format.name, file.prefixes, str(file.quads[0].object)) == ("turtle", {"": "x:"}, "_:b")
    assert file.quads[0].subject.value == (tmp_path / "a b.ttl").as_uri()
    assert str(read(path, rename=True).quads[0].object) != "_:b"


@pytest.mark.parametrize("text", ["", "\n", " \n\t"])
def test_an_empty_file_is_a_graph_of_no_triples_and_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(text)
    assert format_text(text) == text
    assert format_files([path], check=True) == format_files([path]) == []
    assert path.read_text() == text
    assert parse(text.encode(), "a.ttl").quads == []


def test_the_table_of_formats_is_one() -> None:
    for offered in (GRAPHS, TABLES):
        words = [word for one in offered.values() for word in (one.name, *one.media_types, *one.names)]
        for one in offered.values():
            assert {by_name(word.upper(), offered) for word in (one.name, *one.media_types, *one.names) if words.count(word) == 1} == {one.name}
            assert {by_ending(f"/a.b/c.{ending.upper()}", offered) for ending in one.endings} == {one.name}
    for one in GRAPHS.values():
        assert one.media_type in (one.rdf.media_type, "text/n3") and one.rdf.supports_datasets == one.graphs
    for one in SOLUTIONS.values():
        assert one.results.media_type.partition(";")[0] == one.media_type


def test_what_tells_no_size_before_is_read_no_further_than_it_may(tmp_path: Path) -> None:
    for length in (100, 101):
        path = tmp_path / f"{length}.pipe"
        os.mkfifo(path)
        writer = threading.Thread(target=path.write_bytes, args=(b"x" * length,), daemon=True)
        writer.start()
        if length == 100:
            assert read_bytes(path, most=100) == b"x" * 100
        else:
            with pytest.raises(InputError, match="more than the 100 bytes that are read"):
                read_bytes(path, most=100)
        writer.join(10)
    (tmp_path / "large").write_bytes(b"x" * 101)
    with pytest.raises(InputError, match="101 bytes; 100 are read"):
        read_bytes(tmp_path / "large", most=100)


def test_a_pipe_that_nobody_writes_into_and_a_device_without_an_end_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    with pytest.raises(InputError, match="nobody writes into this pipe"):
        read(tmp_path / "pipe.ttl")
    with pytest.raises(InputError, match="it is a device, not a file"):
        read("/dev/zero", name="zero.ttl")


def test_what_comes_slowly_through_a_pipe_is_read_whole(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.nt")

    def write() -> None:
        with open(tmp_path / "pipe.nt", "wb") as stream:
            for number in range(3):
                time.sleep(0.1)
                stream.write(b"<x:a> <x:b> <x:%d> .\n" % number)
                stream.flush()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(write)
        assert len(read(tmp_path / "pipe.nt").quads) == 3
