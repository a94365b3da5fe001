"""Where a work comes from and what came of it: paths of influence claims with the weakest commitment on them.

A step is one influence claim that somebody affirms as fact or opinion; what is only denied, wished or
compared is told beside the paths but never walked. A work takes part with everything that is part of it
(`wh:partOf`); genre membership is no step. Affirmation passes from a more specific claim to a more general
one, denial the other way (`wh:moreSpecificThan`).

    from whence import lineage, validation
    from whence.store import layout
    found = lineage.trace(validation.open(layout.locate()), "https://w3id.org/whence/id/metallic-rouge")
    for reached in found.reached:
        print(reached.commitment, " < ".join(step.influencer for step in reached.path))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from whence.namespaces import WH
from whence.things.claims import load
from whence.things.index import Index, closure, wh

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["COMMITMENTS", "DERIVED", "Lineage", "Reached", "Step", "derived", "trace"]

#: The property of an influence through others (model, layer 4).
DERIVED = WH + "derivedInfluence"
#: The commitments of an affirmation, strongest first.
COMMITMENTS = ("Stated", "Hedged", "Implied", "Promotional", "QuestionPremise")
_WALKED_MOODS = ("", "Fact", "Opinion")
_SPECIFIC = wh("moreSpecificThan")


@dataclass(frozen=True, slots=True)
class Step:
    """One influence claim between two things.

    :ivar claim: its IRI
    :ivar influenced: what was influenced
    :ivar influencer: what influenced it
    :ivar aspect: in what, or None
    :ivar commitment: the strongest with which anybody affirms it, one of `COMMITMENTS`, or None when nobody does
    :ivar denied: whether anybody denies it
    :ivar attestations: all attestations that bear on it, sorted
    """

    claim: str
    influenced: str
    influencer: str
    aspect: str | None
    commitment: str | None
    denied: bool
    attestations: tuple[str, ...]

    @property
    def strength(self) -> int:
        """How firmly it is affirmed, for comparing; 0 when nobody affirms it."""
        return len(COMMITMENTS) - COMMITMENTS.index(self.commitment) if self.commitment else 0


@dataclass(frozen=True, slots=True)
class Reached:
    """One thing at the end of a path: of all paths to it the one whose weakest step is firmest, then the shortest.

    :ivar thing: its IRI
    :ivar commitment: the weakest commitment on the path
    :ivar path: the steps, the one at the work first
    """

    thing: str
    commitment: str
    path: tuple[Step, ...]

    @property
    def disputed(self) -> bool:
        """Whether anybody denies a step of the path."""
        return any(step.denied for step in self.path)


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a work comes from, or what came of it.

    :ivar of: the work
    :ivar reached: what can be reached, nearest first, then firmest, then by IRI
    :ivar steps: every influence claim that was met, those nobody affirms too; sorted by claim
    :ivar truncated: whether a bound was reached, so that there is more
    """

    of: str
    reached: list[Reached]
    steps: list[Step]
    truncated: bool


def trace(store: Store, thing: str, *, forward: bool = False, depth: int = 4, limit: int = 500) -> Lineage:
    """Follow influence from a thing.

    :param store: a validated graph
    :param thing: the IRI of a work, or of anything that can influence or be influenced
    :param forward: follow to what came of it, instead of where it comes from
    :param depth: how many steps a path may have
    :param limit: how many things may be reached
    :returns: empty when nothing is known; circles are walked once
    """
    return _Walk(Index(store), forward, limit).trace(thing, depth)


def derived(lineage: Lineage, *, forward: bool = False) -> list[Triple]:
    """Return `wh:derivedInfluence` for every path of two or more steps, sorted.

    :param forward: as the lineage was traced
    """
    pairs = {(lineage.of, one.thing) for one in lineage.reached if len(one.path) > 1}
    found = [Triple(NamedNode(two if forward else one), NamedNode(DERIVED), NamedNode(one if forward else two)) for one, two in pairs]
    return sorted(found, key=str)


class _Walk:
    """One walk over the claims, bounded in rounds: after round n every best path of at most n steps is known."""

    def __init__(self, index: Index, forward: bool, limit: int) -> None:
        self._index = index
        self._forward = forward
        self._limit = limit
        self._steps: dict[str, Step] = {}
        self._expanded: dict[str, list[Step]] = {}

    def trace(self, thing: str, depth: int) -> Lineage:
        best: dict[str, tuple[int, tuple[Step, ...]]] = {}
        home = {node.value for node in self._index.within(NamedNode(thing))}
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
        truncated = truncated or any(self._leads_on(node, {*best, *home}) for node in frontier)
        return self._result(thing, best, truncated)

    def _from(self, node: str) -> list[Step]:
        """The steps from a thing and its parts, remembered."""
        if node not in self._expanded:
            self._expanded[node] = list(self._read(self._index.within(NamedNode(node))))
        return [step for step in self._expanded[node] if step.strength]

    def _read(self, nodes: Iterable[NamedNode]) -> Iterator[Step]:
        role = wh("influencer" if self._forward else "influenced")
        for node in nodes:
            for claim in self._index.subjects(role, node):
                if self._index.is_a(claim, "Influence"):
                    if claim.value not in self._steps:
                        self._steps[claim.value] = self._step(claim)
                    yield self._steps[claim.value]

    def _step(self, claim: NamedNode) -> Step:
        """Return a claim with everybody's position on it.

        A more specific claim that is affirmed affirms this one, a more general one that is denied denies it.
        """
        ends = [self._index.value(claim, wh(role)) for role in ("influenced", "influencer", "aspect")]
        specific = closure([claim], lambda one: self._index.subjects(_SPECIFIC, one))
        general = closure([claim], lambda one: self._index.things(one, _SPECIFIC))
        affirmed = [one for node in specific for one in load(self._index, node.value).positions if not one.denied]
        denied = [one for node in general for one in load(self._index, node.value).positions if one.denied]
        said = {one.commitment for one in affirmed if one.mood in _WALKED_MOODS}
        commitment = next((commitment for commitment in COMMITMENTS if commitment in said), None)
        bearing = tuple(sorted({one.iri for one in affirmed + denied}))
        return Step(claim.value, ends[0], ends[1], ends[2] or None, commitment, bool(denied), bearing)

    def _leads_on(self, node: str, known: set[str]) -> bool:
        return any((step.influenced if self._forward else step.influencer) not in known for step in self._from(node))

    def _result(self, thing: str, best: dict[str, tuple[int, tuple[Step, ...]]], truncated: bool) -> Lineage:
        reached = [Reached(node, COMMITMENTS[len(COMMITMENTS) - width], path) for node, (width, path) in best.items()]
        reached.sort(key=lambda one: (len(one.path), COMMITMENTS.index(one.commitment), one.thing))
        return Lineage(thing, reached, [self._steps[claim] for claim in sorted(self._steps)], truncated)
