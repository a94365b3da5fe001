"""Shapes as tests: does a node conform to a shape (SHACL section 3.4)?

The test of a nested shape is one expression over the node, walking outward step by step, so its size grows with the
shape and an engine can answer it from its indexes for each node.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from whence.shacl.algebra import (
    Always, AnyStep, Atom, Bind, ExactlyOne, Exists, Group, Instance, Join, Pattern, Step, Table, Test, Union, Unit, all_of, no,
    some_of, where,
)  # fmt: skip
from whence.shacl.embedded_sparql import Calls, ask_test, select_test
from whence.shacl.model import Constraint, Shape, Validator
from whence.shacl.reader import NODE_KINDS
from whence.shacl.results import literal
from whence.shacl.paths import Path, nonzero, normal, nullable
from whence.shacl.shapes_graph import THE_SHAPE, Problem, ShapeError, ill_formed
from whence.shacl.vocabulary import FIRST, NIL, REIFIES, REST, SUB_CLASS_OF, TRUE, count_of, is_blank, is_literal, lexical

COMPARISONS = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}
_LENGTHS = {"minLength": ">=", "maxLength": "<="}
_PAIRS = {"lessThan": "<", "lessThanOrEquals": "<="}
_LONGEST_CHAIN = 3
_MOST_PARTS = 5_000
_LONGEST_IN = 16
#: What ends a line (SHACL 1.2, sh:singleLine).
_LINE_ENDS = literal("[\n\r\v\f]")
_FIRST, _REST = ("pred", FIRST), ("pred", REST)


def walk_pattern(start: str, path: Path, end: str) -> Pattern:
    """Return the pattern of a path between two variables, with the start itself spelled out for zero-length paths.

    A zero-length path of SPARQL matches nodes of the graph only; a SHACL value node may be outside it.
    """
    if not nullable(path):
        return Step(start, path, end)
    return Union((Bind(Unit(), end, start), Step(start, nonzero(path), end)))


def values_pattern(source: Pattern, start: str, path: Path | None, value: str) -> Pattern:
    """Return the value nodes of every node of a source (SHACL section 2.3); a pair may come more than once."""
    if path is None:
        return Bind(source, value, start)
    walked = Join((source, Step(start, nonzero(path), value)))
    return Union((Bind(source, value, start), walked)) if nullable(path) else walked


class Conformance:
    """Builds tests; every variable it needs is new.

    :param calls: takes up the validators that have to be asked for one node at a time
    """

    def __init__(self, owner: str, calls: Calls | None = None) -> None:
        self._calls = calls or Calls()
        self._owner = owner
        self._count = 0

    def fresh(self) -> str:
        """Return a variable not used before."""
        self._count += 1
        if self._count > _MOST_PARTS:
            raise ill_formed(self._owner, f"it unfolds to more than {_MOST_PARTS:,} parts", "Refer to fewer shapes.")
        return f"?n{self._count}"

    def shape(self, shape: Shape, node: str) -> Test:
        """Return the test that a node conforms to a shape."""
        if shape.deactivated:
            return Always()
        self.fresh()
        return all_of([self.constraint(shape, constraint, node) for constraint in shape.constraints])

    def constraint(self, shape: Shape, constraint: Constraint, node: str) -> Test:
        """Return the test that a focus node meets one constraint of a shape.

        :raises ShapeError: it is about target nodes, of which a shape inside another has none
        """
        if constraint.kind == "uniqueValuesFor":
            message = f"{THE_SHAPE} has sh:uniqueValuesFor, which is for node shapes with targets, so it is not checked."
            raise ShapeError(Problem("unchecked", shape.node, message, "Give that shape its targets."))
        if self.is_of_values(constraint):
            if shape.path is None:
                return self.value(shape, constraint, node, node)
            return no(self.along(node, shape.path, lambda value: no(self.value(shape, constraint, node, value))))
        return self._of_set(shape, constraint, node)

    @staticmethod
    def is_of_values(constraint: Constraint) -> bool:
        """Whether a constraint looks at each value node by itself."""
        if constraint.kind == "component":
            return cast(Validator, constraint.arguments[0]).ask
        return constraint.kind in _VALUE_TESTS or constraint.kind == "reifierShape"

    def value(self, shape: Shape, constraint: Constraint, this: str, value: str) -> Test:
        """Return the test that one value node of a focus node meets a constraint for which `is_of_values` holds."""
        if constraint.kind == "component":
            validator = cast(Validator, constraint.arguments[0])
            return self._called(validator, shape, this, value) or ask_test(validator, shape, this, value, self.fresh)
        if constraint.kind == "reifierShape":
            return self._reified(cast("tuple[str, Shape, bool]", constraint.arguments), this, value)
        return _VALUE_TESTS[constraint.kind](self, constraint, value)

    def _called(self, validator: Validator, shape: Shape, *nodes: str) -> Test | None:
        """Return the test that a validator is met, as a call; None when it can be part of the query."""
        number = self._calls.number(validator, shape)
        return None if number is None else Atom("call", nodes[-1], (number, *nodes[:-1]))

    def along(self, node: str, path: Path | None, test: Callable[[str], Test]) -> Test:
        """Return the test that some value node along a path meets a test."""
        return test(node) if path is None else self._along(node, normal(path), test)

    def _along(self, node: str, path: Path, test: Callable[[str], Test]) -> Test:
        kind = path[0]
        if kind == "seq":
            if len(path) == 2:
                return self._along(node, path[1], test)
            return self._along(node, path[1], lambda middle: self._along(middle, ("seq", *path[2:]), test))
        if kind == "alt" and (nullable(path) or any(part[0] not in ("pred", "inv") for part in path[1:])):
            return some_of([self._along(node, part, test) for part in path[1:]])
        if nullable(path):
            further = ("plus", path[1]) if kind in ("star", "plus") else path[1]
            return some_of([test(node), self._walk(node, further, test)])
        return self._walk(node, path, test)

    def _walk(self, node: str, path: Path, test: Callable[[str], Test]) -> Test:
        end = self.fresh()
        return Exists(where(Step(node, path, end), test(end)))

    def reaches(self, node: str, path: Path, value: str) -> Test:
        """Return the test that a path leads from one node to another."""
        if nullable(path):
            return self.along(node, path, lambda end: Atom("same", end, (value,)))
        return Exists(Step(node, path, value))

    def _of_set(self, shape: Shape, constraint: Constraint, node: str) -> Test:
        path, kind, arguments = shape.path, constraint.kind, constraint.arguments
        if kind == "hasValue":
            term = str(arguments[0])
            if is_blank(term):
                return no(Always())  # a blank node of the shapes is none of the data
            if path is not None and path[0] == "pred":
                return Exists(Step(node, path, term))
            return self.along(node, path, lambda value: Atom("same", value, (term,)))
        if kind in ("minCount", "maxCount"):
            limit = count_of(arguments[0])
            return self._count_test(node, path, kind == "minCount", limit, lambda value: Always())
        if kind in ("qualifiedMinCount", "qualifiedMaxCount"):
            limit = count_of(arguments[0])
            return self._count_test(node, path, kind == "qualifiedMinCount", limit, self.qualified(constraint))
        if kind in _SOME:
            return self.along(node, path, lambda value: _SOME[kind](self, constraint, value))
        if kind == "uniqueLang":
            return no(self.along(node, path, lambda value: self._shares_language(node, path, value)))
        if kind in ("sparql", "component"):
            validator = cast(Validator, arguments[0])
            return self._called(validator, shape, node) or no(select_test(validator, shape, node, self.fresh))
        return self._pair_test(kind, cast(Path, arguments[0]), node, path)

    def qualified(self, constraint: Constraint) -> Callable[[str], Test]:
        """Return what a value node must meet to be counted (SHACL section 4.7.3)."""
        _, inner, siblings = cast("tuple[str, Shape, Sequence[Shape]]", constraint.arguments)
        return lambda value: all_of(
            [self.shape(inner, value), *(no(self.shape(sibling, value)) for sibling in siblings)]
        )

    def _count_test(
        self, node: str, path: Path | None, at_least: bool, limit: int, counts: Callable[[str], Test]
    ) -> Test:
        if not at_least:
            return no(self._count_test(node, path, True, limit + 1, counts))
        if limit <= 0:
            return Always()
        assert path is not None
        if limit <= _LONGEST_CHAIN:
            return self._several(node, path, limit, counts, ())
        end = self.fresh()
        return Exists(Group((node,), end, ">=", limit, where(walk_pattern(node, path, end), counts(end))))

    def _several(
        self, node: str, path: Path, number: int, counts: Callable[[str], Test], before: tuple[str, ...]
    ) -> Test:
        """At least so many different value nodes: one exists, and different from it another, and so on."""
        if number == 0:
            return Always()

        def another(value: str) -> Test:
            different = [no(Atom("same", value, (other,))) for other in before]
            more = self._several(node, path, number - 1, counts, (*before, value))
            return all_of([*different, counts(value), more])

        return self.along(node, path, another)

    def _shares_language(self, node: str, path: Path | None, value: str) -> Test:
        def shares(other: str) -> Test:
            return all_of([no(Atom("same", other, (value,))), Atom("same language", other, (value,))])

        return all_of([Atom("has language", value), self.along(node, path, shares)])

    def _pair_test(self, kind: str, other: Path, node: str, path: Path | None) -> Test:
        if kind == "disjoint":
            return no(self.along(node, path, lambda value: self.reaches(node, other, value)))
        if kind == "subsetOf":
            return no(self.along(node, path, lambda value: no(self.reaches(node, other, value))))
        if kind in _PAIRS:
            end = self.fresh()

            def too_great(value: str) -> Test:
                return Exists(where(walk_pattern(node, other, end), no(Atom("compare", value, (_PAIRS[kind], end)))))

            return no(self.along(node, path, too_great))
        end = self.fresh()
        missing = where(walk_pattern(node, other, end), no(self.along(node, path, lambda value: Atom("same", value, (end,)))))
        return all_of(
            [no(self.along(node, path, lambda value: no(self.reaches(node, other, value)))), no(Exists(missing))]
        )

    def _closed(self, constraint: Constraint, value: str) -> Test:
        predicate, end = self.fresh(), self.fresh()
        return no(Exists(where(AnyStep(value, predicate, end), no(Atom("in", predicate, constraint.arguments)))))

    def _expression(self, constraint: Constraint, value: str) -> Test:
        """What the expression gives for a value node is true and nothing else (SHACL-AF section 7)."""
        end = self.fresh()
        given = self.evaluated(cast(tuple, constraint.arguments[0]), Unit(), value, end)  # type: ignore[type-arg]
        is_true = Atom("same", end, (TRUE,))
        return all_of([Exists(where(given, is_true)), no(Exists(where(given, no(is_true))))])

    def evaluated(self, expression: tuple, source: Pattern, node: str, end: str) -> Pattern:  # type: ignore[type-arg]
        """Return the pattern that binds a variable to the nodes a node expression gives (SHACL-AF section 6).

        :param source: binds the focus node
        """
        kind, *parts = expression
        if kind in ("this", "constant"):
            return Bind(source, end, node if kind == "this" else parts[0])
        if kind == "path":
            start = self.fresh()
            return values_pattern(self.evaluated(parts[1], source, node, start), start, parts[0], end)
        if kind == "filter":
            return where(self.evaluated(parts[1], source, node, end), self.shape(parts[0], end))
        if kind in ("union", "intersection"):
            inner = tuple(self.evaluated(part, source, node, end) for part in parts)
            return Union(inner) if kind == "union" else Join(inner)
        ends = [self.fresh() for _ in parts[1:]]
        arguments = [self.evaluated(part, source, node, name) for part, name in zip(parts[1:], ends, strict=True)]
        return Bind(Join((source, *arguments)), end, f"{parts[0]}({', '.join(ends)})")

    def _among(self, constraint: Constraint, value: str) -> Test:
        """A long list of literals becomes a table: as an expression it could be too deep for an engine."""
        terms = tuple(str(term) for term in constraint.arguments)
        if len(terms) <= _LONGEST_IN or not any(map(is_literal, terms)):
            return Atom("in", value, terms)
        term = self.fresh()
        table = Table(term, tuple(other for other in terms if not is_blank(other)))
        return Exists(where(table, Atom("same", term, (value,))))

    def _root_class(self, constraint: Constraint, value: str) -> Test:
        cls = str(constraint.arguments[0])
        return some_of([Atom("same", value, (cls,)), Exists(Step(value, ("plus", ("pred", SUB_CLASS_OF)), cls))])

    def _reified(self, arguments: tuple[str, Shape, bool], this: str, value: str) -> Test:
        """Every reifier of the triple of a value conforms to a shape, and there is one where that is required (SHACL 1.2)."""
        predicate, inner, required = arguments
        reifier, triple = self.fresh(), f"<<( {this} {predicate} {value} )>>"
        wrong = where(Step(reifier, ("pred", REIFIES), triple), no(self.shape(inner, reifier)))
        some = [Exists(Step(self.fresh(), ("pred", REIFIES), triple))] if required else []
        return all_of([no(Exists(wrong)), *some])

    def _list(self, constraint: Constraint, value: str) -> Test:
        """The value is a SHACL list (SHACL 1.2): each cell has one first and one rest, and the last rest is rdf:nil.

        Along such cells only a list without a circle comes to rdf:nil.
        """
        def one(cell: str, path: Path) -> Test:
            return all_of([self._count_test(cell, path, at_least, 1, lambda _: Always()) for at_least in (True, False)])

        def is_cell(cell: str) -> Test:
            end = [Atom("same", cell, (NIL,)), *(no(Exists(Step(cell, path, self.fresh()))) for path in (_FIRST, _REST))]
            return some_of([all_of(end), all_of([no(end[0]), one(cell, _FIRST), one(cell, _REST)])])

        cells = ("star", _REST)
        well_formed = [no(self.along(value, cells, lambda cell: no(is_cell(cell)))), self.reaches(value, cells, NIL)]
        return all_of([*well_formed, self._members(constraint, value)])

    def _members(self, constraint: Constraint, value: str) -> Test:
        """What a constraint says of the members of a list, each as often as it stands there."""
        kind, argument = constraint.kind, constraint.arguments[0]
        if kind == "memberShape":
            members = ("seq", ("star", _REST), _FIRST)
            return no(self.along(value, members, lambda member: no(self.shape(cast(Shape, argument), member))))
        if kind == "uniqueMembers":
            def again(cell: str) -> Test:
                member, other = self.fresh(), self.fresh()
                here = some_of([Atom("same", other, (value,)), Exists(Step(value, ("plus", _REST), other))])
                both = Join((Step(cell, _FIRST, member), Step(other, _FIRST, member)))
                return Exists(where(both, all_of([no(Atom("same", other, (cell,))), here])))

            return no(self.along(value, ("star", _REST), again)) if argument == TRUE else Always()
        place = int(lexical(str(argument))) + (kind == "maxListLength")
        path = ("seq", *[_REST] * (place - 1), _FIRST) if place > 1 else _FIRST
        there = Exists(Step(value, path, self.fresh())) if place > 0 else Always()
        return there if kind == "minListLength" else no(there)

    def _shapes(self, constraint: Constraint, value: str) -> list[Test]:
        return [self.shape(cast(Shape, inner), value) for inner in constraint.arguments]


def _atom(operator: str, *before: object) -> Callable[[Conformance, Constraint, str], Test]:
    return lambda _, constraint, value: Atom(operator, value, (*before, *constraint.arguments))


#: What one value at least must meet.
_SOME: dict[str, Callable[[Conformance, Constraint, str], Test]] = {
    "someValue": lambda self, constraint, value: self.shape(cast(Shape, constraint.arguments[0]), value),
    "hasValueIn": Conformance._among,
}
_VALUE_TESTS: dict[str, Callable[[Conformance, Constraint, str], Test]] = {
    "class": lambda _, constraint, value: Exists(Instance(value, str(constraint.arguments[0]))),
    "datatype": _atom("datatype"),
    "nodeKind": lambda _, constraint, value: Atom("kind", value, NODE_KINDS[str(constraint.arguments[0])]),
    "classes": lambda _, constraint, value: some_of([Exists(Instance(value, str(cls))) for cls in constraint.arguments]),
    "datatypes": lambda _, constraint, value: some_of([Atom("datatype", value, (datatype,)) for datatype in constraint.arguments]),
    "nodeKinds": lambda _, constraint, value: some_of([Atom("kind", value, NODE_KINDS[str(kind)]) for kind in constraint.arguments]),
    "singleLine": lambda _, constraint, value: no(
        all_of([Atom("kind", value, ("Literal",)), Atom("pattern", value, (_LINE_ENDS, None))])
    ),
    "rootClass": Conformance._root_class,
    **dict.fromkeys(("memberShape", "minListLength", "maxListLength", "uniqueMembers"), Conformance._list),
    "in": Conformance._among,
    "languageIn": _atom("language in"),
    "pattern": _atom("pattern"),
    "closed": Conformance._closed,
    "expression": Conformance._expression,
    **dict.fromkeys(("node", "property", "and"), lambda self, constraint, value: all_of(self._shapes(constraint, value))),
    "or": lambda self, constraint, value: some_of(self._shapes(constraint, value)),
    "xone": lambda self, constraint, value: ExactlyOne(tuple(self._shapes(constraint, value))),
    "not": lambda self, constraint, value: no(self._shapes(constraint, value)[0]),
    **{kind: _atom("compare", sign) for kind, sign in COMPARISONS.items()},
    **{kind: _atom("length", sign) for kind, sign in _LENGTHS.items()},
}
