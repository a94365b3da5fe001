"""How one thing reaches another: by influence, by people they share, by what both come from."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from whence.lineage.steps import COMMITMENTS, ENDS, SOURCES, Link, Reader, Step, reader
from whence.namespaces import IDENTITY, PREFIXES
from whence.things import Claim, Index, claims
from whence.things.index import wh


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

    From both ends, what claims link is listed up to half the length. Only the claims on ways that meet are read, and the best way from
    each end to every thing on them is found; where two meet there is a path. So of several ways through the same middle the best is given.

    :param index: of a validated graph
    :param start: the IRI of the one
    :param end: the IRI of the other
    :param length: how many steps a path may have
    :param limit: how many paths are returned
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
    halves = (length + 1) // 2, length // 2
    links = walk.around(start, halves[0]), walk.around(end, halves[1])
    middle = _things(start, links[0]) & _things(end, links[1])
    ahead, back = (walk.reach(one, own, middle, depth) for one, own, depth in zip((start, end), links, halves, strict=True))
    joined: dict[tuple[str, ...], Path] = {}
    for thing, family in ahead:
        for other in _FAMILIES:
            if (thing, other) in back:
                hops = ahead[thing, family] + tuple(hop.back for hop in reversed(back[thing, other]))
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


#: A thing to those that claims link with it, each with the claims: of which kind, whether the thing is their source, and the claim.
_Links = dict[str, dict[str, list[tuple[str, bool, NamedNode]]]]
#: The ways to go along a claim: its kind, the role that leads to it and the one that leads on, and whether that is from source to target.
_WAYS = [(kind, *ends, onward) for kind, (one, other, _) in ENDS.items() for ends, onward in (((one, other), True), ((other, one), False))]
#: What claims link, of which nothing else is looked at, and whether the far end may not be what stands on a path.
_LINKS = """SELECT ?near ?claim ?way ?far ?elsewhere {
  VALUES ?near { %s }
  %s
  BIND (EXISTS { ?far a wh:WorkPart } %s AS ?elsewhere)
}"""
_ALONG = " UNION ".join(f"{{ ?claim wh:{here} ?near ; wh:{there} ?far . BIND ({number} AS ?way) }}" for number, (_, here, there, _) in enumerate(_WAYS))
_CROSSED = f"|| EXISTS {{ GRAPH <{IDENTITY}> {{ ?far wh:sameThing ?same }} }}"


def _things(start: str, links: _Links) -> set[str]:
    """Return what links lead to, and where they begin."""
    return {start, *(other for others in links.values() for other in others)}


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


class _Walk:
    """From one end, the best paths to everything that ways between the ends pass.

    :param homes: each end, and each part of it, with the end
    """

    def __init__(self, reader: Reader, homes: dict[str, str], most: int) -> None:
        self._reader = reader
        self._homes = homes
        self._most = most
        self.full = False

    def around(self, start: str, depth: int) -> _Links:
        """Return what claims, affirmed or not, link with everything within a number of steps; the parts of an end count as the end."""
        links: _Links = {}
        frontier = [start]
        for _ in range(depth):
            room = self._most - len(links)
            self.full |= len(frontier) > room
            found = self._around(frontier[:room])
            links |= found
            frontier = sorted({other for others in found.values() for other in others} - links.keys())
        return links

    def _around(self, nodes: list[str]) -> _Links:
        inside = {node: self._reader.inside(node) for node in nodes}
        known = self._known({part for parts in inside.values() for part in parts})
        links: _Links = {}
        for node, parts in inside.items():
            others = links[node] = {}
            for far, elsewhere, *linking in (link for part in parts for link in known[part]):
                other = self._place(self._reader.index.main(far)) if elsewhere else self._homes.get(far, far)
                if other != node:
                    others.setdefault(other, []).append(tuple(linking))
        return links

    def _known(self, parts: set[str]) -> dict[str, list[Link]]:
        """Return what claims link with each thing itself."""
        index, links = self._reader.index, self._reader.links
        found = {part: links.get(part, []) for part in parts}
        asked = sorted(parts - links.keys())
        text = _LINKS % (" ".join(f"<{part}>" for part in asked), _ALONG, _CROSSED if index.packs else "")
        for near, claim, way, far, elsewhere in index.store.query(text, prefixes=PREFIXES, default_graph=list(index.graphs)) if asked else ():
            kind, _, _, onward = _WAYS[int(way.value)]
            found[near.value].append((far.value, elsewhere.value == "true", kind, onward, claim))
        links |= {part: found[part] for part in asked}
        return found

    def reach(self, start: str, links: _Links, middle: set[str], depth: int) -> _Best:
        """Return the best path of each family to each thing from which the middle can be reached within the steps that are left."""
        left = _steps_left(links, middle)
        best: _Best = {(start, ""): ()}
        frontier = list(best)
        for more in reversed(range(depth)):
            found: _Best = {}
            for node, family in frontier:
                for hop in self._hops(node, {other: linking for other, linking in links.get(node, {}).items() if left.get(other, depth) <= more}):
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
