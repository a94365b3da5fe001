"""The dataset of a query (SPARQL 1.1 section 13.2): a default graph of several graphs is their merge, with each triple once.

The engine lays the graphs one behind the other, so that a triple of two of them would be met twice. Where that can happen,
the query runs on a copy of the graphs it names. FROM, which names graphs alone, reaches the default graph of the store by
the name `https://w3id.org/whence/graph/curated`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from whence.namespaces import CURATED, is_pack, PREFIXES
from whence.sparql.tokens import Token, tokens

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Name = BlankNode | DefaultGraph | NamedNode

_CURATED = NamedNode(CURATED)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)")


def merged(store: Store, text: str, dataset: dict[str, Any]) -> tuple[Store, dict[str, Any]]:
    """Return the store and the keyword arguments with which the engine answers a query from a merge.

    :param dataset: `default_graph=`, `named_graphs=`, `use_default_graph_as_union=` of pyoxigraph, which win over FROM
    """
    given = dataset.get("default_graph")
    default: list[Name] = list(given) if isinstance(given, list) else []
    named = dataset.get("named_graphs")
    if dataset.get("use_default_graph_as_union"):
        default = [DefaultGraph(), *store.named_graphs()]
    elif given is None and named is None and "from" in text.lower():
        default, named = named_in(text)
    if _CURATED in default:
        default = [DefaultGraph() if graph == _CURATED else graph for graph in default]
        dataset = {**dataset, "default_graph": default, "named_graphs": named or []}
    graphs = list(dict.fromkeys(default))
    if len(default) < 2 or (len(graphs) == len(default) and not _share(store, graphs)):
        return store, dataset
    base = {key: value for key, value in dataset.items() if key == "base_iri"}
    if len(graphs) == 1:
        return store, {**base, "default_graph": graphs, "named_graphs": named or []}
    copy = Store()
    copy.bulk_extend(Quad(*quad.triple) for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph))
    kept = list(store.named_graphs()) if named is None else named
    copy.bulk_extend(quad for graph in kept for quad in store.quads_for_pattern(None, None, None, graph))
    return copy, {**base, "default_graph": [DefaultGraph()], "named_graphs": kept}


def named_in(text: str) -> tuple[list[Name], list[Name]]:
    """Return the graphs that FROM and FROM NAMED of a query name; what the engine will refuse is left out.

    >>> named_in("BASE <http://a/> SELECT * FROM <b> FROM NAMED <c#d> {}")
    ([<NamedNode value=http://a/b>], [<NamedNode value=http://a/c#d>])
    """
    found: tuple[list[Name], list[Name]] = [], []
    prefixes, base = dict(PREFIXES), ""
    stream = list(tokens(text))
    depth = 0
    for token, after, last in zip(stream, [*stream[1:], None], [*stream[2:], None, None], strict=True):
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        elif token.word == "BASE" and after is not None and not depth:
            base = _iri(after, prefixes, base) or base
        elif token.word == "PREFIX" and after is not None and last is not None and not depth:
            prefixes[after.text[:-1]] = _iri(last, prefixes, base)
        elif token.word == "FROM" and after is not None and not depth:
            kind = after.word == "NAMED"
            iri = _iri(last if kind else after, prefixes, base)
            if iri:
                found[kind].append(NamedNode(iri))
    return found


def _iri(token: Token | None, prefixes: dict[str, str], base: str) -> str:
    """The absolute IRI that a token names (section 4.1), or an empty text."""
    if token is None or token.kind not in ("iri", "name"):
        return ""
    text = _ESCAPE.sub(lambda match: match[3] or chr(int(match[1] or match[2], 16)), token.text)
    if token.kind == "name":
        prefix, _, local = text.partition(":")
        return prefixes[prefix] + local if prefix in prefixes else ""
    if base:
        from urllib.parse import urljoin

        return urljoin(base, text[1:-1])
    return text[1:-1] if ":" in text else ""


def _share(store: Store, graphs: Iterable[Name]) -> bool:
    """Whether two of the graphs hold the same triple. The largest ones, which share none with each other, are only looked up in."""
    searched = sorted(graphs, key=_is_large)
    small = [graph for graph in searched if not _is_large(graph)]
    return any(quad in store for number, graph in enumerate(small) for quad in _elsewhere(store, graph, searched[number + 1 :]))


def _is_large(graph: Name) -> bool:
    """Whether it is the default graph or that of a pack, which are made so that they share no triple (`whence.packs`)."""
    return isinstance(graph, DefaultGraph) or is_pack(graph.value)


def _elsewhere(store: Store, graph: Name, others: list[Name]) -> Iterator[Quad]:
    if others:
        for quad in store.quads_for_pattern(None, None, None, graph):
            for other in others:
                yield Quad(quad.subject, quad.predicate, quad.object, other)
