"""The default graph of a small case: what follows from it, and the queries of the catalogue by kind."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph

from whence import catalog, inference
from whence.namespaces import VIEW
from whence.store import layout

ROOT = Path(__file__).resolve().parents[2]


@cache
def queries(kind: str) -> tuple[catalog.NamedQuery, ...]:
    """The named queries of one kind of this checkout."""
    return tuple(catalog.load(layout.locate(ROOT)).of_kind(kind))


@cache
def _ontology() -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=str(ROOT / "ontology" / "whence.ttl"), format=pyoxigraph.RdfFormat.TURTLE)
    return store


def ontology_and(path: Path) -> pyoxigraph.Store:
    """The ontology and the triples of a case, and nothing that follows from them."""
    store = pyoxigraph.Store()
    store.extend(_ontology())
    store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    return store


def graph_of(path: Path) -> pyoxigraph.Store:
    """The default graph of a case: the ontology, the case, and what follows, without the labels of claims."""
    store = ontology_and(path)
    inference.close(store)
    for named in queries("inference"):
        if not named.name.startswith("50-label"):
            inference.construct(store, [named.query.text])
    return store


def with_views(path: Path) -> pyoxigraph.Store:
    """All that a validated graph of a case would hold: its default graph with labels, and every view."""
    store = ontology_and(path)
    inference.close(store)
    inference.construct(store, [named.query.text for named in queries("inference")])
    inference.close(store)
    for named in queries("view"):
        inference.construct(store, [named.query.text], graph=pyoxigraph.NamedNode(VIEW + named.name))
    return store
