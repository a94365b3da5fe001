"""Premises: the fewest quads of a graph from which a query alone yields what is to be proved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from whence.namespaces import shorten
from whence.proof.model import Absence
from whence.proof.rules import constants, Way
from whence.sparql.tokens import tokens

#: Whether a store of a few triples yields what is to be proved.
Goal = Callable[[Store], bool]
_GRAPH = DefaultGraph()
#: How often the terms are widened by their neighbours where a rule reaches through things that no variable names.
_WIDER = 3
#: So many triples are searched through at most, and of more than so many the fewest are not sought.
_MOST, _FEW = 4_000, 400
#: The longest way that a path of a query is followed through things that no variable names.
_LONGEST = 4
#: Of more than so many triples most are not needed, so that it is worth while to try halves.
_HALVED = 40
#: The comment with which a group begins.
_COMMENT = re.compile(r"[\s{]*+#\s*+([^\n]*+)\n")


def needed(
    store: Store, text: str, terms: Iterable[Any], goal: Goal, seen: Callable[[Quad], bool] | None = None, *, kept: dict[Any, list[Quad]] | None = None
) -> list[Quad] | None:
    """Return the quads that the goal needs, sorted: without any one of them it is not met; None where none are found.

    :param text: the query that yields the goal; what it names is what is looked at
    :param terms: what the variables stand for
    :param seen: which quads the query saw; all when None
    :param kept: the quads of nodes that were read before, of the same store; filled in
    """
    kept = {} if kept is None else kept
    named, free = constants(text)
    predicates = {term for term in named if isinstance(term, NamedNode)}
    graph = None if any(token.word == "GRAPH" for token in tokens(text)) else _GRAPH
    nodes = set(terms)
    for number in range(_WIDER):
        found = [quad for quad in _among(store, nodes | named, None if free else predicates, graph, kept) if seen is None or seen(quad)]
        if len(found) > _MOST:
            return None
        if goal(store_of(found)):
            return sorted(_fewest(found, goal) if len(found) <= _FEW else found, key=str)
        wider = nodes | (_beside(store, nodes, predicates) if number else _between(store, nodes, predicates))
        if wider == nodes and number:
            return None
        nodes = wider
    return None


def absences(way: Way) -> tuple[Absence, ...]:
    """Return what a solution of a query needs not to be there, each with the words of the comment that its group begins with."""
    found = []
    for group, bound in way.ruled_out:
        terms = {f"?{name}": shorten(term.value) if isinstance(term, NamedNode) else str(term) for name, term in bound}
        words = _COMMENT.match(group)
        sentence = f"And {words[1].rstrip('. ') if words else 'nothing is there of what the rule rules out'}."
        stream = list(tokens(group))[2:-2]
        if stream and stream[0].word == "SELECT":
            stream = stream[next(place for place, token in enumerate(stream) if token.text == "{") + 1 : -1]
        found.append(Absence(sentence, " ".join(terms.get(token.text, token.text) for token in stream)))
    return tuple(found)


def store_of(quads: Iterable[Quad]) -> Store:
    """Return a store of nothing but these quads."""
    store = Store()
    store.extend(quads)
    return store


def _among(store: Store, nodes: set[Any], predicates: set[NamedNode] | None, graph: DefaultGraph | None, kept: dict[Any, list[Quad]]) -> list[Quad]:
    """Return the quads between nodes, sorted."""
    found = set()
    for node in nodes:
        if isinstance(node, NamedNode | BlankNode):
            if node not in kept:
                kept[node] = list(store.quads_for_pattern(node, None, None, None))
            asked = (quad for quad in kept[node] if graph is None or quad.graph_name == graph)
            found |= {quad for quad in asked if quad.object in nodes and (predicates is None or quad.predicate in predicates)}
    return sorted(found, key=str)


def _between(store: Store, nodes: set[Any], predicates: set[NamedNode]) -> set[Any]:
    """Return the nodes on ways from one of the nodes to another along properties that the query names: what its paths reach through."""

    def after(node: Any) -> set[Any]:
        if not isinstance(node, NamedNode | BlankNode):
            return set()
        return {quad.object for own in predicates for quad in store.quads_for_pattern(node, own, None, _GRAPH)}

    layers = [nodes]
    for _ in range(_LONGEST - 1):
        layers.append({other for node in layers[-1] for other in after(node)} - set().union(*layers))
        if sum(map(len, layers)) > _MOST:
            break
    found = set(nodes)
    for layer in reversed(layers[1:]):
        found |= {node for node in layer if not found.isdisjoint(after(node))}
    return found


def _beside(store: Store, nodes: set[Any], predicates: set[NamedNode]) -> set[Any]:
    """Return what properties that the query names lead to, forwards and backwards."""
    found: set[Any] = set()
    for node in nodes:
        for predicate in predicates:
            if not isinstance(node, Literal):
                found |= {quad.object for quad in store.quads_for_pattern(node, predicate, None, _GRAPH)}
            found |= {quad.subject for quad in store.quads_for_pattern(None, predicate, node, _GRAPH)}
        if len(found) > _MOST:
            break
    return found


def _fewest(found: list[Quad], goal: Goal) -> list[Quad]:
    """Take away whatever the goal does not need, one by one; of many, halves first."""
    size = len(found) if len(found) > _HALVED else 2
    while size > 1:
        size = (size + 1) // 2
        place = 0
        while place < len(found):
            rest = found[:place] + found[place + size :]
            if goal(store_of(rest)):
                found = rest
            else:
                place += size
    return found
