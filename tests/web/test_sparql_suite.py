"""The W3C SPARQL 1.1 test suite: every query, syntax and result-format test, answered as a worker answers."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Store, parse, parse_query_results

from whence.catalog import Catalog
from whence.errors import WhenceError
from whence.web.federation.relay import Relay
from whence.web.graph import Graph
from whence.web.http.problems import Problem
from whence.web.query.evaluation import Question, evaluate
from whence.web.query.stream import Answer

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MANIFESTS = ("manifest-sparql11-query.ttl", "manifest-sparql11-results.ttl", "manifest-sparql11-fed.ttl")
NUMBER_OF_TESTS = 348

FEDERATION = "SERVICE is refused unless a host is allowed, and the suite's hosts do not exist"
ENGINE_GROUP_CONCAT = "the engine keeps the language tag in GROUP_CONCAT, as SPARQL 1.2 does"
ENGINE_GRAPH = "the engine evaluates a sub-query, VALUES or MINUS inside GRAPH ?g without binding ?g in it"
ENGINE_ZERO_LENGTH = "the engine gives a zero-length path only for terms that occur in the graph"
#: Tests that fail, by the last two parts of their IRI, with the reason; each must go on failing.
KNOWN: dict[str, str] = {
    "aggregates/agg-groupconcat-04": ENGINE_GROUP_CONCAT,
    "aggregates/agg-groupconcat-06": ENGINE_GROUP_CONCAT,
    "aggregates/agg-empty-group-count-graph": ENGINE_GRAPH,
    "bindings/graph": ENGINE_GRAPH,
    "negation/graph-minus": ENGINE_GRAPH,
    "functions/bnode01": "the engine gives BNODE with one text the same node in every row",
    "property-path/zero_or_more_set_start": ENGINE_ZERO_LENGTH,
    "property-path/zero_or_more_set_end": ENGINE_ZERO_LENGTH,
    "property-path/zero_or_one_set_start": ENGINE_ZERO_LENGTH,
    "property-path/zero_or_one_set_end": ENGINE_ZERO_LENGTH,
    "syntax-query/test_4": "the syntax is taken, but the function it calls does not exist, and a worker says so",
    "csv-tsv-res/tsv03": "the engine stores xsd:negativeInteger as xsd:integer",
    "service/service1": FEDERATION,
    "service/service2": FEDERATION,
    "service/service3": FEDERATION,
    "service/service4a": FEDERATION,
    "service/service5": FEDERATION,
    "service/service6": FEDERATION,
    "service/service7": FEDERATION,
}
TYPES = ("QueryEvaluationTest", "CSVResultFormatTest", "PositiveSyntaxTest11", "NegativeSyntaxTest11")


class Manifest:
    """One manifest file as a graph, its IRIs those of its files."""

    def __init__(self, path: Path) -> None:
        self.store = Store()
        self.store.load(path=str(path), format=RdfFormat.TURTLE, base_iri=path.as_uri())

    def all(self, subject: Any, predicate: str) -> list[Any]:
        return [quad.object for quad in self.store.quads_for_pattern(subject, NamedNode(predicate), None)]

    def one(self, subject: Any, predicate: str) -> Any:
        found = self.all(subject, predicate)
        return found[0] if found else None

    def members(self, head: Any) -> list[Any]:
        found = []
        while head is not None and head != NamedNode(RDF + "nil"):
            found.append(self.one(head, RDF + "first"))
            head = self.one(head, RDF + "rest")
        return found

    def lists(self, predicate: str) -> list[Any]:
        return [member for quad in self.store.quads_for_pattern(None, NamedNode(predicate), None) for member in self.members(quad.object)]


def entries_of(path: Path) -> list[tuple[Manifest, Any]]:
    manifest = Manifest(path)
    found = [(manifest, entry) for entry in manifest.lists(MF + "entries")]
    for other in manifest.lists(MF + "include"):
        found += entries_of(path_of(other))
    return found


def path_of(node: Any) -> Path:
    return Path(unquote(urlsplit(node.value).path))


def name_of(entry: Any) -> str:
    folder, _, name = entry.value.rpartition("sparql11/")[2].partition("/manifest#")
    return f"{folder}/{name}" if name else entry.value.rpartition("sparql11/")[2]


def evaluated(store: Store, path: Path, query: str, words: tuple[str, ...]) -> Answer:
    """Return the answer as a worker makes it.

    :raises Problem: it is refused
    """
    graph = Graph("suite", "", {}, 0, {}, None, Catalog([]), store=store)
    return evaluate(graph, Relay(()), Question(query, formats=words, base=path.as_uri(), hints="own"), None, 30.0, pytest.fail)  # type: ignore[return-value]


def run(manifest: Manifest, entry: Any) -> None:
    kind = manifest.one(entry, RDF + "type").value.removeprefix(MF)
    assert kind in TYPES, f"a test of the unknown type {kind}"
    action = manifest.one(entry, MF + "action")
    if kind.endswith("SyntaxTest11"):
        try:
            evaluated(Store(), path_of(action), path_of(action).read_bytes().decode("utf-8", "surrogateescape"), ())
            refusal = ""
        except Problem as problem:
            refusal = problem.detail
            assert problem.status in (400, 403), refusal
        positive = kind.startswith("Positive")
        assert positive != bool(refusal) or (positive and "SERVICE" in refusal), refusal
        return
    path = path_of(manifest.one(action, QT + "query"))
    expected = path_of(manifest.one(entry, MF + "result"))
    answer = evaluated(loaded(manifest, action), path, path.read_text(encoding="utf-8"), (form_of(expected),))
    assert answer.status == 200
    compare(answer.headers[b"content-type"], answer.body, expected, ordered="ORDER BY" in path.read_text(encoding="utf-8").upper())


def loaded(manifest: Manifest, action: Any) -> Store:
    store = Store()
    for node in manifest.all(action, QT + "data"):
        load(store, node, None)
    for node in manifest.all(action, QT + "graphData"):
        store.add_graph(NamedNode(node.value))
        load(store, node, NamedNode(node.value))
    return store


def load(store: Store, node: Any, graph: NamedNode | None) -> None:
    form = RdfFormat.RDF_XML if node.value.endswith(".rdf") else RdfFormat.TURTLE
    store.load(path=str(path_of(node)), format=form, base_iri=node.value, to_graph=graph)


def form_of(expected: Path) -> str:
    return {".csv": "csv", ".tsv": "tsv", ".srj": "json", ".srx": "xml"}.get(expected.suffix, "nt" if expected.suffix == ".ttl" else "json")


SUFFIXES = {"application/sparql-results+json": ".srj", "application/sparql-results+xml": ".srx", "text/tab-separated-values": ".tsv"}


def compare(content_type: bytes, body: bytes, expected: Path, ordered: bool) -> None:
    if expected.suffix == ".csv":
        assert table(body) == table(expected.read_bytes())
        return
    kind = content_type.partition(b";")[0].decode()
    if kind == "application/n-triples":
        assert canonical(parse(body, format=RdfFormat.N_TRIPLES)) == canonical(parse(path=str(expected), format=RdfFormat.TURTLE))
        return
    if expected.suffix in (".ttl", ".rdf"):
        wanted: Any = result_set(expected)
        ordered = False
    else:
        wanted = solutions(expected.read_bytes(), expected.suffix)
    found = solutions(body, SUFFIXES[kind])
    if isinstance(wanted, bool):
        assert found is wanted
    elif ordered:
        assert [plain(row) for row in found] == [plain(row) for row in wanted]
    else:
        assert canonical(reified(found)) == canonical(reified(wanted))


def table(body: bytes) -> list[list[tuple[str, str]]]:
    """Return the rows of CSV, columns by name, numbers by value, blank nodes without their labels."""

    def cell(text: str) -> str:
        if text.startswith("_:"):
            return "_:b"
        return f"{float(text):.10g}" if re.fullmatch(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", text) else text

    return sorted(sorted((name, cell(text)) for name, text in row.items()) for row in csv.DictReader(io.StringIO(body.decode(), newline="")))


def canonical(quads: Any) -> set[str]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def plain(row: dict[str, Any]) -> dict[str, str]:
    return {name: "_:b" if isinstance(term, BlankNode) else normal(term) for name, term in row.items()}


def normal(term: Any) -> str:
    """Return a term as text, numbers by value: the suite leaves their lexical form open."""
    kind = getattr(getattr(term, "datatype", None), "value", "").rpartition("#")[2]
    if kind in ("decimal", "double", "float"):
        return f"{float(term.value):.10g} {kind}"
    if kind == "boolean":
        return {"0": "false", "1": "true"}.get(term.value, term.value)
    return str(term)


def reified(rows: list[dict[str, Any]]) -> list[Quad]:
    """Return rows as a graph, so that blank nodes are compared by their place: equal rows are counted apart."""
    from pyoxigraph import Literal

    quads = []
    seen: Counter[str] = Counter()
    for row in rows:
        key = repr(sorted(plain(row).items()))
        seen[key] += 1
        node = BlankNode()
        quads.append(Quad(node, NamedNode("urn:nth"), Literal(seen[key] if not any(isinstance(t, BlankNode) for t in row.values()) else 0)))
        for name, term in row.items():
            value = term if isinstance(term, BlankNode) else Literal(normal(term))
            quads.append(Quad(node, NamedNode("urn:" + name), value))
    return quads


def solutions(body: bytes, suffix: str) -> Any:
    from pyoxigraph import QueryResultsFormat

    form = {".srj": QueryResultsFormat.JSON, ".srx": QueryResultsFormat.XML, ".tsv": QueryResultsFormat.TSV}[suffix]
    found = parse_query_results(body, format=form)
    if not hasattr(found, "variables"):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in found]


def result_set(path: Path) -> Any:
    graph = Manifest.__new__(Manifest)
    graph.store = Store()
    graph.store.load(path=str(path), format=RdfFormat.RDF_XML if path.suffix == ".rdf" else RdfFormat.TURTLE, base_iri=path.as_uri())
    for quad in graph.store.quads_for_pattern(None, NamedNode(RS + "boolean"), None):
        return bool(quad.object.value == "true")
    rows = []
    for quad in graph.store.quads_for_pattern(None, NamedNode(RS + "solution"), None):
        bindings = graph.all(quad.object, RS + "binding")
        rows.append({graph.one(one, RS + "variable").value: graph.one(one, RS + "value") for one in bindings})
    return rows


def test_every_query_test_of_the_suite(shared: Path) -> None:
    outcomes: dict[str, str] = {}
    for manifest_name in MANIFESTS:
        for manifest, entry in entries_of(shared / "suites" / "sparql" / "sparql11" / manifest_name):
            try:
                run(manifest, entry)
                outcomes[name_of(entry)] = ""
            except (AssertionError, Problem, WhenceError, ValueError, OSError) as error:
                outcomes[name_of(entry)] = str(error)[:300] or type(error).__name__
    failed = {name: why for name, why in outcomes.items() if why}
    assert {name: why for name, why in failed.items() if name not in KNOWN} == {}
    assert [name for name in KNOWN if name not in failed] == [], "these pass now: take them out of KNOWN"
    assert len(outcomes) == NUMBER_OF_TESTS
