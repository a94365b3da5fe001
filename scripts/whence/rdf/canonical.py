"""Graphs in one order with one set of labels, whatever their blank nodes were called.

Labels are those of RDFC-1.0. Its time grows with the cube of the length of a chain of nodes that look alike, so trees of
blank nodes that are deeper than a few such nodes are taken off before, told by a digest of what they hold, and labelled
after all others in the order of the result.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple

from whence.rdf.terms import nt

#: Blank nodes that look alike, one below the other, that RDFC-1.0 labels in no time.
_ALIKE = 12


def canonical(quads: Iterable[Quad], *, fold: bool = False) -> list[Quad]:
    """Return the quads once each, blank nodes labelled, sorted as N-Quads are.

    :param fold: whether trees of blank nodes are taken off in any case, so that labels are quick and not those of RDFC-1.0
    :returns: sorted by graph (the default graph first), subject, predicate, object in N-Triples syntax
    """
    whole = list(dict.fromkeys(quads))
    if any(isinstance(term, (BlankNode, Triple)) for quad in whole for term in quad):
        trees = _Trees(whole)
        whole = trees.labelled() if fold or trees.alike > _ALIKE else _rdfc(whole)
    keyed = {_key(quad): quad for quad in whole}
    return [keyed[key] for key in sorted(keyed)]


def graph_key(quad: Quad) -> str:
    """The name of a quad's graph in N-Quads syntax, empty for the default graph."""
    return "" if type(quad.graph_name).__name__ == "DefaultGraph" else str(quad.graph_name)


def hanging(quads: Iterable[Quad]) -> dict[BlankNode, Any]:
    """The blank nodes that stand in one place, each with the subject it hangs below, which comes before it.

    Such a node is the object of one quad and part of no triple term, all that is said of it stands in the same graph, and no
    way up from it comes back to it.
    """
    uses: Counter[Any] = Counter()
    below: dict[Any, list[Any]] = defaultdict(list)
    graphs: dict[Any, Any] = {}
    for quad in quads:
        graph, object_ = quad.graph_name, quad.object
        if graphs.setdefault(quad.subject, graph) != graph:
            uses[quad.subject] += 2
        if type(object_).__name__ == "BlankNode":
            uses[object_] += 1 if graphs.setdefault(object_, graph) == graph else 2
            below[quad.subject].append(object_)
        while type(object_).__name__ == "Triple":
            uses[object_.subject] += 2
            object_ = object_.object
            uses[object_] += 2
        uses[graph] += 2
    found: dict[Any, Any] = {}
    pending = [subject for subject in graphs if uses[subject] != 1]
    while pending:
        subject = pending.pop()
        for node in below[subject]:
            if uses[node] == 1 and node not in found:
                found[node] = subject
                pending.append(node)
    return found


def _rdfc(quads: list[Quad]) -> list[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


class _Trees:
    """The blank nodes of a dataset that hang below others and hold nothing that does not.

    :ivar alike: how many that look alike stand one below the other, at most
    """

    def __init__(self, quads: list[Quad]) -> None:
        self._quads = quads
        self._of: dict[Any, list[Quad]] = defaultdict(list)
        for quad in quads:
            self._of[quad.subject].append(quad)
        hung = hanging(quads)
        self._closed: dict[Any, str] = {}
        for node in reversed(hung):
            parts = self._of[node]
            if all(type(one.object).__name__ not in ("BlankNode", "Triple") or one.object in self._closed for one in parts):
                self._closed[node] = _digest(f"{one.predicate} {self._closed.get(one.object) or nt(one.object)}" for one in parts)
        self.alike = self._most_alike(hung)

    def _most_alike(self, hung: dict[Any, Any]) -> int:
        looks = {node: _digest(f"{one.predicate} {'_:' if one.object in hung else nt(one.object)}" for one in self._of[node]) for node in hung}
        number = Counter(looks.values())
        depths: dict[Any, int] = {}
        for node, above in hung.items():
            depths[node] = depths.get(above, 0) + 1 if number[looks[node]] > 1 else 0
        return max(depths.values(), default=0)

    def labelled(self) -> list[Quad]:
        """Label what is left when the trees are off, then the nodes of the trees as the result comes to them."""
        rest, roots = self._without_trees()
        labelled = sorted(_rdfc(rest), key=_key, reverse=True)
        number = len({term for quad in labelled for term in (quad.subject, quad.object) if isinstance(term, BlankNode)})
        pending = [(quad, self._root(quad.object, roots)) for quad in labelled]
        found: list[Quad] = []
        while pending:
            quad, tree = pending.pop()
            if tree is not None:
                node = BlankNode(f"c14n{number}")
                number += 1
                quad = Quad(quad.subject, quad.predicate, node, quad.graph_name)
                inner = sorted(self._of[tree], key=lambda one: (str(one.predicate), self._closed.get(one.object) or nt(one.object)), reverse=True)
                for one in inner:
                    below = one.object if one.object in self._closed else None
                    pending.append((Quad(node, one.predicate, one.object, quad.graph_name), below))
            found.append(quad)
        return found

    def _without_trees(self) -> tuple[list[Quad], dict[str, list[Any]]]:
        """The quads with a literal in the place of each tree, and the roots of the trees by their digests."""
        roots: dict[str, list[Any]] = defaultdict(list)
        again: Counter[Any] = Counter()
        rest = []
        for quad in self._quads:
            if quad.subject in self._closed:
                continue
            digest = self._closed.get(quad.object)
            if digest is not None:
                roots[digest].append(quad.object)
                place = (quad.subject, quad.predicate, quad.graph_name, digest)
                again[place] += 1  # trees that are alike below one node are several all the same
                literal = Literal(f"{digest} {again[place]:09}", datatype=_tree())
                quad = Quad(quad.subject, quad.predicate, literal, quad.graph_name)
            rest.append(quad)
        return rest, roots

    @staticmethod
    def _root(term: Any, roots: dict[str, list[Any]]) -> Any:
        if type(term).__name__ != "Literal" or term.datatype != _tree():
            return None
        return roots[term.value.partition(" ")[0]].pop()


def _tree() -> Any:
    """The datatype of the literals that stand for trees."""
    return NamedNode("urn:whence:tree")


def _key(quad: Quad) -> tuple[str, str, str, str]:
    return graph_key(quad), str(quad.subject), str(quad.predicate), nt(quad.object)


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(sorted(parts)).encode("utf-8", "surrogatepass")).hexdigest()
