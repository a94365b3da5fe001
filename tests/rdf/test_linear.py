"""Reading and writing take time in proportion to their input: four times the input takes about four times the processor's time."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import pytest
from growth import assert_linear
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from turtle_tokens import tokens

from whence.errors import InputError
from whence.findings import Finding, Place, Report, Severity
from whence.rdf import graphs
from whence.rdf.formatter import format_text
from whence.rdf.places import Positions
from whence.rdf.reading import format_of, parse, parse_turtle
from whence.report import FORMATS, render

TEXTS: dict[str, Callable[[int], str]] = {
    "dotted words": lambda n: "a" + ".a" * n,
    "dotted name": lambda n: "@prefix a: <x:> . a:a" + ".a" * n + " a:b 1 .",
    "dotted label": lambda n: "_:a" + ".a" * n + " <x:p> 1 .",
    "words with digits": lambda n: "a1" * n,
    "dots": lambda n: "<x:a> <x:p> 1" + "." * n,
    "nested blank nodes": lambda n: "<x:a> <x:p> " + "[ <x:p> " * n + "1" + " ]" * n + " .",
    "nested lists": lambda n: "<x:a> <x:p> " + "( " * n + "1" + " )" * n + " .",
    "open brackets": lambda n: "<x:a> <x:p> " + "[ <x:p> " * n,
    "open lists": lambda n: "<x:a> <x:p> " + "( " * n,
    "open string": lambda n: '<x:a> <x:p> "' + "x" * n,
    "open long string": lambda n: '<x:a> <x:p> """' + 'x""' * n,
    "open string of escapes": lambda n: '<x:a> <x:p> "' + "\\n" * n,
    "open IRI": lambda n: "<x:a> <x:p> <" + "x" * n,
    "white space": lambda n: "<x:a> <x:p> 1 ." + " \n" * n,
    "comments": lambda n: "<x:a> <x:p> 1 ; # x\n" + "# x\n" * n + ".",
    "objects": lambda n: "<x:a> <x:p> " + " , ".join(f"[ <x:q> {number} ]" for number in range(n)) + " .",
    "prefixes": lambda n: "".join(f"@prefix a{number}: <x:> . " for number in range(n)),
}
READERS: dict[str, Callable[[str], object]] = {
    "tokens": lambda text: sum(1 for _ in tokens(text)),
    "parse": parse_turtle,
    "places": lambda text: Positions(text, "a.ttl"),
    "format": format_text,
    "syntax": lambda text: format_of("a.owl", text),
}


def refused_or_read(read: Callable[[str], object], text: str) -> None:
    try:
        read(text)
    except InputError as error:
        assert len(str(error)) < 1_000


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", TEXTS)
def test_a_reader_is_linear(kind: str, reader: str) -> None:
    assert_linear(TEXTS[kind], partial(refused_or_read, READERS[reader]))


P = NamedNode("x:p")
FIRST, REST, NIL = (NamedNode(f"http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}") for name in ("first", "rest", "nil"))


def node(number: int) -> NamedNode | BlankNode:
    return BlankNode(f"b{number}") if number else NamedNode("x:a")


GRAPHS: dict[str, Callable[[int], list[Triple]]] = {
    "chain": lambda n: [Triple(node(at), P, node(at + 1)) for at in range(n)],
    "list of alike": lambda n: [
        one for at in range(1, n) for one in (Triple(node(at), FIRST, Literal(1)), Triple(node(at), REST, node(at + 1) if at < n - 1 else NIL))
    ] + [Triple(node(0), P, node(1))],
    "nested lists": lambda n: [one for at in range(1, n) for one in (Triple(node(at), FIRST, node(at + 1)), Triple(node(at), REST, NIL))]
    + [Triple(node(0), P, node(1))],
    "no list": lambda n: [one for at in range(1, n) for one in (Triple(node(at), FIRST, Literal(1)), Triple(node(at), REST, node(at + 1)))],
}


@pytest.mark.parametrize("format", graphs.FORMATS)
@pytest.mark.parametrize("kind", GRAPHS)
def test_a_graph_is_written_in_linear_time(kind: str, format: str) -> None:
    assert_linear(lambda size: GRAPHS[kind](size // 10), lambda triples: graphs.write(triples, format, io.BytesIO()))


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_written_in_linear_time(form: str) -> None:
    def make(size: int) -> tuple[Report, dict[str, str]]:
        text = "<x:a> <x:p> 1 .\n" * size
        found = [
            Finding("check:x", Severity.VIOLATION, f"Wrong {line}.", focus_node=f"_:{line:032x}", value='"x"', place=Place("a.ttl", line, 1))
            for line in range(1, size // 10)
        ]
        return Report(found), {"a.ttl": text}

    assert_linear(make, lambda made: render(made[0], form, sources=made[1], limit=None))


def test_a_string_of_20_megabytes_that_is_never_closed_is_one_sentence() -> None:
    with pytest.raises(InputError, match=r"is never closed\. Close it with `\"`\.$"):
        parse_turtle('<x:a> <x:p> "' + "x" * 20_000_000)
    with pytest.raises(InputError, match="longer than the engine reads, which is 16 MiB"):
        parse_turtle('<x:a> <x:p> "' + "x" * 20_000_000 + '" .')
    with pytest.raises(InputError, match="longer than the engine reads, which is 16 MiB"):
        parse(b'<x:a> <x:p> "' + b"x" * 20_000_000 + b'" .', "a.nt")
