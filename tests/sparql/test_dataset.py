"""A default graph of several graphs is a merge: a triple of two of them is met once."""

from __future__ import annotations

from typing import Any

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from whence import sparql
from whence.sparql.running import named_in

G, H = NamedNode("http://a.example/g"), NamedNode("http://a.example/é")
UNION = {"use_default_graph_as_union": True}
LISTED = {"default_graph": [DefaultGraph(), H]}


@pytest.fixture
def store() -> Store:
    """A triple of the default graph and both others, and one of one graph only."""
    made = Store()
    both = (NamedNode("u:s"), NamedNode("u:p"), Literal("1"))
    for graph in (DefaultGraph(), G, H):
        made.add(Quad(*both, graph))
    made.add(Quad(NamedNode("u:s"), NamedNode("u:p"), Literal("2"), H))
    return made


@pytest.mark.parametrize(
    ("head", "dataset", "count"),
    [
        ("SELECT (COUNT(*) AS ?n)", {}, 1),
        ("SELECT (COUNT(*) AS ?n) FROM <http://a.example/g>", {}, 1),
        ("SELECT (COUNT(*) AS ?n) FROM <http://a.example/g> FROM <http://a.example/g>", {}, 1),
        ("SELECT (COUNT(*) AS ?n) FROM <http://a.example/g> FROM <http://a.example/é>", {}, 2),
        ("SELECT (COUNT(*) AS ?n) FROM <http://a.example/g> FROM <http://a.example/\\u00E9>", {}, 2),
        ("PREFIX a: <http://a.example/> SELECT (COUNT(*) AS ?n) from a:g From a:é", {}, 2),
        ("BASE <http://a.example/x> SELECT (COUNT(*) AS ?n) FROM <g> FROM <é>", {}, 2),
        ("PREFIX f: <u:from> SELECT (COUNT(*) AS ?n)", {}, 1),
        ("SELECT (COUNT(*) AS ?n)", UNION, 2),
        ("SELECT (COUNT(*) AS ?n)", LISTED, 2),
        ("SELECT (COUNT(*) AS ?n) FROM <http://a.example/g>", LISTED, 2),
    ],
)
def test_a_triple_is_met_once(head: str, dataset: dict[str, Any], count: int, store: Store) -> None:
    (row,) = sparql.run(store, head + " { ?s ?p ?o }", **dataset)
    assert int(row[0].value) == count


def test_named_graphs_stay_what_the_query_says(store: Store) -> None:
    (row,) = sparql.run(store, "SELECT (COUNT(*) AS ?n) FROM <http://a.example/g> FROM <http://a.example/é> FROM NAMED <http://a.example/g> { GRAPH ?g { ?s ?p ?o } }")
    assert row[0].value == "1"


def test_parameters_are_bound_in_a_merge_too(store: Store) -> None:
    rows = sparql.run(store, "SELECT ?o FROM <http://a.example/g> FROM <http://a.example/é> { ?s ?p ?o }", {"s": "<u:s>"})
    assert sorted(row[0].value for row in rows) == ["1", "2"]


@pytest.mark.parametrize("dataset", [{}, {"default_graph": [G, G]}, LISTED, UNION])
@pytest.mark.parametrize("columns", ["*", "?s ?o"])
def test_relative_references_are_read_against_the_base_in_a_merge_too(columns: str, dataset: dict[str, Any], store: Store) -> None:
    store.add(Quad(NamedNode("http://a.example/b/s"), NamedNode("http://a.example/b/p"), Literal("1"), DefaultGraph()))
    rows = sparql.run(store, f"SELECT {columns} {{ ?s <p> ?o }}", base_iri="http://a.example/b/", **dataset)
    assert len(list(rows)) == (dataset.get("default_graph") != [G, G])


def test_the_dataset_is_read_outside_groups_alone() -> None:
    text = "CONSTRUCT { ?from ?p 'FROM <u:x>' } FROM NAMED <u:a> FROM <u:b> WHERE { ?from ?p <u:c> } # FROM <u:d>"
    assert named_in(text) == ([NamedNode("u:b")], [NamedNode("u:a")])
