"""How one thing reaches another: by influence, by people they share, by what both come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from whence.lineage.steps import COMMITMENTS, ENDS, SOURCES, Reader, Step, reader
from whence.namespaces import IDENTITY, PREFIXES
from whence.things import Claim, Index, claims
from whence.things.index import wh


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path, with every claim that makes it.

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
    def firm(self) -> bool:
        """Whether all of it is affirmed outright, and nobody denies a claim on which a step of it rests most."""
        return self.commitment == COMMITMENTS[0] and not self.contested

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

    From both ends, what claims link is listed, a step at a time, until the two meet. Only the claims on ways that meet are read, and the
    best way from each end to every thing on them is found; where two meet there is a path. So of several ways through the same middle the
    best is given. Longer ways are not looked for once more than are wanted are affirmed outright and denied by nobody: none would come before these.

    :param policy: follow only what the view of this policy licenses, one of `POLICIES`; None follows every affirmation
    :param most: how many things are looked around from each end, and visited
    :returns: no path where none is known up to this length
    :raises UsageError: there is no such policy
    """
    steps = reader(index, policy)
    if start in steps.inside(end) or end in steps.inside(start):
        return Paths(start, end, policy, True, [], [], length, False)
    homes = {part: one for one in (start, end) for part in steps.inside(one)}
    walk = _Walk(steps, homes, most)
    sides = _Side(start), _Side(end)
    for side in sides:
        walk.grow(side)
    reached = min(length, 3)
    while True:
        walk.bridge(*sides)
        found = sorted(_joined(walk, sides, reached), key=lambda path: path.support)
        if reached == length or sum(path.firm for path in found) > limit:
            break
        walk.grow(min(sides, key=lambda side: (side.depth, len(side.frontier))))
        reached += 1
    walked = {step.claim for path in found[:limit] for hop in path.hops for step in hop.steps}
    return Paths(start, end, policy, False, found[:limit], _beside(index, start, end, walked), length, walk.full or len(found) > limit)


def _joined(walk: _Walk, sides: tuple[_Side, _Side], length: int) -> Iterable[Path]:
    """Return the paths of at most so many steps where the best ways from both ends meet."""
    start, end = sides
    middle = start.linked & end.linked
    ahead, back = (walk.reach(side, middle, (length + 1) // 2) for side in sides)
    joined: dict[tuple[str, ...], Path] = {}
    for thing, family in ahead:
        for other in _FAMILIES:
            if (thing, other) in back:
                hops = ahead[thing, family] + tuple(hop.back for hop in reversed(back[thing, other]))
                nodes = [start.end, *(hop.end for hop in hops)]
                if 0 < len(hops) <= length and len(set(nodes)) == len(nodes):
                    joined.setdefault((*nodes, *(hop.steps[0].claim for hop in hops)), Path(hops))
    return joined.values()


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


#: A thing that a claim links with another, whether that may stand for something else on a path, and of the claim: its kind, whether it
#: is the other that is its source, and its IRI.
_Link = tuple[str, bool, str, bool, NamedNode]
#: A thing to those that claims link with it, each with the claims: of which kind, whether the thing is their source, and the claim.
_Links = dict[str, dict[str, list[tuple[str, bool, NamedNode]]]]
#: The ways to go along a claim: its kind, the role that leads to it and the one that leads on, and whether that is from source to target.
_WAYS = [(kind, *ends, onward) for kind, (one, other, _) in ENDS.items() for ends, onward in (((one, other), True), ((other, one), False))]
#: What claims link with some things, and whether the far end may not be what stands on a path.
_LINKS = "SELECT ?near ?claim ?way ?far ?elsewhere {{ {} BIND (EXISTS {{ ?far a wh:WorkPart }} {} AS ?elsewhere) }}"
_CROSSED = f"|| EXISTS {{ GRAPH <{IDENTITY}> {{ ?far wh:sameThing ?same }} }}"


def _along(things: Iterable[Iterable[str]]) -> str:
    """Return the pattern of claims that link some things with any, or with others."""
    values = [f"VALUES ?{name} {{ {' '.join(f'<{one}>' for one in sorted(these))} }}" for name, these in zip(("near", "far"), things, strict=False)]
    ways = []
    for number, (_, here, there, _) in enumerate(_WAYS):
        ends = [f"?claim wh:{here} ?near", f"?claim wh:{there} ?far"]
        # each end is looked up from what is known of it, and the two are joined: else every pair would be tried
        looked_up = [f"{{ SELECT * {{ {one} {end} }} }}" for one, end in zip(values, ends, strict=False)]
        ways.append(f"{{ {' '.join(looked_up + ends[len(values) :])} BIND ({number} AS ?way) }}")
    return " UNION ".join(ways)


def _steps_left(links: _Links, middle: set[str]) -> dict[str, int]:
    """Return how many links at least lead from each thing to the middle, where any do."""
    before: dict[str, list[str]] = {}
    for node, others in links.items():
        for other in others:
            before.setdefault(other, []).append(node)
    left, frontier, steps = dict.fromkeys(middle, 0), list(middle), 0
    while frontier:
        steps += 1
        frontier = [node for node in {one for other in frontier for one in before.get(other, ())} if node not in left]
        left |= dict.fromkeys(frontier, steps)
    return left


class _Side:
    """What is known from one end.

    :ivar links: what claims link with things on this side
    :ivar things: what was reached step by step, the end first, and `frontier` of these what was not looked around at yet
    :ivar depth: how many times the frontier was moved on
    """

    def __init__(self, end: str) -> None:
        self.end = end
        self.links: _Links = {}
        self.things, self.frontier = [end], [end]
        self.depth = 0

    @property
    def linked(self) -> set[str]:
        """What links lead to, and the end."""
        return {self.end, *(other for others in self.links.values() for other in others)}


class _Walk:
    """From both ends, the best paths to everything that ways between them pass.

    :param homes: each end, and each part of it, with the end
    """

    def __init__(self, reader: Reader, homes: dict[str, str], most: int) -> None:
        self._reader = reader
        self._homes = homes
        self._most = most
        self.full = False

    def grow(self, side: _Side) -> None:
        """Move a frontier on, by what claims, affirmed or not, link with it; the parts of an end count as the end."""
        inside = self._inside(side.frontier, self._most - len(side.things) + len(side.frontier))
        known: dict[str, list[_Link]] = {}
        for near, link in self._known(inside):
            known.setdefault(near, []).append(link)
        found = {node: self._others(node, parts, known) for node, parts in inside.items()}
        side.links |= found
        side.depth += 1
        side.frontier = sorted({other for others in found.values() for other in others}.difference(side.things))
        side.things += side.frontier

    def bridge(self, *sides: _Side) -> None:
        """Add to both sides what claims link the things of one with those of the other."""
        insides = [self._inside(side.things, self._most) for side in sides]
        forth: dict[str, list[_Link]] = {}
        back: dict[str, list[_Link]] = {}
        for near, link in self._known(*insides):
            far, _, kind, onward, claim = link
            forth.setdefault(near, []).append((far, True, kind, onward, claim))
            back.setdefault(far, []).append((near, True, kind, not onward, claim))
        for side, own, others, known in zip(sides, insides, reversed(insides), (forth, back), strict=True):
            for node, parts in own.items():
                found = self._others(node, parts, known)
                side.links.setdefault(node, {}).update({other: linking for other, linking in found.items() if other in others})

    def _inside(self, things: list[str], room: int) -> dict[str, frozenset[str]]:
        """Return things, as far as there is room, with what is part of them."""
        self.full |= len(things) > room
        return {node: self._reader.inside(node) for node in things[: max(room, 0)]}

    def _others(self, node: str, parts: frozenset[str], known: dict[str, list[_Link]]) -> dict[str, list[tuple[str, bool, NamedNode]]]:
        """Return what stands on a path for the things that claims link with a thing or its parts, each with the claims."""
        others: dict[str, list[tuple[str, bool, NamedNode]]] = {}
        for far, elsewhere, *linking in (link for part in parts for link in known.get(part, ())):
            other = self._place(self._reader.index.main(far)) if elsewhere else self._homes.get(far, far)
            if other != node:
                others.setdefault(other, []).append(tuple(linking))
        return others

    def _known(self, *insides: dict[str, frozenset[str]]) -> Iterable[tuple[str, _Link]]:
        """Yield what claims link things themselves with: some with any, or some with others."""
        index = self._reader.index
        text = _LINKS.format(_along([set().union(*inside.values()) for inside in insides]), _CROSSED if index.packs else "")
        for near, claim, way, far, elsewhere in index.store.query(text, prefixes=PREFIXES, default_graph=list(index.graphs)):
            kind, _, _, onward = _WAYS[int(way.value)]
            yield near.value, (far.value, elsewhere.value == "true", kind, onward, claim)

    def reach(self, side: _Side, middle: set[str], depth: int) -> _Best:
        """Return the best path of each family to each thing from which the middle can be reached within the steps that are left."""
        left = _steps_left(side.links, middle)
        best: _Best = {(side.end, ""): ()}
        frontier = list(best)
        for more in reversed(range(depth)):
            found: _Best = {}
            for node, family in frontier:
                for hop in self._hops(node, {other: linking for other, linking in side.links.get(node, {}).items() if left.get(other, depth) <= more}):
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

    def _hops(self, node: str, others: dict[str, list[tuple[str, bool, NamedNode]]]) -> list[Hop]:
        """Return what leads on from a thing to others, each kind and direction of claims to one other thing together."""
        hops = []
        for kind, _, _, onward in _WAYS:
            for other, linking in others.items():
                nodes = {claim for one, direction, claim in linking if (one, direction) == (kind, onward)}
                steps = [step for step in self._reader.ranked(nodes, kind) if step.strength and not {step.source, step.target} <= self._reader.inside(node)]
                if steps:
                    hops.append(Hop(node, other, onward, tuple(steps)))
        return hops

    def _place(self, thing: str) -> str:
        """Return what stands for a thing on a path: an end for its parts, the whole for a part that is no work of its own."""
        if thing in self._homes:
            return self._homes[thing]
        node, seen = NamedNode(thing), {thing}
        while self._reader.index.is_a(node, "WorkPart"):
            whole = next((one for one in self._reader.index.things(node, wh("partOf")) if one.value not in seen), None)
            if whole is None:
                break
            node = whole
            seen.add(node.value)
        return node.value
