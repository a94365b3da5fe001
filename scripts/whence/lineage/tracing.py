"""What a thing comes from and what came of it: the firmest paths of influence and adaptation, each with its weakest commitment.

A step is one claim, that one thing influenced another or is based on it, which somebody affirms as fact or opinion, or which a policy licenses; what is only denied,
wished or compared is told beside the paths but never walked. A work takes part with everything that is part of it
(`wh:partOf`), but what one part of a work has of another leads no further; genre membership is no step. Affirmation passes from a more specific claim to a more general one, denial the
other way (`wh:moreSpecificThan`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from whence.lineage.steps import COMMITMENTS, ENDS, SOURCES, Reader, Step, reader
from whence.namespaces import PREFIXES, WH
from whence.things import Index
from whence.rdf.terms import closure

#: The property of an influence through others (model, layer 4).
DERIVED = WH + "derivedInfluence"
_BROADER = NamedNode(PREFIXES["skos"] + "broader")


@dataclass(frozen=True, slots=True)
class Reached:
    """One thing at the end of a path: of all paths to it the one whose weakest step is firmest, then the shortest.

    :ivar commitment: the weakest commitment on the path
    :ivar path: the steps, the one at the traced thing first
    """

    thing: str
    commitment: str
    path: tuple[Step, ...]

    @property
    def contested(self) -> bool:
        """Whether somebody denies a step of the path."""
        return any(step.contested for step in self.path)


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a thing comes from, or what came of it.

    :ivar forward: whether this is what came of it
    :ivar policy: the policy under which it was walked, or None
    :ivar aspect: the IRI of the aspect to which it is confined, or None
    :ivar reached: what can be reached, nearest first, then firmest, then by IRI
    :ivar steps: every claim of influence or adaptation that was met within the depth, those that are not walked too; sorted by claim
    :ivar left_out: the claims met that state no aspect, where one was asked for
    :ivar truncated: whether the depth or the limit was reached, so that there is more
    """

    of: str
    forward: bool
    policy: str | None
    aspect: str | None
    reached: list[Reached]
    steps: list[Step]
    left_out: frozenset[str]
    truncated: bool

    @property
    def beside(self) -> list[Step]:
        """The steps that were met but not walked: nobody affirms them as fact or opinion, or the policy does not license them."""
        return [step for step in self.steps if step.commitment is None]


def trace(
    index: Index, thing: str, *, forward: bool = False, depth: int = 4, limit: int = 500, policy: str | None = None, aspect: str | None = None
) -> Lineage:
    """Follow influence and adaptation from a thing.

    :param thing: the IRI of a work, or of anything that can influence or be influenced
    :param forward: follow to what came of it, instead of where it comes from
    :param policy: walk only what the view of this policy licenses, one of `POLICIES`; None walks every affirmation
    :param aspect: the IRI of an aspect: walk only influences in it or in a narrower one
    :returns: empty when nothing is known; circles are walked once
    :raises UsageError: there is no such policy
    """
    return _Walk(reader(index, policy), aspect, forward, limit).trace(thing, depth)


def derived(lineage: Lineage) -> list[Triple]:
    """Return `wh:derivedInfluence` for every path of two or more influences, sorted; an adaptation is none."""
    pairs = {(lineage.of, one.thing) for one in lineage.reached if len(one.path) > 1 and all(step.kind == "Influence" for step in one.path)}
    if lineage.forward:
        pairs = {(two, one) for one, two in pairs}
    return sorted((Triple(NamedNode(one), NamedNode(DERIVED), NamedNode(two)) for one, two in pairs), key=str)


_Best = dict[str, tuple[int, tuple[Step, ...]]]


class _Walk:
    """One walk over the claims, bounded in rounds: after round n every best path of at most n steps is known."""

    def __init__(self, steps: Reader, aspect: str | None, forward: bool, limit: int) -> None:
        self._reader = steps
        self._aspect = aspect
        self._aspects = {node.value for node in closure([NamedNode(aspect)], lambda one: steps.index.subjects(_BROADER, one))} if aspect else None
        self._left_out: set[str] = set()
        self._forward = forward
        self._limit = limit
        self._near, self._far = (0, "target") if forward else (1, "source")

    def trace(self, thing: str, depth: int) -> Lineage:
        best: _Best = {}
        met: dict[str, Step] = {}
        home = self._reader.inside(thing)
        frontier: _Best = {thing: (len(COMMITMENTS), ())}
        full = False
        for _ in range(depth):
            if not frontier or full:
                break
            found: _Best = {}
            for node, (width, path) in sorted(frontier.items()):
                for step in self._steps(node):
                    met[step.claim] = step
                    target, firmness = getattr(step, self._far), min(width, step.strength)
                    if target in home or target in self._reader.inside(node) or firmness <= max(best.get(target, (0,))[0], found.get(target, (0,))[0]):
                        continue
                    if target not in best and target not in found and len(best) + len(found) >= self._limit:
                        full = True
                        continue
                    found[target] = (firmness, (*path, step))
            best.update(found)
            frontier = found
        left_out = frozenset(self._left_out)
        truncated = full or any(self._leads_on(node, {*best, *home, *self._reader.inside(node)}) for node in frontier)
        reached = [Reached(node, COMMITMENTS[len(COMMITMENTS) - width], path) for node, (width, path) in best.items()]
        reached.sort(key=lambda one: (len(one.path), COMMITMENTS.index(one.commitment), one.thing))
        return Lineage(thing, self._forward, self._reader.policy, self._aspect, reached, [met[claim] for claim in sorted(met)], left_out, truncated)

    def _steps(self, node: str) -> list[Step]:
        """The steps at a thing in the aspect that is asked for; those that state none are noted."""
        found = [step for kind in SOURCES for step in self._reader.at(node, kind, ENDS[kind][self._near])]
        if self._aspects is None:
            return found
        self._left_out |= {step.claim for step in found if not step.aspect or step.aspect.endswith("NotStated")}
        return [step for step in found if step.aspect in self._aspects]

    def _leads_on(self, node: str, known: set[str]) -> bool:
        return any(step.strength and getattr(step, self._far) not in known for step in self._steps(node))
