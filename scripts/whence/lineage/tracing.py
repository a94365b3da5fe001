"""Walks over influence claims, bounded and safe with circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whence.lineage.claims import COMMITMENTS, Claims, Step
from whence.namespaces import WH, shorten

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any

    from pyoxigraph import Store, Triple

__all__ = ["DERIVED", "Lineage", "Reached", "derived", "trace"]

#: The property of an influence through others (model, layer 4).
DERIVED = WH + "derivedInfluence"


class Reached:
    """One thing at the end of a path: of all paths to it the one whose weakest step is firmest, then the shortest.

    :ivar thing: its IRI
    :ivar commitment: the weakest commitment on the path
    :ivar path: the steps, the one at the work first
    """

    __slots__ = ("commitment", "path", "thing")

    def __init__(self, thing: str, commitment: str, path: tuple[Step, ...]) -> None:
        self.thing = thing
        self.commitment = commitment
        self.path = path

    def __repr__(self) -> str:
        return f"Reached({shorten(self.thing)}, {self.commitment}, {len(self.path)})"

    @property
    def disputed(self) -> bool:
        """Whether anybody denies a step of the path."""
        return any(step.denied for step in self.path)


class Lineage:
    """What a work comes from, or what came of it.

    :ivar of: the work
    :ivar reached: what can be reached, nearest first, then firmest, then by IRI
    :ivar steps: every influence claim that was met, those nobody affirms too; sorted by claim
    :ivar truncated: whether a bound was reached, so that there is more
    """

    __slots__ = ("of", "reached", "steps", "truncated")

    def __init__(self, of: str, reached: list[Reached], steps: list[Step], truncated: bool) -> None:
        self.of = of
        self.reached = reached
        self.steps = steps
        self.truncated = truncated


def trace(store: Store, thing: str, *, forward: bool = False, depth: int = 4, limit: int = 500) -> Lineage:
    """Follow influence from a thing.

    :param store: a validated graph
    :param thing: the IRI of a work, or of anything that can influence or be influenced
    :param forward: follow to what came of it, instead of where it comes from
    :param depth: how many steps a path may have
    :param limit: how many things may be reached
    :returns: empty when nothing is known; circles are walked once
    """
    return _Walk(store, forward, limit).trace(thing, depth)


def derived(lineage: Lineage, *, forward: bool = False) -> list[Triple]:
    """Return `wh:derivedInfluence` for every path of two or more steps, sorted.

    :param forward: as the lineage was traced
    """
    from pyoxigraph import NamedNode, Triple

    pairs = {(lineage.of, one.thing) for one in lineage.reached if len(one.path) > 1}
    found = [Triple(NamedNode(two if forward else one), NamedNode(DERIVED), NamedNode(one if forward else two)) for one, two in pairs]
    return sorted(found, key=str)


class _Walk:
    """One walk over the claims, bounded in rounds: after round n every best path of at most n steps is known."""

    def __init__(self, store: Store, forward: bool, limit: int) -> None:
        self._claims = Claims(store)
        self._forward = forward
        self._limit = limit
        self._steps: dict[str, Step] = {}
        self._expanded: dict[str, list[Step]] = {}

    def trace(self, thing: str, depth: int) -> Lineage:
        best: dict[str, tuple[int, tuple[Step, ...]]] = {}
        home = set(self._claims.within(thing))
        frontier: dict[str, tuple[int, tuple[Step, ...]]] = {thing: (len(COMMITMENTS), ())}
        truncated = False
        for _ in range(depth):
            if not frontier:
                break
            found: dict[str, tuple[int, tuple[Step, ...]]] = {}
            for node, (width, path) in sorted(frontier.items()):
                for step in self._from(node):
                    target = step.influenced if self._forward else step.influencer
                    reached = (min(width, step.strength), (*path, step))
                    if target in home or reached[0] <= max(best.get(target, (0,))[0], found.get(target, (0,))[0]):
                        continue
                    if target not in best and target not in found and len(best) + len(found) >= self._limit:
                        truncated = True
                        continue
                    found[target] = reached
            best.update(found)
            frontier = found
        truncated = truncated or any(self._leads_on(node, best, home) for node in frontier)
        return self._result(thing, best, truncated)

    def _from(self, node: str) -> list[Step]:
        """The steps from a thing and its parts, remembered."""
        if node not in self._expanded:
            self._expanded[node] = list(self._read(self._claims.within(node)))
        return [step for step in self._expanded[node] if step.strength]

    def _read(self, nodes: Iterable[str]) -> Iterator[Step]:
        for node in nodes:
            for claim in self._claims.influences(node, self._forward):
                if claim not in self._steps:
                    self._steps[claim] = self._claims.step(claim)
                yield self._steps[claim]

    def _leads_on(self, node: str, best: dict[str, Any], home: set[str]) -> bool:
        targets = (step.influenced if self._forward else step.influencer for step in self._from(node))
        return any(target not in best and target not in home for target in targets)

    def _result(self, thing: str, best: dict[str, tuple[int, tuple[Step, ...]]], truncated: bool) -> Lineage:
        reached = [Reached(node, COMMITMENTS[len(COMMITMENTS) - width], path) for node, (width, path) in best.items()]
        reached.sort(key=lambda one: (len(one.path), COMMITMENTS.index(one.commitment), one.thing))
        return Lineage(thing, reached, [self._steps[claim] for claim in sorted(self._steps)], truncated)
