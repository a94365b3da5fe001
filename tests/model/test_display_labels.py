"""Whatever a thing is called, in whichever language: every question, view and check shows it as it would by an English name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pyoxigraph
import pytest
from deriving import ROOT, queries
from pyoxigraph import Literal, NamedNode, Quad

from whence import inference, sparql
from whence.namespaces import PREFIXES, VIEW
from whence.store import layout

_PREF = NamedNode(PREFIXES["skos"] + "prefLabel")
#: A question about languages themselves.
_OF_LANGUAGES = "labels-of-a-thing"


def _in_japanese(quads: Iterator[Quad]) -> Iterator[Quad]:
    """What a graph says, with every thing named in Japanese alone, by the letters of its English name."""
    for quad in quads:
        if quad.predicate != _PREF:
            yield quad
        elif quad.object.language == "en":
            yield Quad(quad.subject, _PREF, Literal(quad.object.value, language="ja"), quad.graph_name)


@pytest.fixture(scope="module")
def japanese() -> pyoxigraph.Store:
    """The graph of this checkout, validated as any, but for the language of its names."""
    asserted, store = pyoxigraph.Store(), pyoxigraph.Store()
    files = layout.locate(ROOT)
    for path in [*files.ontology, *files.data]:
        asserted.load(path=path, format=pyoxigraph.RdfFormat.TURTLE)
    store.extend(_in_japanese(iter(asserted)))
    inference.close(store)
    inference.construct(store, [named.query.text for named in queries("inference")])
    inference.close(store)
    for view in queries("view"):
        inference.construct(store, [view.query.text], graph=NamedNode(VIEW + view.name))
    return store


def _rows(store: pyoxigraph.Store, query: sparql.Query) -> Counter[tuple[str, ...]]:
    """Rows in words; of the names in one cell the order is left open."""
    return Counter(tuple("" if term is None else str(sorted(re.split("[,;] ", term.value))) for term in row) for row in sparql.run(store, query))


def test_things_have_one_display_label_each(real_graph: pyoxigraph.Store, japanese: pyoxigraph.Store) -> None:
    several = "SELECT ?thing { ?thing wh:displayLabel ?name } GROUP BY ?thing HAVING (COUNT(?name) != 1)"
    none = "SELECT ?thing { ?thing a wh:Entity FILTER NOT EXISTS { ?thing wh:displayLabel ?name } }"
    for store in (real_graph, japanese):
        assert [list(sparql.run(store, query)) for query in (several, none)] == [[], []]


@pytest.mark.parametrize("name", [named.name for kind in ("competency", "check") for named in queries(kind) if named.name != _OF_LANGUAGES])
def test_a_question_has_as_many_answers_where_all_names_are_japanese(name: str, real_graph: pyoxigraph.Store, japanese: pyoxigraph.Store) -> None:
    query = next(named.query for kind in ("competency", "check") for named in queries(kind) if named.name == name)
    assert _rows(japanese, query) == _rows(real_graph, query)


@pytest.mark.parametrize("name", [named.name for named in queries("view")])
def test_a_view_has_as_much_where_all_names_are_japanese(name: str, real_graph: pyoxigraph.Store, japanese: pyoxigraph.Store) -> None:
    graph = NamedNode(VIEW + name)
    names = {quad for quad in real_graph.quads_for_pattern(None, None, None, graph) if isinstance(quad.object, Literal) and quad.object.language == "ja"}
    found, expected = (
        {(quad.subject, quad.predicate, quad.object.value if isinstance(quad.object, Literal) else quad.object) for quad in quads}
        for quads in (japanese.quads_for_pattern(None, None, None, graph), set(real_graph.quads_for_pattern(None, None, None, graph)) - names)
    )
    assert found == expected
