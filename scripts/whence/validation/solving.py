"""What the variables of a pattern may stand for around a few nodes of a graph: joins one step at a time, the cheapest first.

A pattern is a `Branch`: `Step`s that hold together, and groups that may hold besides. What a variable may stand for is a set that each
step narrows; so what is found holds every solution, and may hold more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

#: So many nodes or triples on the way are looked at before a query is cheaper to run whole.
MANY = 20_000
#: To find the cheapest step, the triples that lead on from so many nodes are counted, and no more of them than so many of each.
_SAMPLE, _AT_MOST = 3, 2_000
#: They are counted up to the first of these, and up to the second where every step leads to more.
_COUNTED = (10.0, float(MANY))
_DEFAULT = DefaultGraph()


class TooMany(Exception):
    """An edit can change so much of what a query says that it is to be run whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A triple pattern, its path cut into pieces without a sequence.

    :ivar subject: a variable's name with `?`, or a term
    :ivar ways: the predicates that lead from subject to object, each with whether backwards; None for any
    :ivar object: as the subject
    :ivar least: how many triples it is at least, 0 where both ends may be one node
    :ivar endless: whether it may be any number of them
    :ivar predicate: the variable in the place of the predicate, or None
    :ivar witness: the direction, forward or not, in which one triple is as good as all; None where each counts
    """

    subject: Any
    ways: tuple[tuple[NamedNode, bool], ...] | None
    object: Any
    least: int = 1
    endless: bool = False
    predicate: str | None = None
    witness: bool | None = None

    def ends(self, forward: bool) -> tuple[Any, Any]:
        return (self.subject, self.object) if forward else (self.object, self.subject)

    def from_node(self, store: Store, node: Any, forward: bool) -> Iterator[tuple[Any, Quad]]:
        """Yield the nodes that one triple leads to, each with the triple."""
        found = self._from_node(store, node, forward)
        return islice(found, 1) if forward is self.witness else found

    def _from_node(self, store: Store, node: Any, forward: bool) -> Iterator[tuple[Any, Quad]]:
        for predicate, backwards in self.ways or ((None, False),):
            if forward is backwards:
                yield from ((quad.subject, quad) for quad in store.quads_for_pattern(None, predicate, node, _DEFAULT))
            elif not isinstance(node, Literal):
                yield from ((quad.object, quad) for quad in store.quads_for_pattern(node, predicate, None, _DEFAULT))

    def reach(self, store: Store, nodes: Iterable[Any], forward: bool, found: set[Quad]) -> set[Any]:
        """Return the nodes that it leads to, and gather the triples on the way.

        :raises TooMany: there are many
        """
        reached: set[Any] = set() if self.least else set(nodes)
        waiting = list(nodes) if self.ways != () else []
        seen = set(waiting)
        while waiting:
            if len(found) > MANY or len(reached) > MANY:
                raise TooMany
            for other, quad in self.from_node(store, waiting.pop(), forward):
                found.add(quad)
                reached.add(other)
                if self.endless and other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return reached

    def cost(self, store: Store, nodes: set[Any], forward: bool, most: float) -> float:
        """Return about how many triples lead on from nodes, counted no further than to the most."""
        if self.ways == ():
            return 0
        sample = list(islice(nodes, _SAMPLE))
        counted = int(min(most * len(sample) / max(len(nodes), 1) + 1, _AT_MOST))
        return sum(sum(1 for _ in islice(self.from_node(store, node, forward), counted)) for node in sample) * len(nodes) / max(len(sample), 1)

    def bound(self, store: Store, changed: Iterable[Quad]) -> Iterator[dict[str, set[Any]]]:
        """Yield what its variables may stand for where one of some triples is part of it."""
        for predicate, backwards in self.ways or ((None, False),) if self.ways != () else ():
            quads = [quad for quad in changed if predicate is None or predicate == quad.predicate]
            subject, object_ = self.ends(not backwards)
            if not self.endless:
                quads = [q for q in quads if (isinstance(subject, str) or subject == q.subject) and (isinstance(object_, str) or object_ == q.object)]
            if not quads:
                continue
            subjects: set[Any] = {quad.subject for quad in quads}
            objects: set[Any] = {quad.object for quad in quads}
            starts, ends = (objects, subjects) if backwards else (subjects, objects)
            if self.endless:
                starts |= self.reach(store, starts, False, set())
                ends |= self.reach(store, ends, True, set())
            found: dict[str, set[Any]] = {}
            if all(narrowed(found, part, nodes) for part, nodes in ((self.subject, starts), (self.object, ends))):
                yield found | ({self.predicate: {quad.predicate for quad in quads}} if self.predicate else {})


def narrowed(found: dict[str, set[Any]], part: Any, nodes: set[Any]) -> bool:
    """Note what a variable may stand for; report whether anything is left, for a term whether it is among the nodes."""
    if not isinstance(part, str):
        return part in nodes
    found[part] = found[part] & nodes if part in found else set(nodes)
    return bool(found[part])


@dataclass(slots=True)
class Branch:
    """Steps that hold together, and groups that may hold besides (OPTIONAL, MINUS, EXISTS)."""

    steps: list[Step] = field(default_factory=list)
    values: dict[str, set[Any]] = field(default_factory=dict)
    besides: list[Branch] = field(default_factory=list)
    computed: set[str] = field(default_factory=set)

    def __and__(self, other: Branch) -> Branch:
        values = {name: self.values.get(name, nodes) & other.values.get(name, nodes) for name, nodes in (self.values | other.values).items()}
        return Branch([*self.steps, *other.steps], values, [*self.besides, *other.besides], self.computed | other.computed)

    def names(self) -> set[str]:
        """Return the variables that it may bind."""
        own = {part for step in self.steps for part in (step.subject, step.object, step.predicate) if isinstance(part, str)}
        return own.union(self.values, self.computed, *(one.names() for one in self.besides))

    def ways_on(self) -> Iterator[tuple[Branch, int]]:
        """Yield the branch alone, and with each group that may hold besides, all the way down; each with how many of its steps came before."""
        yield Branch(self.steps, self.values), 0
        for one in self.besides:
            for way, before in one.ways_on():
                yield Branch(self.steps, self.values) & way, len(self.steps) + before

    def solve(
        self, store: Store, given: dict[str, set[Any]], found: set[Quad], wanted: str | None = None, settled: Collection[Any] = ()
    ) -> dict[str, set[Any]] | None:
        """Return what the variables may stand for, the steps taken cheapest first, or None where there is no solution.

        :param given: what some stand for
        :param found: takes the triples that were met
        :param wanted: a variable; once it is known, steps only narrow it
        :param settled: once it can stand for nothing else than some of these, nothing more is looked for
        """
        known = dict(given)
        if not all(narrowed(known, name, nodes) for name, nodes in self.values.items()):
            return None
        waiting = list(self.steps)
        while waiting and not (settled and wanted in known and known[wanted].issubset(settled)):
            chosen = _cheapest(store, waiting, known, wanted is not None and wanted in known)
            if chosen is None:
                break
            step, forward = chosen
            waiting.remove(step)
            start, end = step.ends(forward)
            nodes = known[start] if isinstance(start, str) else {start}
            if not narrowed(known, end, step.reach(store, nodes, forward, found)):
                return None
            if isinstance(start, str) and not step.endless and step.least:  # nodes that lead nowhere are none
                nodes = known[end] if isinstance(end, str) else {end}
                known[start] = {node for node in known[start] if any(other in nodes for other, _ in step.from_node(store, node, forward))}
        return known


def _cheapest(store: Store, steps: list[Step], known: dict[str, set[Any]], narrowing: bool) -> tuple[Step, bool] | None:
    """Return the step to take next and in which direction; None when none is connected with what is known."""
    choices = []
    for step in steps:
        free = [part for part in (step.subject, step.object) if isinstance(part, str) and part not in known]
        if len(free) < 2 and not (narrowing and free):
            choices += [(step, forward) for forward in (True, False) if step.ends(forward)[0] not in free]
    choices.sort(key=lambda choice: _number(choice[0].ends(choice[1])[0], known))
    for most in _COUNTED:  # little is counted where one step is cheap
        best = None
        for step, forward in choices:
            start, _ = step.ends(forward)
            cost = step.cost(store, known[start] if isinstance(start, str) else {start}, forward, most)
            if cost < most:
                best, most = (step, forward), cost
            if cost == 0:
                break
        if best:
            return best
    return choices[0] if choices else None


def _number(start: Any, known: dict[str, set[Any]]) -> int:
    """How many nodes a step starts from; a term of the query comes last, since it often has more triples than can be counted."""
    return len(known[start]) if isinstance(start, str) else MANY
