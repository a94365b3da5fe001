"""The small algebra between shapes and a query language.

The compiler builds these nodes and knows no SPARQL; `whence.shacl.printer` turns them into SPARQL 1.1, and another
printer could turn them into SQL. Variables are strings that start with `?`, terms are in N-Triples syntax.

Patterns yield solutions: `Unit`, `Table`, `Step`, `AnyStep`, `Instance`, `Join`, `Union`, `Minus`, `Filter`, `Bind`,
`Distinct`, `Group`, `Raw` and `Restriction`. Tests hold or do not, and are never an error: `Always`, `All`, `Some`,
`No`, `ExactlyOne`, `Exists` and `Atom`.
"""

from __future__ import annotations

from dataclasses import dataclass

from whence.findings import Path


class Pattern:
    """What yields solutions."""

    __slots__ = ()


class Test:
    """What holds or does not hold of a solution; an error inside counts as not holding."""

    __slots__ = ()
    __test__ = False


@dataclass(frozen=True, slots=True)
class Unit(Pattern):
    """One solution that binds nothing."""


@dataclass(frozen=True, slots=True)
class Restriction(Pattern):
    """Where a run may pin the focus node variable to a few nodes; binds nothing by itself."""

    variable: str


@dataclass(frozen=True, slots=True)
class Table(Pattern):
    """One variable bound to each of the terms in turn."""

    variable: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step(Pattern):
    """Subject and object are joined by the path; each is a variable or a term."""

    subject: str
    path: Path
    object: str


@dataclass(frozen=True, slots=True)
class AnyStep(Pattern):
    """A triple with a variable as its predicate."""

    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Instance(Pattern):
    """The node is a SHACL instance of the class: of its type or a type below it."""

    node: str
    cls: str


@dataclass(frozen=True, slots=True)
class Join(Pattern):
    """The solutions on which all parts agree."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Union(Pattern):
    """The solutions of each part."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Minus(Pattern):
    """The solutions of the left that agree with none of the right; they share a variable."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class Filter(Pattern):
    """The solutions for which the test holds."""

    pattern: Pattern
    test: Test


@dataclass(frozen=True, slots=True)
class Bind(Pattern):
    """The solutions with one more variable, a copy of another or the language tag of it in lower case."""

    pattern: Pattern
    variable: str
    source: str
    language: bool = False


@dataclass(frozen=True, slots=True)
class Distinct(Pattern):
    """The different bindings of some variables."""

    variables: tuple[str, ...]
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Group(Pattern):
    """The bindings of `by` for which the number of different `counted` compares to `limit` as said."""

    by: tuple[str, ...]
    counted: str
    comparison: str
    limit: int
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Raw(Pattern):
    """Text of the query language that a shape brought along (SHACL-SPARQL), with patterns set into it.

    :ivar steps: the triple patterns of the text, None when they were not read
    """

    parts: tuple[str | Pattern, ...]
    steps: tuple[Pattern, ...] | None = None


@dataclass(frozen=True, slots=True)
class Always(Test):
    """Holds."""


@dataclass(frozen=True, slots=True)
class All(Test):
    """All tests hold."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Some(Test):
    """At least one test holds."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class No(Test):
    """The test does not hold."""

    test: Test


@dataclass(frozen=True, slots=True)
class ExactlyOne(Test):
    """One of the tests holds and no other."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Exists(Test):
    """The pattern has a solution that agrees with the one tested."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Atom(Test):
    """A test of single terms; the operators are those of `whence.shacl.printer.ATOMS`."""

    operator: str
    variable: str
    arguments: tuple[object, ...] = ()


def all_of(tests: list[Test]) -> Test:
    """Return the conjunction, without the tests that always hold."""
    left = [test for test in tests if not isinstance(test, Always)]
    return left[0] if len(left) == 1 else All(tuple(left)) if left else Always()


def some_of(tests: list[Test]) -> Test:
    """Return the disjunction."""
    if any(isinstance(test, Always) for test in tests):
        return Always()
    return tests[0] if len(tests) == 1 else Some(tuple(tests))


def no(test: Test) -> Test:
    """Return the negation, without a double one."""
    return test.test if isinstance(test, No) else No(test)


def where(pattern: Pattern, test: Test) -> Pattern:
    """Return the pattern filtered by the test, or the pattern when the test always holds."""
    return pattern if isinstance(test, Always) else Filter(pattern, test)
