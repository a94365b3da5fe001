"""Answers in every form: by the W3C's specifications for programs, readable for people."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store, Triple, parse, parse_query_results

from whence import sparql
from whence.rdf import results
from whence.errors import UsageError
from whence.namespaces import ID, PREFIXES, WH
from whence.rdf.tables import cells

CASES = Path(__file__).parents[1] / "cases" / "results"
TABLES = sorted(CASES.glob("*.table"))
#: Terms that formats are known to stumble on.
HARD = [
    NamedNode(f"{ID}thing"), Literal('q"u,o\nte\r\t\\'), Literal(" blank "), Literal(""), Literal("日本", language="ja"), Literal(12), Literal("x", language="ar", direction=BaseDirection.RTL),
    Literal(True), Literal("2.50", datatype=NamedNode(PREFIXES["xsd"] + "decimal")), Literal("<&>]]>'"), Literal("a|b"),
    Literal("2024-01-31", datatype=NamedNode(PREFIXES["xsd"] + "date")), BlankNode("b0"), None,
]
FORMATS = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "tsv": QueryResultsFormat.TSV}


def rows(*terms: object) -> sparql.Solutions:
    return sparql.Solutions(["a", "b"], iter([(term, Literal("x")) for term in terms]))


def written(answer: object, format: str | None, width: int | None = None) -> str:
    out = io.BytesIO()
    results.write(answer, format, out, width=width)  # type: ignore[arg-type]
    return out.getvalue().decode()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("term", HARD, ids=str)
def test_what_our_writers_write_reads_back_the_same(format: str, term: object) -> None:
    text = written(rows(term), format)
    read = parse_query_results(text.encode(), format=FORMATS[format])
    assert [tuple(row) for row in read] == [(term, Literal("x"))]  # type: ignore[union-attr]


@pytest.mark.parametrize("format", ["tsv", "json"])
def test_our_writers_and_the_engines_agree(format: str) -> None:
    """Solutions whose parameters are hidden come from our writers, all others from the engine's."""
    pattern = "VALUES (?a ?b) { (<urn:x> 1) ('a\"b,c' UNDEF) ('two\\nlines' true) ('日本'@ja 2.5) (UNDEF '') }"
    store = Store()
    from_engine = written(store.query(f"SELECT ?a ?b WHERE {{ {pattern} }}"), format)
    again = store.query(f"SELECT ?a ?b WHERE {{ {pattern} }}")
    ours = written(sparql.Solutions(["a", "b"], (tuple(row) for row in again)), format)
    assert ours == from_engine


def test_csv_is_rfc_4180() -> None:
    text = written(rows(Literal('say "a,b"\r\nnow'), NamedNode("urn:x")), "csv")
    assert text == 'a,b\r\n"say ""a,b""\r\nnow",x\r\nurn:x,x\r\n'
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], ['say "a,b"\r\nnow', "x"], ["urn:x", "x"]]


def test_csv_quotes_commas_of_iris_and_triple_terms() -> None:
    answer = Store().query("SELECT ?a ?b { VALUES ?a { <tag:a,2020:b> } BIND(<<( <x:a,b> <x:p> 1 )>> AS ?b) }")
    assert all(len(row) == 2 for row in csv.reader(io.StringIO(written(answer, "csv"), newline="")))


def test_tsv_writes_terms_as_turtle_does() -> None:
    assert written(rows(Literal(12), Literal("a\tb", language="en"), None), "tsv") == '?a\t?b\n12\t"x"\n"a\\tb"@en\t"x"\n\t"x"\n'


def test_xml_keeps_carriage_returns_and_replaces_what_xml_cannot_carry() -> None:
    answer = Store().query('SELECT ("a\\rb" AS ?a) ("\\u0007" AS ?b) {}')
    root = ElementTree.fromstring(written(answer, "xml"))
    values = [literal.text for literal in root.iter("{http://www.w3.org/2005/sparql-results#}literal")]
    assert values == ["a\rb", "\N{REPLACEMENT CHARACTER}"]


def test_json_has_the_form_of_the_specification() -> None:
    assert json.loads(written(rows(Literal("chat", language="fr")), "json")) == {
        "head": {"vars": ["a", "b"]},
        "results": {"bindings": [{"a": {"type": "literal", "value": "chat", "xml:lang": "fr"}, "b": {"type": "literal", "value": "x"}}]},
    }


@pytest.mark.parametrize(
    ("format", "expected"),
    [("json", '{"head":{},"boolean":true}'), ("csv", "true\n"), ("tsv", "true\n"), ("table", "true\n"), ("markdown", "true\n")],
)
def test_a_boolean_has_every_form(format: str, expected: str) -> None:
    assert written(Store().query("ASK {}"), format) == expected


def test_a_boolean_in_xml_reads_back() -> None:
    assert not bool(parse_query_results(written(False, "xml").encode(), format=QueryResultsFormat.XML))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_tables_look_as_they_should(path: Path) -> None:
    """A case is JSON on its first line (columns, rows as Turtle terms, width, form) and the table below it."""
    head, _, expected = path.read_text(encoding="utf-8").partition("\n")
    case = json.loads(head)
    parsed = [tuple(as_term(text) for text in row) for row in case["rows"]]
    shown = written(sparql.Solutions(case["columns"], iter(parsed)), case.get("form", "table"), case.get("width"))
    assert shown == expected
    if case.get("width"):
        assert max(cells(line) for line in shown.splitlines()) <= case["width"]


def as_term(text: str | None) -> object:
    if text is None:
        return None
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return next(iter(parse(f"{prefixes}<urn:s> <urn:p> {text} .", format=RdfFormat.TURTLE))).object


def test_there_are_table_cases() -> None:
    assert {path.suffix for path in CASES.iterdir()} == {".table"}
    assert len(TABLES) >= 6


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_no_term_brings_what_a_terminal_obeys(form: str) -> None:
    override = "\u202e" if form == "table" else ""  # a page of Markdown has texts of every direction
    answer = Store().query(f'SELECT * {{ VALUES (?a ?b) {{ (<x:a{override}> <<( <x:a> <x:b> "\x85\x9b{override}" )>>) }} }}')
    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]", written(answer, form))


def test_a_format_that_does_not_fit_the_answer_is_refused() -> None:
    with pytest.raises(UsageError, match="a table of solutions, which has no form turtle"):
        written(Store().query("SELECT * {}"), "turtle")
    with pytest.raises(UsageError, match="a graph, which has no form csv"):
        written(Store().query("CONSTRUCT WHERE { ?s ?p ?o }"), "csv")
    with pytest.raises(UsageError, match="yes or no, which has no form nt"):
        written(Store().query("ASK {}"), "nt")


def graph() -> list[Triple]:
    text = """
    PREFIX wh: <https://w3id.org/whence/ontology#> PREFIX id: <https://w3id.org/whence/id/>
    PREFIX owl: <http://www.w3.org/2002/07/owl#>
    id:x a wh:Work ; wh:length 3, 2 ; wh:name "b\\n\\"c\\"", "a"@en ; wh:parts ( id:a [ wh:n 1 ] ( ) ) ; wh:see [ a wh:Work ; wh:n 1 ] .
    _:shared wh:n 9 . id:y wh:see _:shared . id:z wh:see _:shared . _:one wh:see _:two . _:two wh:see _:one .
    <https://example.org/é> wh:at <https://w3id.org/whence/id/a/b>, <https://w3id.org/whence/id/-a> ; a owl:Thing .
    """
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in parse(text, format=RdfFormat.TURTLE)]


READERS: dict[str, RdfFormat] = {"turtle": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}


@pytest.mark.parametrize("format", READERS)
def test_graphs_read_back_as_the_same_graph(format: str) -> None:
    from whence.rdf.graphs import canonical

    text = written(graph(), format)
    back = canonical(parse(text, format=READERS[format]))
    assert back == canonical(Quad(one.subject, one.predicate, one.object) for one in graph())


@pytest.mark.parametrize("format", READERS)
def test_graphs_are_the_same_bytes_in_any_order_and_with_any_labels(format: str) -> None:
    assert written(graph(), format) == written(reversed(graph()), format)


def test_turtle_is_in_the_house_style() -> None:
    from whence.rdf.formatter import format_text

    text = written(graph(), "turtle")
    assert format_text(text) == text
    assert "wh:parts ( id:a [ wh:n 1 ] () ) ;" in text


def test_a_prefix_is_declared_only_when_used() -> None:
    assert written([Triple(NamedNode("urn:a"), NamedNode(f"{WH}p"), Literal("x"))], "turtle") == (
        f'@prefix wh: <{WH}> .\n\n<urn:a>\n  wh:p "x" ;\n.\n'
    )


def test_an_empty_graph_is_an_empty_text() -> None:
    assert written([], "turtle") == ""

