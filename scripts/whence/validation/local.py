"""Queries asked for a few bindings alone, so that after an edit only what it can change is looked at again.

A query is read as parts, each with a key: a variable that every solution of the part binds, and from which its patterns lead to
all that the solution depends on. What a changed triple can touch are the keys of the solutions that it can be part of
(`affected`), in OPTIONAL, MINUS and EXISTS too. Around these keys lie the triples that decide about them (`around`); the query,
unaltered but for the keys as VALUES, says of these few triples what it says of the whole graph about these keys (`rows`).

A query without such a key (a limit, a path that is repeated as a whole, patterns that are not connected) is not read: `read`
returns None, and who asks runs it whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import Any

from pyoxigraph import NamedNode, Quad, Store

from whence.namespaces import PREFIXES
from whence.shacl.dependencies import Token, Unread
from whence.shacl.embedded_sparql import joined, tokenize
from whence.validation.query_trees import Besides, Computed, Group, Select, TreeReader, Values
from whence.validation.solving import MANY, Branch, Step, TooMany, narrowed


@dataclass(slots=True)
class Part:
    """A group of a query that is asked for its keys alone.

    :ivar key: the variable
    :ivar place: after which token of the query the values of the key are put
    :ivar shown: whether a row of the query tells the key
    """

    key: str
    place: int
    branches: list[Branch]
    shown: bool


class LocalQuery:
    """A query that can be asked for some keys alone; made by `read`.

    :ivar heads: the triple patterns that a CONSTRUCT writes
    """

    def __init__(self, tokens: list[Token], parts: list[Part], heads: list[tuple[Any, Any, Any]]) -> None:
        self._tokens = tokens
        self.parts = parts
        self.heads = heads
        self._ways = [(part, [way for branch in part.branches for way in branch.ways_on()]) for part in parts]
        steps = [step for _, ways in self._ways for way, _ in ways for step in way.steps]
        self._names = [[branch.names() for branch in part.branches] for part in parts]
        self._any = any(step.ways is None for step in steps)
        self._read = {predicate for step in steps for predicate, _ in step.ways or ()}

    @property
    def shown(self) -> bool:
        """Whether a row tells the keys that it is of."""
        return all(part.shown for part in self.parts)

    def reads(self, predicate: NamedNode) -> bool:
        """Whether triples with a predicate can matter."""
        return self._any or predicate in self._read

    def writes(self, quad: Quad) -> bool:
        """Report whether a triple has the form of one that a CONSTRUCT writes."""
        return any(all(isinstance(part, str) or part == term for part, term in zip(head, quad.triple, strict=True)) for head in self.heads)

    def affected(self, changed: Iterable[Quad], *stores: Store) -> list[set[Any]]:
        """Return, for each part, the keys of solutions that changed triples can be part of.

        :param stores: the graph before the change and after it
        :raises TooMany: there are many
        """
        keys: list[set[Any]] = [set() for _ in self.parts]
        quads = [quad for quad in changed if self.reads(quad.predicate)]
        for (part, ways), found in zip(self._ways, keys, strict=True) if quads else ():
            for store in stores:
                for way, before in ways:
                    _add_keys(part.key, way, before, store, quads, found)
                if len(found) > MANY:
                    raise TooMany
        return keys

    def yielding(self, store: Store, quad: Quad) -> list[set[Any]]:
        """Return, for each part, the keys of solutions for which a CONSTRUCT may write a triple.

        :raises TooMany: there are many
        """
        keys: list[set[Any]] = [set() for _ in self.parts]
        somewhere = {name for names in self._names for own in names for name in own}
        for head in self.heads:
            given: dict[str, set[Any]] = {}
            if all(narrowed(given, part, {term}) for part, term in zip(head, quad.triple, strict=True)):
                for part, names, found in zip(self.parts, self._names, keys, strict=True):
                    for branch, bound in zip(part.branches, names, strict=True):
                        if not given.keys() & somewhere <= bound:  # what has an unbound variable is not written
                            continue
                        own = {name: nodes for name, nodes in given.items() if name not in branch.computed}
                        solved = branch.solve(store, own, set(), part.key)
                        if solved is not None and (part.key in solved):
                            found |= solved[part.key]
        return keys

    def around(self, store: Store, keys: list[set[Any]]) -> set[Quad]:
        """Return the triples of a graph that decide about some keys.

        :raises TooMany: there are many
        """
        found: set[Quad] = set()
        for part, own in zip(self.parts, keys, strict=True):
            for branch in part.branches if own else ():
                _gather(branch, store, {part.key: own}, found)
        return found

    def rows(self, triples: Iterable[Quad], keys: list[set[Any]]) -> Any:
        """Return what the query yields from the triples around its keys: the engine's solutions or triples."""
        few = Store()
        few.extend(triples)
        text, last = "", 0
        for part, own in sorted(zip(self.parts, keys, strict=True), key=lambda pair: pair[0].place):
            terms = " ".join(sorted(map(str, own)))
            text += f"{joined(self._tokens[last : part.place + 1])} VALUES {part.key} {{ {terms} }} "
            last = part.place + 1
        return few.query(text + joined(self._tokens[last:]))


def _add_keys(key: str, way: Branch, before: int, store: Store, changed: list[Quad], found: set[Any]) -> None:
    """Add the keys of solutions that a changed triple can be part of at one of a way's own steps; without these, more solutions are found."""
    for number, step in enumerate(way.steps[before:], before):
        others = Branch([*way.steps[:number], *way.steps[number + 1 :]], way.values)
        for given in step.bound(store, changed):
            solved = others.solve(store, given, set(), key, found)
            if solved is not None:
                if key not in solved:
                    raise TooMany
                found |= solved[key]


def _gather(branch: Branch, store: Store, given: dict[str, set[Any]], found: set[Quad]) -> None:
    known = branch.solve(store, given, found)
    if known is not None:
        for one in branch.besides:
            _gather(one, store, known, found)


def read(text: str) -> LocalQuery | None:
    """Return a query that can be asked for some keys alone, or None when it cannot.

    :param text: a CONSTRUCT or SELECT that the engine takes

    >>> query = read("SELECT ?focus { ?focus a wh:Casting ; wh:work ?work MINUS { ?work a wh:Film } }")
    >>> query.parts[0].key, query.shown
    ('?focus', True)
    >>> read("SELECT ?s { ?s ?p ?o } LIMIT 1") is None
    True
    """
    return _read("".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()) + text)


@lru_cache(256)
def _read(text: str) -> LocalQuery | None:
    try:
        tokens = tokenize(text, "<query>")
        reader = TreeReader(tokens)
        heads = reader.template()
        columns = reader.columns()
        parts = _parts(reader.tree(), [subject for subject, _, _ in heads if isinstance(subject, str)], columns)
    except (Unread, IndexError, StopIteration):
        return None
    return LocalQuery(tokens, parts, heads) if parts else None


_scopes = count()


def _branches(group: Group) -> list[Branch]:
    """Return the branches of a group: one for each choice among its UNIONs."""
    found = [Branch()]
    besides: list[Branch] = []
    for element in group.elements:
        if isinstance(element, Step):
            others = [Branch([element])]
        elif isinstance(element, Besides):
            besides += _branches(element.group)
            continue
        elif isinstance(element, Values):
            others = [Branch(values=element.values, computed=set(element.values))]
        elif isinstance(element, Computed):
            others = [_alias(element)]
        elif isinstance(element, Select):
            others = _of_select(element)
        else:
            others = [branch for one in element for branch in _branches(one)]
        found = [one & other for one in found for other in others]
    return [Branch(one.steps, one.values, [*one.besides, *besides], one.computed) for one in found]


def _alias(one: Computed) -> Branch:
    """A variable that has the term of another is a step of no length between the two."""
    steps = [Step(one.source, (), one.name, 0)] if one.source else []
    return Branch(steps, computed={one.name})


def _of_select(select: Select) -> list[Branch]:
    """Return the branches of a sub-SELECT, the variables that it does not show renamed."""
    scope = next(_scopes)
    shown = set(select.columns)
    branches = [one & other for one in _branches(select.group) for other in [_all(map(_alias, select.computed))]]
    return [_renamed(branch, shown, scope) for branch in branches]


def _all(branches: Iterable[Branch]) -> Branch:
    found = Branch()
    for one in branches:
        found = found & one
    return found


def _renamed(branch: Branch, shown: set[str], scope: int) -> Branch:
    def own(part: Any) -> Any:
        return part if not isinstance(part, str) or part in shown else f"{part}~{scope}"

    steps = [replace(one, subject=own(one.subject), object=own(one.object), predicate=one.predicate and own(one.predicate)) for one in branch.steps]
    values = {own(name): nodes for name, nodes in branch.values.items()}
    return Branch(steps, values, [_renamed(one, shown, scope) for one in branch.besides], set(map(own, branch.computed)))


def _parts(group: Group, wanted: list[str], columns: list[str], allowed: list[str] | None = None) -> list[Part]:
    """Return the parts of a query, each with its key; an empty list when one has none.

    :param wanted: variables that are the better keys
    :param allowed: the only variables that a key may be, or None for any
    """
    elements = [one for one in group.elements if not isinstance(one, Computed)]
    if len(elements) == 1 and isinstance(elements[0], Select) and group.place < 0:
        return _inside(elements[0], wanted, columns, allowed)
    branches = _branches(group)
    used = (part for one in branches for step in one.steps for part in step.ends(True) if _is_name(part))
    for name in dict.fromkeys([*wanted, "?focus", *columns, *(allowed or ()), *used]):
        if (allowed is None or name in allowed) and "~" not in name and all(_leads(one, name) for one in branches):
            return [Part(name, group.place, branches, name in columns)]
    if len(elements) == 1 and isinstance(elements[0], list):
        found = [_parts(one, wanted, columns, allowed) for one in elements[0]]
        return [part for parts in found for part in parts] if all(found) else []
    if len(elements) == 1 and isinstance(elements[0], Select):
        return _inside(elements[0], wanted, columns, allowed)
    return []


def _inside(select: Select, wanted: list[str], columns: list[str], allowed: list[str] | None) -> list[Part]:
    """Return the parts of a sub-SELECT: of one that is grouped, the key is one that it is grouped by."""
    keys = select.grouped
    if keys is None and any(one.source is None for one in select.computed):
        keys = select.columns
    both = keys if allowed is None else allowed if keys is None else [name for name in keys if name in allowed]
    shown = [name for name in columns if name in select.columns]
    return _parts(select.group, wanted, shown, both)


def _is_anchored(branch: Branch) -> bool:
    """Report whether a triple, a term or VALUES binds it: paths of no length alone hold at every node of a graph."""
    return bool(branch.values) or any(step.least or not all(map(_is_name, step.ends(True))) for step in branch.steps)


def _is_name(part: Any) -> bool:
    return isinstance(part, str)


def _leads(branch: Branch, key: str, reached: set[str] | None = None) -> bool:
    """Report whether from a key all steps of a branch, and those of what may hold besides, are reached."""
    if reached is None and (key in branch.computed or not any(key in step.ends(True) for step in branch.steps) or not _is_anchored(branch)):
        return False
    reached = {key} if reached is None else set(reached)
    waiting = [step for step in branch.steps if any(_is_name(part) for part in step.ends(True))]
    while met := [step for step in waiting if reached & {part for part in step.ends(True) if _is_name(part)}]:
        reached |= {part for step in met for part in step.ends(True) if _is_name(part)}
        waiting = [step for step in waiting if step not in met]
    return not waiting and all(_leads(one, key, reached) for one in branch.besides)
