"""What follows from an edit: rules and views asked again for what it can change, delete and rederive.

In the order of the rules, each is asked for the keys that changed triples can touch (`whence.validation.local`), in the graph as it was
and as it is now. What it no longer says goes, unless it is asserted or follows otherwise; what it says now comes; both are changes for
the rules that follow, until none is left. As in a full run, a rule does not see what only itself or a later one wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad, Store

from whence.inference import Rules
from whence.validation.local import LocalQuery, TooMany

#: Asking rules again for one key takes about as long as a full run over a third of so many characters: not much is done in vain before a full run.
COST = 12_000

_Keys = list[set[object]]


@dataclass(slots=True)
class State:
    """A graph: everything in it, and what of it is asserted.

    :ivar yielded: whether rules, each by its identity, yield triples, as far as that was asked since the graph changed last
    """

    whole: Store
    asserted: Store
    yielded: dict[tuple[int, Quad], bool] = field(default_factory=dict)

    def add(self, quad: Quad) -> None:
        self.whole.add(quad)
        self.yielded.clear()

    def remove(self, quad: Quad) -> None:
        self.whole.remove(quad)
        self.yielded.clear()


@dataclass(slots=True)
class _Rule:
    """A rule, and what was found out about it since the edit.

    :ivar seen: how many of the changes it was asked about
    :ivar keys: those it was asked for
    :ivar said: what it said of them last, before the edit at first
    """

    query: LocalQuery
    keys: _Keys
    seen: int = 0
    said: set[Quad] = field(default_factory=set)

    @classmethod
    def of(cls, query: LocalQuery) -> _Rule:
        return cls(query, [set() for _ in query.parts])


class Deriving:
    """The derivation of a graph after an edit.

    :param size: how many characters the texts of the graph have
    :ivar changes: the triples that came and went, asserted and derived ones, in the order in which that was found
    """

    def __init__(self, closing: Rules, chains: list[LocalQuery], queries: list[LocalQuery], old: State, new: State, size: int) -> None:
        self._closing = closing
        self._old, self._new = old, new
        self._size = size
        self._chains = list(map(_Rule.of, chains))
        self._rules = list(map(_Rule.of, queries))
        self._kept: set[Quad] = set()
        self._asked = 0
        self.changes: list[Quad] = []

    def follow(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Bring the derived triples of the new graph up to date.

        :param removed: triples that were asserted and are no more
        :param added: triples that are asserted and were not
        :raises TooMany: a rule would have to be asked for much
        """
        for quad in added:
            self._add(quad)
        self._remove(removed)
        closed = looked = 0
        while True:
            while closed < len(self.changes):
                self._close(self.changes[closed])
                closed += 1
            for place, rule in [*((None, chain) for chain in self._chains), *enumerate(self._rules)]:
                self._ask(rule, place)
            if closed == len(self.changes) and all(rule.seen == closed for rule in (*self._chains, *self._rules)):
                if looked == closed or not self._kept:
                    return
                looked = closed
                kept, self._kept = self._kept, set()
                self._remove(kept)

    def _add(self, quad: Quad) -> None:
        if quad not in self._new.whole:
            self._new.add(quad)
            self.changes.append(quad)

    def _remove(self, quads: Iterable[Quad]) -> None:
        """Delete triples, and put those back that are asserted or follow from others; these are looked at again when all else is settled."""
        gone = [quad for quad in quads if quad in self._new.whole and quad not in self._new.asserted]
        for quad in gone:
            self._new.remove(quad)
        while True:
            found = [quad for quad in gone if self._is_supported(quad)]
            for quad in found:
                self._new.add(quad)
            self._kept |= set(found)
            if not found:
                break
            gone = [quad for quad in gone if quad not in self._kept]
        self.changes += gone

    def _close(self, quad: Quad) -> None:
        """Follow a change by superproperties, superclasses, inverses and symmetry."""
        others = self._closing.consequences(quad)
        if quad in self._new.whole:
            for other in others:
                self._add(other)
        else:
            self._remove(others)

    def _ask(self, rule: _Rule, place: int | None) -> None:
        """Ask a rule about the changes it has not seen.

        :param place: its place among the rules that are in an order; None for a chain
        """
        unseen = [quad for quad in self.changes[rule.seen :] if rule.query.reads(quad.predicate)]
        rule.seen = len(self.changes)
        keys = rule.query.affected(unseen, self._old.whole, self._new.whole)
        if not any(keys):
            return
        fresh = [own - known for own, known in zip(keys, rule.keys, strict=True)]
        rule.keys = [own | known for own, known in zip(keys, rule.keys, strict=True)]
        self._asked += sum(map(len, fresh))
        if self._asked * COST > self._size:
            raise TooMany
        rule.said |= self._says(rule, place, fresh, self._old)
        now = self._says(rule, place, rule.keys, self._new)
        before, rule.said = rule.said, now
        for quad in now - before:
            self._add(quad)
        self._remove(before - now)

    def _says(self, rule: _Rule, place: int | None, keys: _Keys, state: State) -> set[Quad]:
        if not any(keys):
            return set()
        triples = rule.query.around(state.whole, keys)
        seen = [quad for quad in triples if place is None or self._is_visible(quad, place, state)]
        return {Quad(*triple) for triple in rule.query.rows(seen, keys)}

    def _yields(self, rule: _Rule, place: int | None, quad: Quad, state: State) -> bool:
        known = state.yielded.get((id(rule), quad))
        if known is None:
            known = quad in self._says(rule, place, rule.query.yielding(state.whole, quad), state)
            state.yielded[id(rule), quad] = known
        return known

    def _is_visible(self, quad: Quad, place: int, state: State) -> bool:
        """Report whether the rule at a place sees a triple: an asserted one, what follows from these by closing, or what an earlier rule says."""
        if quad in state.asserted or self._is_closed(quad, state, set()):
            return True
        return any(self._yields(rule, number, quad, state) for number, rule in enumerate(self._rules[:place]) if rule.query.writes(quad))

    def _is_closed(self, quad: Quad, state: State, seen: set[Quad]) -> bool:
        """Report whether a triple follows from asserted ones by closing the graph alone."""
        seen.add(quad)
        for cause in self._closing.causes(quad):
            if cause in state.asserted or (cause in state.whole and cause not in seen and self._is_closed(cause, state, seen)):
                return True
        return any(self._yields(rule, None, quad, state) for rule in self._chains if rule.query.writes(quad))

    def _is_supported(self, quad: Quad) -> bool:
        """Report whether a triple of the new graph is asserted, or follows from others that are not derived from it."""
        return self._is_founded(quad) or any(cause in self._new.whole and self._is_founded(cause) for cause in self._closing.causes(quad))

    def _is_founded(self, quad: Quad) -> bool:
        if quad in self._new.asserted:
            return True
        ruled = any(self._yields(rule, place, quad, self._new) for place, rule in enumerate(self._rules) if rule.query.writes(quad))
        return ruled or any(self._yields(rule, None, quad, self._new) for rule in self._chains if rule.query.writes(quad))


def derived_view(query: LocalQuery, graph: NamedNode, changes: list[Quad], old: Store, new: Store) -> None:
    """Bring a view up to date.

    :param graph: the named graph of the view in the new store
    :param changes: the triples of the default graph that came and went
    :raises TooMany: the view is to be made whole
    """
    keys = query.affected(changes, old, new)
    before, now = ({Quad(*triple) for triple in query.rows(query.around(store, keys), keys)} if any(keys) else set() for store in (old, new))
    for quad in now - before:
        new.add(Quad(quad.subject, quad.predicate, quad.object, graph))
    for quad in before - now:
        others = query.yielding(new, quad)
        if quad not in {Quad(*triple) for triple in query.rows(query.around(new, others), others)}:
            new.remove(Quad(quad.subject, quad.predicate, quad.object, graph))
