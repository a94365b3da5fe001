"""Prints the algebra as SPARQL 1.1."""

from __future__ import annotations

from collections.abc import Callable

from whence.shacl.algebra import (
    All, Always, AnyStep, Atom, Bind, Distinct, ExactlyOne, Exists, Filter, Group, Instance, Join, Minus, No, Pattern, Raw,
    Restriction, Some, Step, Table, Test, Union, Unit,
)  # fmt: skip
from whence.shacl.datatypes import is_derived_integer, well_formed
from whence.shacl.exact import exact_datatype, plain_value
from whence.shacl.paths import path_text
from whence.shacl.vocabulary import INTEGER, LANG_STRING, STRING, SUB_CLASS_OF, TYPE, is_iri, is_literal

__all__ = ["ATOMS", "RESTRICTION", "pattern_text", "select_text", "test_text"]

#: Stands in printed text where a run may pin `?this` to a few nodes; no SPARQL text can hold it otherwise.
RESTRICTION = "\x00"


def select_text(variables: tuple[str, ...], pattern: Pattern, *, distinct: bool = True) -> str:
    """Return a SELECT query.

    >>> select_text(("?this",), Step("?this", ("pred", "<p>"), "?o"))
    'SELECT DISTINCT ?this WHERE { ?this <p> ?o . }'
    """
    return f"SELECT {'DISTINCT ' if distinct else ''}{' '.join(variables)} WHERE {{ {pattern_text(pattern)} }}"


def pattern_text(pattern: Pattern) -> str:
    """Return a pattern as the inside of a SPARQL group."""
    return _PATTERNS[type(pattern)](pattern)


def _inside(pattern: Pattern) -> str:
    return f"{{ {pattern_text(pattern)} }}"


def _union(pattern: Union) -> str:
    return " UNION ".join(_inside(part) for part in pattern.parts) if pattern.parts else "FILTER(false)"


def _part(pattern: Pattern) -> str:
    """Return a part of a join: what ends in a filter or a binding keeps its own group."""
    if isinstance(pattern, (Filter, Bind, Minus)):
        return _inside(pattern)
    return pattern_text(pattern)


def _bind(pattern: Bind) -> str:
    source = f"LCASE(LANG({pattern.source}))" if pattern.language else pattern.source
    return f"{pattern_text(pattern.pattern)} BIND({source} AS {pattern.variable})"


def _distinct(pattern: Distinct) -> str:
    return f"{{ {select_text(pattern.variables, pattern.pattern)} }}"


def _group(pattern: Group) -> str:
    by = " ".join(pattern.by)
    having = f"COUNT(DISTINCT {pattern.counted}) {pattern.comparison} {pattern.limit}"
    return f"{{ SELECT {by} WHERE {_inside(pattern.pattern)} GROUP BY {by} HAVING ({having}) }}"


_PATTERNS: dict[type[Pattern], Callable[..., str]] = {
    Unit: lambda pattern: "",
    Restriction: lambda pattern: RESTRICTION,
    Table: lambda pattern: f"VALUES {pattern.variable} {{ {' '.join(pattern.terms)} }}",
    Step: lambda pattern: f"{pattern.subject} {path_text(pattern.path)} {pattern.object} .",
    AnyStep: lambda pattern: f"{pattern.subject} {pattern.predicate} {pattern.object} .",
    Instance: lambda pattern: f"{pattern.node} {TYPE}/{SUB_CLASS_OF}* {pattern.cls} .",
    Join: lambda pattern: " ".join(_part(part) for part in pattern.parts),
    Union: _union,
    Minus: lambda pattern: f"{pattern_text(pattern.left)} MINUS {_inside(pattern.right)}",
    Filter: lambda pattern: f"{pattern_text(pattern.pattern)} FILTER({test_text(pattern.test)})",
    Bind: _bind,
    Distinct: _distinct,
    Group: _group,
    Raw: lambda pattern: " ".join(p if isinstance(p, str) else pattern_text(p) for p in pattern.parts),
}


def test_text(test: Test) -> str:
    """Return a test as a SPARQL expression that is true or false, never an error."""
    return _TESTS[type(test)](test)


def _exactly_one(test: ExactlyOne) -> str:
    if not test.tests:
        return "false"
    return "(" + " + ".join(f"IF({test_text(part)}, 1, 0)" for part in test.tests) + " = 1)"


_TESTS: dict[type[Test], Callable[..., str]] = {
    Always: lambda test: "true",
    All: lambda test: "(" + " && ".join(test_text(part) for part in test.tests) + ")",
    Some: lambda test: "(" + " || ".join(test_text(part) for part in test.tests) + ")" if test.tests else "false",
    No: lambda test: f"NOT EXISTS {_inside(test.test.pattern)}"
    if isinstance(test.test, Exists)
    else f"(!{test_text(test.test)})",
    ExactlyOne: _exactly_one,
    Exists: lambda test: f"EXISTS {_inside(test.pattern)}",
    Atom: lambda test: ATOMS[test.operator](test.variable, *test.arguments),
}


def _safe(expression: str) -> str:
    return f"COALESCE({expression}, false)"


def _in(variable: str, *terms: str) -> str:
    """RDF term equality; IN itself compares by value and fails on datatypes it does not know."""
    iris = [term for term in terms if is_iri(term)]
    same = [f"sameTerm({variable}, {term})" for term in terms if is_literal(term)]
    listed = [f"({variable} IN ({', '.join(iris)}))"] if iris else []
    return "(" + " || ".join(listed + same) + ")" if listed or same else "false"


def _datatype(variable: str, datatype: str, exact: bool) -> str:
    """The datatype is as wanted and the lexical form is one of it.

    Where literals are not exact, an integer may have lost its derived datatype on its way into the store.
    """
    accepted = [datatype, exact_datatype(datatype)] if exact else [datatype]
    if not exact and is_derived_integer(datatype):
        accepted.append(INTEGER)
    kind = f"DATATYPE({variable})"
    test = _safe(f"{kind} = {datatype}" if len(accepted) == 1 else f"{kind} IN ({', '.join(accepted)})")
    lexical = None if datatype in (STRING, LANG_STRING) else well_formed(variable, datatype)
    return f"({test} && {lexical})" if lexical else test


def _compare(variable: str, sign: str, other: str, exact: bool) -> str:
    """Compare by value; where literals are exact, those the store does not know as numbers are read as such."""
    if not exact:
        return _safe(f"{variable} {sign} {other}")
    sides = [plain_value(term) for term in (variable, other)]
    return f"COALESCE({variable} {sign} {other}, {sides[0]} {sign} {sides[1]}, false)"


def _pattern(variable: str, pattern: str, flags: str | None) -> str:
    arguments = ", ".join(filter(None, (pattern, flags)))
    return f"(!isBlank({variable}) && REGEX(STR({variable}), {arguments}))"


def _languages(variable: str, *ranges: str) -> str:
    tests = " || ".join(f"LANGMATCHES(LANG({variable}), {tag})" for tag in ranges) or "false"
    return _safe(f'(LANG({variable}) != "" && ({tests}))')


#: Operator of an `Atom` to the function that prints it.
ATOMS: dict[str, Callable[..., str]] = {
    "kind": lambda v, *kinds: "(" + " || ".join(f"is{kind}({v})" for kind in kinds) + ")",
    "same": lambda v, other: f"sameTerm({v}, {other})",
    "in": _in,
    "datatype": _datatype,
    "compare": _compare,
    "length": lambda v, sign, length: f"(!isBlank({v}) && STRLEN(STR({v})) {sign} {length})",
    "pattern": _pattern,
    "language in": _languages,
    "has language": lambda v: _safe(f'LANG({v}) != ""'),
    "same language": lambda v, other: _safe(f"LCASE(LANG({v})) = LCASE(LANG({other}))"),
}
