"""What an edit must touch to change the outcome of a query.

The walk from `?this` to every step of a pattern is read off the pattern. A triple that is added or removed can change
the outcome for a focus node only if one of its ends is reached from that node by the walk before a step with its
predicate. Of several changed triples on one walk the first counts, and the walk before it is the same in the old
graph and the new; so looking at the new graph is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

from whence.shacl.algebra import (
    All, AnyStep, Atom, Bind, Distinct, ExactlyOne, Exists, Filter, Group, Instance, Join, Minus, No, Pattern, Raw, Some,
    Step, Test, Union,
)  # fmt: skip
from whence.shacl.paths import Path, inverse, normal, nullable, predicates_of
from whence.shacl.vocabulary import SUB_CLASS_OF, TYPE

__all__ = ["Dependency", "dependencies"]

_Routes = dict[str, dict[Path | None, None]]


@dataclass(frozen=True, slots=True)
class Dependency:
    """A step whose triples matter to a query.

    :ivar predicate: the step's predicate, None for any
    :ivar forward: whether the walk reaches the triple's subject (else its object)
    :ivar prefix: the path from the focus node to that end, None when it is the focus node itself
    :ivar everything: a change here may change the outcome for every focus node
    """

    predicate: str | None
    forward: bool = True
    prefix: Path | None = None
    everything: bool = False


def dependencies(pattern: Pattern) -> tuple[Dependency, ...] | None:
    """Return what the outcome of a query depends on, or None when that cannot be told from its pattern."""
    steps: list[Pattern] = []
    if not _collect(pattern, steps):
        return None
    reached: _Routes = {"?this": {None: None}}
    while _extend(steps, reached):
        pass
    found: dict[Dependency, None] = {}
    for step in steps:
        for dependency in _of_step(step, reached):
            found[dependency] = None
    return tuple(found)


def _collect(part: Pattern | Test, steps: list[Pattern]) -> bool:
    """Gather the steps of a pattern, aliases as steps of no length; False when text hides some."""
    if isinstance(part, (Step, AnyStep, Instance)):
        steps.append(part)
        return True
    if isinstance(part, Bind):
        if not part.language and not part.source.endswith(")"):
            steps.append(Step(part.source, ("seq",), part.variable))
        return _collect(part.pattern, steps)
    if isinstance(part, Raw):
        if part.steps is None:
            return False
        steps.extend(part.steps)
        return all(_collect(inner, steps) for inner in part.parts if not isinstance(inner, str))
    if isinstance(part, Atom) and part.operator == "call":
        return False
    return all(_collect(inner, steps) for inner in _inner(part))


def _inner(part: Pattern | Test) -> tuple[Pattern | Test, ...]:
    if isinstance(part, (Join, Union)):
        return part.parts
    if isinstance(part, Minus):
        return (part.left, part.right)
    if isinstance(part, Filter):
        return (part.pattern, part.test)
    if isinstance(part, (Distinct, Group, Exists)):
        return (part.pattern,)
    if isinstance(part, (All, Some, ExactlyOne)):
        return part.tests
    return (part.test,) if isinstance(part, No) else ()


def _extend(steps: list[Pattern], reached: _Routes) -> bool:
    """Reach the variables one step further, by every step that leads there; whether there were any."""
    new: _Routes = {}
    for step in steps:
        if isinstance(step, Step):
            path = normal(step.path)
            for start, way, end in ((step.subject, path, step.object), (step.object, inverse(path), step.subject)):
                if start in reached and end not in reached and end.startswith("?"):
                    new.setdefault(end, {}).update({_joined(route, way): None for route in reached[start]})
    reached.update(new)
    return bool(new)


def _joined(prefix: Path | None, path: Path) -> Path | None:
    parts = [part for item in (prefix, path) if item is not None for part in (item[1:] if item[0] == "seq" else (item,))]
    return None if not parts else parts[0] if len(parts) == 1 else ("seq", *parts)


def _of_step(step: Pattern, reached: _Routes) -> list[Dependency]:
    if isinstance(step, AnyStep):
        routes = reached.get(step.subject)
        return [Dependency(None, True, route) for route in routes] if routes else [Dependency(None, everything=True)]
    if isinstance(step, Instance):
        below = Dependency(SUB_CLASS_OF, everything=True)
        routes = reached.get(step.node)
        if not routes:
            return [Dependency(TYPE, everything=True), below]
        return [*(Dependency(TYPE, True, route) for route in routes), below]
    assert isinstance(step, Step)
    path = normal(step.path)
    order = list(reached)
    ends = [end for end in (step.subject, step.object) if end in reached]
    if ends:
        # The walk to the end that was reached later may lead over this very step.
        start = min(ends, key=order.index)
        way = path if start == step.subject else inverse(path)
        return [found for route in reached[start] for found in _walk(way, route)]
    return [Dependency(predicate, everything=True) for predicate in sorted(predicates_of(path))]


def _walk(path: Path, prefix: Path | None) -> list[Dependency]:
    kind = path[0]
    if kind == "pred":
        return [Dependency(path[1], True, prefix)]
    if kind == "inv":
        return [Dependency(path[1][1], False, prefix)]
    if kind == "alt":
        return [found for part in path[1:] for found in _walk(part, prefix)]
    if kind == "seq":
        found = []
        for part in path[1:]:
            found += _walk(part, prefix)
            prefix = _joined(prefix, part)
        return found
    if kind == "opt":
        return _walk(path[1], prefix)
    repeated = path if nullable(path) else ("star", path[1])
    return _walk(path[1], _joined(prefix, repeated))
