"""After random edits, revalidation equals a full run."""

from __future__ import annotations

from typing import Any

import pyoxigraph
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shacl_strategies import CLASSES, EX, LITERALS, NODES, PREDICATES, Triple, data_graphs, shapes_graphs
from whence import shacl
from whence.shacl.vocabulary import SUB_CLASS_OF, TYPE, sh

_QUERIES = [
    "SELECT $this ?value { $this <https://example.org/p> ?value . ?value <https://example.org/q> ?other }",
    "SELECT $this { FILTER NOT EXISTS { $this <https://example.org/p>/<https://example.org/q>* ?x . ?x ?y ?z } }",
    "SELECT $this ?value { { $this <https://example.org/p> ?value } UNION { ?value <https://example.org/r> $this } }",
    "SELECT $this ?value { ?value <https://example.org/r> ?n . ?n ^<https://example.org/q> $this, ?value }",
    "SELECT $this (COUNT(?o) AS ?value) { $this <https://example.org/p> ?o } GROUP BY $this HAVING (COUNT(?o) > 1)",
    "SELECT $this ?value { ?value a <https://example.org/A> FILTER(?value != $this) }",
]


def _quads(triples: list[Triple]) -> list[pyoxigraph.Quad]:
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
    return list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES))


@st.composite
def edits(draw: Any) -> tuple[list[int], list[Triple]]:
    """The numbers of triples to remove, and triples to add."""
    edge = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(NODES + LITERALS))
    typed = st.tuples(st.sampled_from(NODES), st.just(TYPE), st.sampled_from(CLASSES))
    below = st.tuples(st.sampled_from(CLASSES), st.just(SUB_CLASS_OF), st.sampled_from(CLASSES))
    return draw(st.lists(st.integers(0, 30), max_size=2)), draw(st.lists(st.one_of(edge, edge, typed, below), max_size=2))


def _with_query(shapes: list[Triple], query: str) -> list[Triple]:
    literal = str(pyoxigraph.Literal(query))
    return [*shapes, (f"<{EX}S0>", sh("sparql"), "_:query"), ("_:query", sh("select"), literal)]


@settings(max_examples=400, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data_graphs(), shapes_graphs(), edits(), st.sampled_from([None, *_QUERIES]))
def test_revalidation_equals_a_full_run(
    data: list[Triple], shapes: list[Triple], edit: tuple[list[int], list[Triple]], query: str | None
) -> None:
    shape_set = shacl.compile(_quads(_with_query(shapes, query) if query else shapes))
    store = pyoxigraph.Store()
    store.extend(_quads(data))
    before = shape_set.validate(store, workers=1)
    present = sorted(store, key=str)
    removed = [present[number] for number in set(edit[0]) if number < len(present)]
    added = [quad for quad in _quads(edit[1]) if quad not in store and quad not in removed]
    for quad in removed:
        store.remove(quad)
    store.extend(added)
    again, full = shape_set.revalidate(before, store, removed, added), shape_set.validate(store, workers=1)
    assert again.results == full.results
    assert again.focus_counts == full.focus_counts
    assert again.unknown_classes == full.unknown_classes


def test_an_edit_elsewhere_affects_nothing() -> None:
    shapes = shacl.compile(_quads([
        (f"<{EX}S>", sh("targetClass"), CLASSES[0]),
        (f"<{EX}S>", sh("property"), "_:p"),
        ("_:p", sh("path"), PREDICATES[0]),
        ("_:p", sh("minCount"), '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ]))  # fmt: skip
    store = pyoxigraph.Store()
    added = _quads([(NODES[0], PREDICATES[1], NODES[1]), (NODES[2], PREDICATES[0], NODES[1])])
    assert shapes.affected(store, [], added[:1]) == [frozenset()]
    assert shapes.affected(store, [], added) == [frozenset({NODES[2]})]
