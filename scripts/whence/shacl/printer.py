"""Prints the algebra as SPARQL 1.1."""

from __future__ import annotations

from collections.abc import Callable

from whence.shacl.algebra import (
    All, Always, AnyStep, Atom, Bind, Distinct, ExactlyOne, Exists, Filter, Group, Instance, Join, Minus, No, Pattern, Raw,
    Restriction, Some, Step, Table, Test, Union, Unit,
)  # fmt: skip
from whence.shacl.literals import COMPARES, IS_WELL_FORMED, exact_datatype, has_order
from whence.findings import path_text
from whence.shacl.vocabulary import STRING, SUB_CLASS_OF, TYPE, XSD, is_iri, is_literal

#: Stands in printed text where a run may pin `?this` to a few nodes; no SPARQL text can hold it otherwise.
RESTRICTION = "\x00"
#: Beginning of the IRI of the function that asks a validator for one node; its number follows.
CALL = "urn:x-whence:validator:"


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


#: Datatype to an expression that is true of the values the engine knows, and so of well-formed literals.
_KNOWN = {
    **dict.fromkeys(("integer", "decimal", "double", "float"), "isNumeric({0})"),
    **dict.fromkeys(("date", "dateTime", "gYear"), "COALESCE(isNumeric(YEAR({0})), false)"),
}


def _datatype(variable: str, datatype: str) -> str:
    """The datatype is as wanted and the lexical form is one of it; of what the engine knows that is never asked.

    A function is called in every operand of `||`, but only in the branch of IF that counts.
    """
    marked = exact_datatype(datatype)
    test = f"DATATYPE({variable}) IN ({datatype}, {marked})" if marked else f"DATATYPE({variable}) = {datatype}"
    if datatype == STRING or not datatype.startswith(f"<{XSD}"):
        return _safe(test)
    known = _KNOWN.get(datatype[len(XSD) + 1 : -1])
    asked = f"{test} && {IS_WELL_FORMED}({variable}, {datatype})"
    return _safe(f"IF(DATATYPE({variable}) = {datatype} && {known.format(variable)}, true, {asked})" if known else asked)


def _compare(variable: str, sign: str, other: str) -> str:
    """Compare by value; the engine holds a term to be equal to itself even where it has no value."""
    asked = f'{COMPARES}({variable}, "{sign}", {other})'
    if "=" in sign and not (is_literal(other) and has_order(other)):
        return _safe(f"IF(sameTerm({variable}, {other}), {asked}, COALESCE({variable} {sign} {other}, {asked}))")
    return f"COALESCE({variable} {sign} {other}, {asked}, false)"


def _length(variable: str, sign: str, length: str) -> str:
    return _safe(f"(!isBlank({variable}) && STRLEN(STR({variable})) {sign} {length})")


def _pattern(variable: str, pattern: str, flags: str | None) -> str:
    arguments = ", ".join(filter(None, (pattern, flags)))
    return _safe(f"(!isBlank({variable}) && REGEX(STR({variable}), {arguments}))")


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
    "length": _length,
    "call": lambda v, number, *others: _safe(f"<{CALL}{number}>({', '.join((*others, v))})"),
    "pattern": _pattern,
    "language in": _languages,
    "has language": lambda v: _safe(f'LANG({v}) != ""'),
    "same language": lambda v, other: _safe(f"LCASE(LANG({v})) = LCASE(LANG({other}))"),
}
