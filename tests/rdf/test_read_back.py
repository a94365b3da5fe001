"""Whatever terms a graph or a table has, a reader of the format that we did not write finds them all again."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import warnings
import xml.dom.minidom
from collections.abc import Iterator
from typing import Any

import lxml.etree
import markdown_it
import pytest
import rdflib
from hypothesis import example, given, HealthCheck, Phase, settings
from hypothesis import strategies as st
from pyld import jsonld as reference
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, parse, Quad, RdfFormat, Store, Triple

from whence.namespaces import PREFIXES
from whence.rdf import graphs, rdfxml, results
from whence.rdf.canonical import canonical
from whence.rdf.formats import GRAPHS, NotWritable
from whence.rdf.terms import NOT_XML
from whence.sparql import Solutions

EVERY = settings(deadline=None, database=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
XSD, RDF, WH = PREFIXES["xsd"], PREFIXES["rdf"], PREFIXES["wh"]
READERS = {"turtle": "turtle", "nt": "nt", "nquads": "nquads", "trig": "trig", "rdfxml": "xml"}

ends = st.text(st.sampled_from("ab1.-_~%/?=&'()*+,;:@!$é日\u00b7\U00010400"), max_size=6).map(lambda text: text.replace("%", "%41"))
iris = st.builds(lambda start, end: NamedNode(start + end), st.sampled_from(["http://e.org/", "urn:x:", WH, PREFIXES["id"], "x:"]), ends)
texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\0\t\n\r\"'\\<>&\x07\x7f\x85\u2028\ufffe \ufeff]")), max_size=8)
lexical = {
    "integer": ["1", "-0", "007", "+5", "9007199254740993", "1" * 30], "boolean": ["true", "false", "1"], "decimal": ["1.0", ".5", "-1.50", "1"],
    "double": ["1e3", "1.0E-7", "INF", "NaN", "5"], "date": ["2024-02-30", "2024-01-31"], "anyURI": ["a b"], "long": ["7"], "string": ["x"],
}  # fmt: skip
literals = st.one_of(
    texts.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["en", "de-at", "zh-hant-tw"])),
    st.sampled_from([Literal(value, datatype=NamedNode(XSD + name)) for name, values in lexical.items() for value in values]),
    st.builds(lambda text, kind: Literal(text, datatype=kind), texts, iris.filter(lambda iri: iri.value != XSD + "string")),
    st.sampled_from([Literal("<b/>", datatype=NamedNode(RDF + "XMLLiteral")), Literal('{"a": 1}', datatype=NamedNode(RDF + "JSON"))]),
)
blank = st.sampled_from(["a", "b0", "0a", "a.b", "é"]).map(BlankNode)
predicates = st.one_of(iris, st.sampled_from([NamedNode(RDF + "type"), NamedNode(RDF + "_1"), NamedNode(RDF + "first"), NamedNode(RDF + "rest")]))
objects = st.one_of(iris, blank, literals, st.just(NamedNode(RDF + "nil")))
names = st.one_of(st.just(DefaultGraph()), st.sampled_from([NamedNode("http://e.org/g"), NamedNode(PREFIXES["view"] + "v"), BlankNode("a")]))
quads = st.lists(st.builds(Quad, st.one_of(iris, blank), predicates, objects, names), max_size=8)


def document(found: list[Quad], format: str) -> bytes:
    out = io.BytesIO()
    graphs.write(found, format, out)
    return out.getvalue()


def from_rdflib(term: Any) -> Any:
    if term is None or term == rdflib.graph.DATASET_DEFAULT_GRAPH_ID:
        return DefaultGraph()
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode("n" + str(term).encode().hex())
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype or XSD + "string")))


def merged(found: list[Quad]) -> set[Quad]:
    return {Quad(*quad.triple) for quad in found}


@pytest.fixture(autouse=True)
def literals_as_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """rdflib neither mends lexical forms nor warns of those it cannot understand."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    monkeypatch.setattr(logging.getLogger("rdflib.term"), "disabled", True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def refusal(found: list[Quad], format: str) -> str | None:
    try:
        document(found, format)
    except NotWritable as error:
        assert error.fix
        return error.problem
    return None


@pytest.mark.parametrize("format", READERS)
@EVERY
@given(found=quads)
@example(found=[Quad(NamedNode("x:a"), NamedNode("x:p"), BlankNode("a"), NamedNode("x:g")), Quad(BlankNode("a"), NamedNode("x:p"), Literal(1))])
@example(found=[Quad(NamedNode("x:a"), NamedNode(RDF + "type"), NamedNode("http://e.org/1"))])
def test_rdflib_reads_the_same_graph(format: str, found: list[Quad]) -> None:
    if format == "rdfxml" and refusal(found, format):
        return
    text = document(found, format)
    if format == "rdfxml":
        xml.dom.minidom.parseString(text)
    read = rdflib.Dataset()
    read.parse(data=text, format=READERS[format])
    actual = [Quad(*map(from_rdflib, quad)) for quad in read.quads()]
    carried = found if GRAPHS[format].graphs else merged(found)
    assert set(canonical(actual)) ^ set(canonical(carried)) == set(), text.decode()


@EVERY
@given(quads)
def test_rdf_xml_is_refused_only_where_xml_has_no_word_for_it(found: list[Quad]) -> None:
    problem = refusal(found, "rdfxml")
    if problem is None:
        return
    bad = any(isinstance(quad.object, Literal) and NOT_XML.search(quad.object.value) for quad in found)
    nameless = any(not quad.predicate.value[-1].isalpha() for quad in found)
    odd = any(not quad.predicate.value.isascii() for quad in found)
    assert bad if "control character" in problem else nameless or odd


@pytest.mark.parametrize("name", ["http://e.org/123", "http://e.org/a)", "http://e.org/", "x:", "http://e.org/\U00010400", "http://www.w3.org/2000/xmlns/a",
    *(RDF + word for word in ("li", "Description", "about", "aboutEach", "bagID"))])  # fmt: skip
def test_a_property_that_xml_cannot_name_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(NotWritable, match=r"^RDF/XML cannot name the property <.*>: .*turtle\.$"):
        document([Quad(NamedNode("x:a"), NamedNode(name), Literal(1))], "rdfxml")


def test_rdf_xml_is_what_the_engine_writes_where_that_is_well_formed() -> None:
    text = """PREFIX e: <http://e.org/> e:a a e:C , e:D ; e:p 'x' , 'y'@en , 3 , <z:z> , _:b . _:b a e:C . _:b e:p e:a ; <u:v/w> '' . e:d a _:b .
        e:f e:p <<( e:a e:p <<( e:a e:q "é&<>" )>> )>> , "a"@en--rtl . e:g e:é e:g ."""
    import pyoxigraph

    triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    out = io.BytesIO()
    rdfxml.write(triples, out, {"e": "http://e.org/"})
    assert out.getvalue() == pyoxigraph.serialize(triples, format=RdfFormat.RDF_XML, prefixes={"e": "http://e.org/"})


def is_double(term: Any) -> bool:
    """PyLD writes a double anew by its value, and NaN as NAN."""
    return isinstance(term, Literal) and term.datatype.value == XSD + "double"


@EVERY
@example(found=[Quad(NamedNode(WH + "//a"), NamedNode("x:p"), Literal("a", datatype=NamedNode(WH + "//b")))])
@given(found=quads.map(lambda found: [quad for quad in found if not is_double(quad.object)]))
def test_pyld_reads_the_same_graph_from_json_ld(found: list[Quad]) -> None:
    read = reference.to_rdf(json.loads(document(found, "jsonld")), {"format": "application/n-quads"})
    assert canonical(parse(read, format=RdfFormat.N_QUADS)) == canonical(found)


TRIPLE = Triple(NamedNode("x:a"), NamedNode("x:p"), Triple(BlankNode("b"), NamedNode("x:p"), Literal('"\n', language="en")))


@pytest.mark.parametrize("format", graphs.FORMATS)
def test_rdf_1_2_is_written_or_refused_with_a_sentence(format: str) -> None:
    found = [Quad(NamedNode("x:a"), NamedNode("x:p"), TRIPLE), Quad(NamedNode("x:a"), NamedNode("x:p"), BlankNode("b"))]
    if format == "jsonld":
        assert refusal(found, format) == "JSON-LD 1.1 cannot carry the triple terms of RDF 1.2."
    else:
        assert canonical(parse(document(found, format), format=GRAPHS[format].rdf)) == canonical(found)


cells = st.one_of(st.none(), iris, blank, literals, st.just(TRIPLE))
tables = st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=5))


def table(rows: list[list[Any]], format: str) -> str:
    out = io.BytesIO()
    names = [f"v{index}" for index in range(len(rows[0]) if rows else 1)]
    assert results.write(Solutions(names, iter(rows)), format, out) == len(rows)
    return out.getvalue().decode()


@EVERY
@given(tables)
def test_csv_holds_the_values(rows: list[list[Any]]) -> None:
    def value(term: Any) -> str:
        return "" if term is None else f"_:{term.value}" if isinstance(term, BlankNode) else getattr(term, "value", f"<<( {term} )>>")

    read = list(csv.reader(io.StringIO(table(rows, "csv"), newline="")))
    # one column and no value is an empty line
    assert [row or [""] for row in read[1:]] == [[value(term) for term in row] for row in rows]


@EVERY
@given(tables)
def test_tsv_holds_the_terms(rows: list[list[Any]]) -> None:
    head, *lines = table(rows, "tsv").removesuffix("\n").split("\n")
    read = [[term or None for term in line.split("\t")] for line in lines] if rows else []
    assert len(read) == len(rows)
    for written, row in zip(read, rows, strict=True):
        for cell, term in zip(written, row, strict=True):
            assert cell is None if term is None else next(parse(f"<x:s> <x:p> {cell} .", format=RdfFormat.TURTLE)).object == term


@EVERY
@given(tables)
def test_json_and_xml_hold_the_terms(rows: list[list[Any]]) -> None:
    expected = [{f"v{at}": as_json(term) for at, term in enumerate(row) if term is not None} for row in rows]
    assert json.loads(table(rows, "json"))["results"]["bindings"] == expected
    written = lxml.etree.fromstring(table(rows, "xml").encode(), lxml.etree.XMLParser(huge_tree=True))
    found = [{binding.get("name"): from_xml(binding[0]) for binding in result} for result in written.iter("{*}result")]
    assert found == shown(expected)


@EVERY
@given(tables)
def test_a_reader_of_markdown_sees_the_values(rows: list[list[Any]]) -> None:
    """As GitHub shows them: no value is taken for a link, for emphasis or for another cell."""
    reader = markdown_it.MarkdownIt("gfm-like", {"linkify": False})
    _, *found = batched_cells(reader.parse(table(rows, "markdown")))
    for read, row in zip(found, rows, strict=True):
        for text, term in zip(read, row, strict=True):
            if isinstance(term, Literal):
                assert text.split() == re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", term.value).split()


def batched_cells(tokens: list[Any]) -> list[list[str]]:
    """The text of each cell by row; what is no text stands in braces."""
    lines: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            lines.append([])
        elif token.type == "inline":
            lines[-1].append("".join("\n" if one.content == "<br>" else one.content if one.type in ("text", "text_special") else f"{{{one.type}}}" for one in token.children))
    return lines


def as_json(term: Any) -> dict[str, Any]:
    """A term as SPARQL 1.1 Query Results JSON Format has it, section 3.2.2."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        return {"type": "triple", "value": {part: as_json(getattr(term, part)) for part in ("subject", "predicate", "object")}}
    told = {"xml:lang": term.language} if term.language else {} if term.datatype.value == XSD + "string" else {"datatype": term.datatype.value}
    return {"type": "literal", "value": term.value, **told}


def from_xml(element: Any) -> dict[str, Any]:
    """What an element of SPARQL Query Results XML Format says, in the words of the one in JSON."""
    kind = lxml.etree.QName(element).localname
    if kind == "triple":
        return {"type": kind, "value": {lxml.etree.QName(part).localname: from_xml(part[0]) for part in element}}
    told = {"datatype": element.get("datatype"), "xml:lang": element.get("{http://www.w3.org/XML/1998/namespace}lang")}
    return {"type": kind, "value": element.text or "", **{name: value for name, value in told.items() if value}}


def shown(told: Any) -> Any:
    """What XML can hold of what is told."""
    if isinstance(told, str):
        return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", told)
    return [shown(one) for one in told] if isinstance(told, list) else {name: shown(one) for name, one in told.items()}


def test_the_engines_own_tables_hold_the_terms() -> None:
    """What answers of the engine are written by when nothing of ours stands between."""
    text = 'SELECT ?v { VALUES ?v { "a\\tb\\"c\\nd"@en <x:é> "é,\\"\\r" 1 true 1.50 "x"^^<x:t> } }'
    store = Store()
    terms = [row[0] for row in store.query(text)]
    for format in ("tsv", "json"):
        out = io.BytesIO()
        results.write(store.query(text), format, out)
        assert out.getvalue().decode() == table([[term] for term in terms], format).replace("v0", "v")
