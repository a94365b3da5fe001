"""How one thing reaches another: by influence, by people they share, by what both come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from whence.lineage.steps import COMMITMENTS, ENDS, SOURCES, Reader, Step, reader
from whence.things import claims
from whence.things.index import wh

if TYPE_CHECKING:
    from whence.things import Claim, Index


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path, with every claim that makes it.

    :ivar start: the IRI of the thing it leaves
    :ivar end: the IRI of the thing it arrives at
    :ivar onward: whether it goes from the source of its steps to their target
    :ivar steps: the affirmed claims of one kind between the two or parts of them, best supported first; at least one
    """

    start: str
    end: str
    onward: bool
    steps: tuple[Step, ...]

    @property
    def back(self) -> Hop:
        """The same the other way."""
        return Hop(self.end, self.start, not self.onward, self.steps)


@dataclass(frozen=True, slots=True)
class Path:
    """One way from one thing to another.

    :ivar hops: from the one to the other, at least one
    """

    hops: tuple[Hop, ...]

    @property
    def kind(self) -> str:
        """How it connects: `influence` or `based on` along one direction, `shared source`, `shared people`, or `mixed`."""
        kinds = {hop.steps[0].kind for hop in self.hops}
        if kinds <= SOURCES.keys():
            onward = [hop.onward for hop in self.hops]
            if len(set(onward)) == 1:
                return " and ".join(SOURCES[kind] or "influence" for kind in SOURCES if kind in kinds)
            return "shared source" if onward == sorted(onward) else "mixed"
        return "shared people" if kinds.isdisjoint(SOURCES) else "mixed"

    @property
    def commitment(self) -> str:
        """The weakest commitment on it."""
        return max((hop.steps[0].commitment or "" for hop in self.hops), key=COMMITMENTS.index)

    @property
    def contested(self) -> bool:
        """Whether somebody denies a claim on which a step of it rests most."""
        return any(hop.steps[0].contested for hop in self.hops)

    @property
    def documents(self) -> list[str]:
        """The IRIs of all documents that bear on it, sorted."""
        return sorted({document for hop in self.hops for step in hop.steps for document in step.documents})

    @property
    def speakers(self) -> list[str]:
        """The IRIs of all who speak on it, sorted."""
        return sorted({speaker for hop in self.hops for step in hop.steps for speaker in step.speakers})

    @property
    def support(self) -> tuple[object, ...]:
        """Sorts the best supported first: no denial, firmness of the weakest step, shortness, a maker's word, documents, speakers."""
        weakest = _weakest(self.hops)
        return (self.contested, -weakest[0], len(self.hops), -weakest[2], -len(self.documents), -len(self.speakers), [hop.end for hop in self.hops])


@dataclass(frozen=True, slots=True)
class Paths:
    """The ways from one thing to another.

    :ivar start: the IRI of the one
    :ivar end: the IRI of the other
    :ivar policy: the policy under which they were looked for, or None
    :ivar part: whether one of them is the other, or part of it; then no path is looked for
    :ivar found: best supported first
    :ivar beside: the claims that involve both, or parts of them, on which no path rests: likenesses, blends, what is denied; ranked
    :ivar length: how many steps the paths that were looked for may have
    :ivar truncated: whether a bound was reached, so that there may be more within this length
    """

    start: str
    end: str
    policy: str | None
    part: bool
    found: list[Path]
    beside: list[Claim]
    length: int
    truncated: bool


def find(
    index: Index, start: str, end: str, *, length: int = 4, limit: int = 10, policy: str | None = None, most: int = 2000
) -> Paths:
    """Find how one thing reaches another.

    From both ends, the best way of at most half the length to every thing is found; where the two meet there is a path. So of
    several ways through the same middle the best is given.

    :param index: of a validated graph
    :param start: the IRI of the one
    :param end: the IRI of the other
    :param length: how many steps a path may have
    :param limit: how many paths are returned
    :param policy: follow only what the view of this policy licenses, one of `POLICIES`; None follows every affirmation
    :param most: how many things are visited from each end
    :returns: no path where none is known up to this length
    :raises UsageError: there is no such policy
    """
    steps = reader(index, policy)
    if start in steps.inside(end) or end in steps.inside(start):
        return Paths(start, end, policy, True, [], [], length, False)
    homes = {part: one for one in (start, end) for part in steps.inside(one)}
    walk = _Walk(steps, most)
    ahead = walk.reach(start, homes, (length + 1) // 2)
    back = walk.reach(end, homes, length // 2)
    joined: dict[tuple[str, ...], Path] = {}
    for middle, family in ahead:
        for other in _FAMILIES:
            if (middle, other) in back:
                hops = ahead[middle, family] + tuple(hop.back for hop in reversed(back[middle, other]))
                nodes = [start, *(hop.end for hop in hops)]
                if hops and len(set(nodes)) == len(nodes):
                    joined.setdefault((*nodes, *(hop.steps[0].claim for hop in hops)), Path(hops))
    found = sorted(joined.values(), key=lambda path: path.support)
    walked = {step.claim for path in found[:limit] for hop in path.hops for step in hop.steps}
    return Paths(start, end, policy, False, found[:limit], _beside(index, start, end, walked), length, walk.full or len(found) > limit)


def _beside(index: Index, start: str, end: str, walked: set[str]) -> list[Claim]:
    one, other = ({claim.value for claim in index.subjects(wh("involves"), NamedNode(iri))} for iri in (start, end))
    return claims.ranked(claims.load(index, iri) for iri in sorted((one & other) - walked))


#: A thing and the family of the claims on the way to it, to the best way: so influence is found where people say more.
_Best = dict[tuple[str, str], tuple[Hop, ...]]
_FAMILIES = ("", "influence", "people", "mixed")


def _family(before: str, hop: Hop) -> str:
    family = "influence" if hop.steps[0].kind in SOURCES else "people"
    return family if before in ("", family) else "mixed"


def _weakest(hops: tuple[Hop, ...]) -> tuple[int, bool, bool, int]:
    return min(hop.steps[0].rank() for hop in hops)


class _Walk:
    """From one end, the best paths to everything within a number of steps."""

    def __init__(self, reader: Reader, most: int) -> None:
        self._reader = reader
        self._most = most
        self.full = False

    def reach(self, start: str, homes: dict[str, str], depth: int) -> _Best:
        """Return the best path of each family to each thing; the parts of both ends count as the ends themselves.

        :param homes: each end, and each part of it, with the end
        """
        best: _Best = {(start, ""): ()}
        frontier = list(best)
        for _ in range(depth):
            found: _Best = {}
            for node, family in frontier:
                for hop in self._hops(node, homes):
                    state = (hop.end, _family(family, hop))
                    if state in best or (hop.end, "") in best:
                        continue
                    path = (*best[node, family], hop)
                    if state in found:
                        found[state] = max(found[state], path, key=_weakest)
                    elif len(best) + len(found) < self._most:
                        found[state] = path
                    else:
                        self.full = True
            best.update(found)
            frontier = sorted(found)
        return best

    def _hops(self, node: str, homes: dict[str, str]) -> list[Hop]:
        """Return what leads on from a thing, each kind and direction of claims to one other thing together."""
        grouped: dict[tuple[str, str, bool], list[Step]] = {}
        for kind, (source, target, _) in ENDS.items():
            for role, onward in ((source, True), (target, False)):
                for step in self._reader.at(node, kind, role):
                    if step.strength and not {step.source, step.target} <= self._reader.inside(node):
                        other = self._place(step.target if onward else step.source, homes)
                        grouped.setdefault((other, kind, onward), []).append(step)
        return [Hop(node, other, onward, tuple(steps)) for (other, _, onward), steps in grouped.items() if other != node]

    def _place(self, thing: str, homes: dict[str, str]) -> str:
        """Return what stands for a thing on a path: an end for its parts, the whole for a part that is no work of its own."""
        if thing in homes:
            return homes[thing]
        node, seen = NamedNode(thing), {thing}
        while self._reader.index.is_a(node, "WorkPart"):
            whole = next((one for one in self._reader.index.things(node, wh("partOf")) if one.value not in seen), None)
            if whole is None:
                break
            node = whole
            seen.add(node.value)
        return node.value
