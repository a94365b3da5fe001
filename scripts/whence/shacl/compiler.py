"""Compiles shapes to one query per constraint, each for all focus nodes at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from whence.shacl.algebra import (
    AnyStep, Atom, Bind, Distinct, Exists, Filter, Group, Instance, Join, Minus, Pattern, Raw, Restriction, Step, Table, Test, Union,
    Unit, no, where,
)  # fmt: skip
from whence.shacl.conformance import Conformance, values_pattern
from whence.shacl.dependencies import dependencies
from whence.shacl.embedded_sparql import Calls, pre_bound_query, value_pattern
from whence.shacl.model import Constraint, Shape, Target, Validator
from whence.shacl.paths import Path, is_flat, nullable, predicates_of
from whence.shacl.plan import FocusQuery, Query
from whence.shacl.printer import pattern_text, select_text
from whence.shacl.literals import restored_text
from whence.shacl.shapes_graph import ShapeError, ill_formed
from whence.shacl.vocabulary import count_of, is_blank, sh

THIS, VALUE, PATH, LANGUAGE, OTHER = "?this", "?value", "?path", "?language", "?other"
_LONGEST_IN = 16
_MOST_PROPERTIES = 5_000
_LONGEST_CHAIN = 2
_PAIRS = {"lessThan": "<", "lessThanOrEquals": "<="}


#: The named graph in which a run puts the focus nodes of SPARQL-based targets.
TARGETS = "<urn:x-whence:targets>"


class Compiled:
    """What becomes of shapes.

    :ivar focus: for each shape the query that yields its focus nodes
    :ivar queries: the queries of all constraints
    :ivar calls: the validators that are asked for one node at a time
    :ivar targets: the queries of SPARQL-based targets, by the IRI their focus nodes have in `TARGETS`
    :ivar problems: why a shape was left out
    """

    def __init__(self, split: bool) -> None:
        self.focus: list[FocusQuery] = []
        self.queries: list[Query] = []
        self.calls = Calls(split)
        self.targets: dict[str, str] = {}
        self.problems: list[ShapeError] = []

    def add(self, shape: Shape) -> None:
        """Compile one shape with targets."""
        for target in shape.targets:
            if target.kind == "query":
                self.targets[_target_name(target)] = target.term
        source = _Source(shape, self.calls)
        pattern = source.nodes()
        focus = FocusQuery(
            shape=shape.node,
            text=select_text((THIS,), pattern),
            classes=tuple(target.term for target in shape.targets if target.kind == "class"),
            depends=dependencies(pattern),
        )
        queries = _Shape(shape, source, self.calls).queries()
        for query in queries:
            query.root = shape.node
        self.focus.append(focus)
        self.queries += queries


def compile_shapes(shapes: list[Shape], *, split: bool = False) -> Compiled:
    """Compile shapes with targets; what cannot be compiled is left out and told.

    :param split: whether values stand in a store of their own beside it
    """
    compiled = Compiled(split)
    for shape in shapes:
        try:
            compiled.add(shape)
        except ShapeError as error:
            compiled.problems.append(error)
    return compiled


def focus_nodes(shape: Shape, calls: Calls) -> Pattern:
    """Return the pattern that yields the focus nodes of a shape as `?this`."""
    return _Source(shape, calls).nodes()


def _target_name(target: Target) -> str:
    from hashlib import sha256

    return f"<urn:x-whence:target:{sha256(target.term.encode()).hexdigest()[:32]}>"


class _Source:
    """The focus nodes of a shape: its own targets, or the value nodes of the shape it is a property of."""

    def __init__(self, shape: Shape, calls: Calls, outer: _Source | None = None, path: Path | None = None) -> None:
        self._shape = shape
        self._calls = calls
        self._outer = outer
        self._path = path
        self._spent: list[int] = outer._spent if outer is not None else [0]

    def spend(self, shape: str) -> None:
        """Count one more property shape below the same targets.

        :raises InputError: there are too many
        """
        self._spent[0] += 1
        if self._spent[0] > _MOST_PROPERTIES:
            raise ill_formed(shape, f"it is one of more than {_MOST_PROPERTIES:,} property shapes of one shape")

    def nodes(self) -> Pattern:
        """Return the pattern that yields the focus nodes as `?this`; a node may come more than once."""
        return Join((Restriction(THIS), self.pattern(THIS, 0)))

    def pattern(self, variable: str, depth: int) -> Pattern:
        """Return the pattern for a variable, without the place where a run may pin it."""
        if self._outer is None:
            return self._targets(variable, f"?t{depth}")
        if self._path is None:
            return self._outer.pattern(variable, depth)
        start = f"?f{depth}"
        return Distinct((variable,), values_pattern(self._outer.pattern(start, depth + 1), start, self._path, variable))

    def guard(self) -> Test | None:
        """Return the test that `?this` is a focus node, or None when only its own query can tell."""
        if self._outer is not None:
            return self._outer.guard() if self._path is None else None
        if any(target.kind == "node" for target in self._shape.targets):
            return None
        return Exists(self._targets(THIS, "?t0"))

    def _targets(self, variable: str, other: str) -> Pattern:
        nodes = tuple(target.term for target in self._shape.targets if target.kind == "node")
        parts: list[Pattern] = [Table(variable, nodes)] if nodes else []
        parts += [self._target(target, variable, other) for target in self._shape.targets if target.kind != "node"]
        return parts[0] if len(parts) == 1 else Union(tuple(parts))

    def _target(self, target: Target, variable: str, other: str) -> Pattern:
        subjects, objects = AnyStep(variable, f"{other}p", other), AnyStep(other, f"{other}p", variable)
        if target.shape is not None:
            test = Conformance(self._shape.node, self._calls).shape(target.shape, variable)
            return where(Distinct((variable,), Union((subjects, objects))), test)
        found: dict[str, Pattern] = {
            "class": Instance(variable, target.term), "subjects": Step(variable, ("pred", target.term), other),
            "objects": Step(other, ("pred", target.term), variable), "all subjects": subjects, "all objects": objects,
        }  # fmt: skip
        if target.kind == "query":
            return Raw((f"GRAPH {TARGETS} {{ {_target_name(target)} {sh('target')} {variable} }}",))
        return found[target.kind]


class _Anything(_Source):
    """No restriction: whatever the path starts from."""

    def nodes(self) -> Pattern:
        """Return the pattern that binds nothing."""
        return Unit()


class _Shape:
    """Compiles the constraints of one shape for one source of focus nodes."""

    def __init__(self, shape: Shape, source: _Source, calls: Calls) -> None:
        self._shape = shape
        self._source = source
        self._calls = calls
        self._tests = Conformance(shape.node, calls)

    def queries(self) -> list[Query]:
        """Return the queries of the shape and of the property shapes it holds, in the order of the constraints."""
        found: list[Query] = []
        for constraint in self._shape.constraints:
            if constraint.kind == "property":
                inner = cast(Shape, constraint.arguments[0])
                if not inner.deactivated:
                    self._source.spend(inner.node)
                    found += _Shape(inner, _Source(inner, self._calls, self._source, self._shape.path), self._calls).queries()
                continue
            query = self._compiled(constraint)
            if query is not None:
                found.append(query)
        return found

    def _compiled(self, constraint: Constraint) -> Query | None:
        if constraint.kind == "sparql" or (constraint.kind == "component" and not _asks(constraint)):
            return self._embedded(constraint)
        pattern = _SETS.get(constraint.kind, _Shape._value_violations)(self, constraint)
        if pattern is None:
            return None
        query = self._query(constraint, pattern, select_text(_columns(pattern), pattern))
        if constraint.kind not in _SETS or constraint.kind in _SCANNED:
            self._add_scan(constraint, query)
        return query

    def _add_scan(self, constraint: Constraint, query: Query) -> None:
        """Compile the constraint a second time from the values' end: first what is wrong, then whether it is a target.

        Reading one predicate in its own order is several times faster than looking it up for each focus node.
        """
        path, guard = self._shape.path, self._source.guard()
        sorted_out = constraint.kind == "maxCount" and path is not None and path[0] in ("seq", "alt")
        sorted_out = sorted_out or (constraint.kind == "equals" and nullable(_other(constraint)))
        if path is None or guard is None or not is_flat(path) or sorted_out:
            if constraint.kind == "class":
                missing = self._not_among_instances(constraint)
                query.scan = select_text(_columns(missing), missing)
            return
        other = _Shape(self._shape, _Anything(self._shape, self._calls), self._calls)
        compiled = _Shape._not_among_instances if constraint.kind == "class" else _SETS.get(constraint.kind, _Shape._value_violations)
        pattern = compiled(other, constraint)
        if pattern is not None and not (constraint.kind == "maxCount" and _limit(constraint) < 0):
            columns = _columns(pattern)
            query.scan = select_text(columns, Filter(Distinct(columns, pattern), guard))
            other_end = predicates_of(_other(constraint)) if constraint.kind == "equals" else set()
            query.scan_predicates = tuple(sorted(predicates_of(path) | other_end))

    def _query(self, constraint: Constraint, pattern: Pattern, text: str) -> Query:
        shape = self._shape
        validator = constraint.arguments[0] if constraint.kind in ("sparql", "component") else None
        messages: tuple[str, ...] = ()
        if isinstance(validator, Validator):
            messages, text = validator.messages, restored_text(text)
        takes_value = constraint.kind not in _WITHOUT_VALUE
        source = validator.node if isinstance(validator, Validator) else None
        if constraint.kind == "expression":
            messages, source = cast("tuple[tuple[str, ...], str]", constraint.arguments[1:])
        return Query(
            text=text,
            shape=shape.node,
            component=constraint.component,
            kind=constraint.kind,
            severity=shape.severity,
            messages=messages or shape.messages,
            path=shape.path,
            said=constraint.said,
            value_is_focus=shape.path is None and takes_value,
            source_constraint=source,
            by_value=isinstance(validator, Validator),
            depends=dependencies(pattern),
        )

    def _embedded(self, constraint: Constraint) -> Query:
        validator = cast(Validator, constraint.arguments[0])
        source = Distinct((THIS,), self._source.nodes())
        pattern, one_by_one = pre_bound_query(validator, self._shape, source)
        query = self._query(constraint, pattern, pattern_text(pattern))
        if one_by_one:
            query.focus_text = select_text((THIS,), self._source.nodes())
        return query

    def _node(self) -> str:
        """Return the variable that stands for a value node."""
        return THIS if self._shape.path is None else VALUE

    def _value_nodes(self) -> Pattern:
        nodes = self._source.nodes()
        return nodes if self._shape.path is None else values_pattern(nodes, THIS, self._shape.path, VALUE)

    def _pairs(self) -> Pattern:
        """Return the value nodes with `?value` bound on node shapes too."""
        return values_pattern(self._source.nodes(), THIS, self._shape.path, VALUE)

    def _value_violations(self, constraint: Constraint) -> Pattern:
        values = self._value_nodes()
        if constraint.kind == "component":
            pairs = Distinct((THIS, VALUE), self._pairs())
            accepted = value_pattern(cast(Validator, constraint.arguments[0]), self._shape, pairs)
            if accepted is not None:
                return Minus(self._pairs(), Distinct((THIS, VALUE), accepted))
            tests = Conformance(self._shape.node, Calls())  # of its own: it is asked of the store of values
            return where(values, no(tests.value(self._shape, constraint, THIS, self._node())))
        if constraint.kind == "in" and len(constraint.arguments) > _LONGEST_IN:
            terms = tuple(str(term) for term in constraint.arguments if not is_blank(str(term)))
            return Minus(values, Table(self._node(), terms))
        return where(values, no(self._tests.value(self._shape, constraint, THIS, self._node())))

    def _not_among_instances(self, constraint: Constraint) -> Pattern:
        """All instances of the class at once, which is quicker than asking for each value node when there are many."""
        return Minus(self._value_nodes(), Instance(self._node(), str(constraint.arguments[0])))

    def _closed(self, constraint: Constraint) -> Pattern:
        if self._shape.path is None:
            step: Pattern = Join((self._source.nodes(), AnyStep(THIS, PATH, VALUE)))
        else:
            nodes = values_pattern(self._source.nodes(), THIS, self._shape.path, "?node")
            step = Join((nodes, AnyStep("?node", PATH, VALUE)))
        return where(step, no(Atom("in", PATH, constraint.arguments)))

    def _has_value(self, constraint: Constraint) -> Pattern:
        return where(self._source.nodes(), no(self._tests.constraint(self._shape, constraint, THIS)))

    def _min_count(self, constraint: Constraint) -> Pattern | None:
        limit, path = _limit(constraint), cast(Path, self._shape.path)
        if limit <= 0 or (limit == 1 and nullable(path)):
            return None
        if limit <= _LONGEST_CHAIN:
            return where(self._source.nodes(), no(self._tests.constraint(self._shape, constraint, THIS)))
        return self._fewer(limit, self._pairs())

    def _fewer(self, limit: int, values: Pattern) -> Pattern:
        return Minus(self._source.nodes(), Group((THIS,), VALUE, ">=", limit, values))

    def _more(self, limit: int, values: Pattern) -> Pattern:
        if limit < 0:
            return self._source.nodes()
        return Group((THIS,), VALUE, ">", limit, values) if limit else Distinct((THIS,), values)

    def _max_count(self, constraint: Constraint) -> Pattern:
        limit = _limit(constraint)
        if 0 <= limit < _LONGEST_CHAIN and not isinstance(self._source, _Anything):
            return where(self._source.nodes(), no(self._tests.constraint(self._shape, constraint, THIS)))
        return self._more(limit, self._pairs())

    def _qualified(self, constraint: Constraint) -> Pattern | None:
        limit = _limit(constraint)
        counted = where(self._pairs(), self._tests.qualified(constraint)(VALUE))
        if constraint.kind == "qualifiedMaxCount":
            return self._more(limit, counted)
        return self._fewer(limit, counted) if limit > 0 else None

    def _unique_language(self, constraint: Constraint) -> Pattern:
        tagged = Filter(self._pairs(), Atom("has language", VALUE))
        return Group((THIS, LANGUAGE), VALUE, ">", 1, Bind(tagged, LANGUAGE, VALUE, language=True))

    def _disjoint(self, constraint: Constraint) -> Pattern:
        return where(self._pairs(), self._tests.reaches(THIS, _other(constraint), VALUE))

    def _subset_of(self, constraint: Constraint) -> Pattern:
        return where(self._pairs(), no(self._tests.reaches(THIS, _other(constraint), VALUE)))

    def _unique_values(self, constraint: Constraint) -> Pattern:
        """The values of some properties together are those of another target node (SHACL 1.2, sh:uniqueValuesFor)."""
        if not self._shape.targets or isinstance(self._source, _Anything):
            self._tests.constraint(self._shape, constraint, THIS)  # says why that is not checked
        steps = [(node, ("pred", str(predicate)), f"?key{n}") for node in (THIS, "?rival") for n, predicate in enumerate(constraint.arguments)]
        rivals = Join((self._source.nodes(), *(Step(*step) for step in steps), self._source.pattern("?rival", 1)))
        return where(rivals, no(Atom("same", THIS, ("?rival",))))

    def _less_than(self, constraint: Constraint) -> Pattern:
        both = values_pattern(self._pairs(), THIS, _other(constraint), OTHER)
        return where(both, no(Atom("compare", VALUE, (_PAIRS[constraint.kind], "?other"))))

    def _equals(self, constraint: Constraint) -> Pattern:
        other = values_pattern(self._source.nodes(), THIS, _other(constraint), VALUE)
        only_path = where(self._pairs(), no(self._tests.reaches(THIS, _other(constraint), VALUE)))
        return Union((only_path, Minus(other, self._pairs())))


def _columns(pattern: Pattern) -> tuple[str, ...]:
    return tuple(name for name in (THIS, VALUE, PATH, LANGUAGE, OTHER) if _binds(pattern, name))


def _asks(constraint: Constraint) -> bool:
    return cast(Validator, constraint.arguments[0]).ask


def _limit(constraint: Constraint) -> int:
    return count_of(constraint.arguments[0])


def _other(constraint: Constraint) -> Path:
    return cast(Path, constraint.arguments[0])


_SETS: dict[str, Callable[[_Shape, Constraint], Pattern | None]] = {
    "closed": _Shape._closed,
    **dict.fromkeys(("hasValue", "hasValueIn", "someValue"), _Shape._has_value),
    "subsetOf": _Shape._subset_of,
    "uniqueValuesFor": _Shape._unique_values,
    "minCount": _Shape._min_count,
    "maxCount": _Shape._max_count,
    "qualifiedMinCount": _Shape._qualified,
    "qualifiedMaxCount": _Shape._qualified,
    "uniqueLang": _Shape._unique_language,
    "equals": _Shape._equals,
    "disjoint": _Shape._disjoint,
    "lessThan": _Shape._less_than,
    "lessThanOrEquals": _Shape._less_than,
}
_SCANNED = {"maxCount", "qualifiedMaxCount", "uniqueLang", "disjoint", "equals", "lessThan", "lessThanOrEquals", "subsetOf"}
_WITHOUT_VALUE = {"hasValue", "hasValueIn", "someValue", "uniqueValuesFor", "minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount", "uniqueLang"}


def _binds(pattern: Pattern, name: str) -> bool:
    """Whether a pattern of this module binds a variable for its result."""
    if isinstance(pattern, (Distinct, Group)):
        return name in (pattern.variables if isinstance(pattern, Distinct) else pattern.by)
    if isinstance(pattern, Minus):
        return _binds(pattern.left, name)
    if isinstance(pattern, Filter):
        return _binds(pattern.pattern, name)
    if isinstance(pattern, Bind):
        return name == pattern.variable or _binds(pattern.pattern, name)
    if isinstance(pattern, (Join, Union)):
        return any(_binds(part, name) for part in pattern.parts)
    if isinstance(pattern, Step):
        return name in (pattern.subject, pattern.object)
    if isinstance(pattern, AnyStep):
        return name in (pattern.subject, pattern.predicate, pattern.object)
    if isinstance(pattern, Instance):
        return name == pattern.node
    return isinstance(pattern, (Table, Restriction)) and name == pattern.variable
