"""The graphs of clusters in a store: what was decided, and what is said of the things of a cluster said of its first one too, that of the graph itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from whence.identity.decisions import Decisions, triples
from whence.namespaces import IDENTITY, WH

#: The named graph of what is said of another thing of a cluster: a query that names packs sees it, so that questions cross clusters. It leads
#: to one thing alone, since otherwise each row of an answer would come once for each of them.
CROSSED = "https://w3id.org/whence/graph/crossed"
#: What stays with the thing itself: by which name it is shown, and words about it.
_OWN = frozenset(WH + name for name in ("displayLabel", "description", "gloss", "caution", "sameThing", "possiblySameAs"))


def fill(store: Store, found: Decisions, graphs: Iterable[DefaultGraph | NamedNode]) -> None:
    """Add the graph of identity and that of what crosses clusters to a store, both even where they are empty.

    :param graphs: in which what is said is looked for
    """
    identity, crossed = NamedNode(IDENTITY), NamedNode(CROSSED)
    for graph in (identity, crossed):
        store.add_graph(graph)
    store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object, identity) for triple in triples(found))
    store.bulk_extend([quad for quad in _said(store, found.clusters, list(graphs), crossed) if not _known(store, quad)])


def _said(store: Store, clusters: Iterable[tuple[str, ...]], graphs: list[DefaultGraph | NamedNode], crossed: NamedNode) -> Iterator[Quad]:
    for cluster in clusters:
        members = [NamedNode(iri) for iri in cluster]
        first = next((one for one in members if next(store.quads_for_pattern(one, None, None, DefaultGraph()), None)), members[0])
        for one, graph in product(members, graphs):
            if one != first:
                yield from (Quad(quad.subject, quad.predicate, first, crossed) for quad in store.quads_for_pattern(None, None, one, graph) if _crosses(quad))
                yield from (Quad(first, quad.predicate, quad.object, crossed) for quad in store.quads_for_pattern(one, None, None, graph) if _crosses(quad))


def _crosses(quad: Quad) -> bool:
    return bool(quad.predicate.value.startswith(WH)) and quad.predicate.value not in _OWN


def _known(store: Store, quad: Quad) -> bool:
    return next(store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None), None) is not None
