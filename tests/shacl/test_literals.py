"""Literals are judged as XSD 1.1 has them, whether or not the engine can hold them."""

from __future__ import annotations

from typing import Any

import pyoxigraph
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from whence import shacl
from whence.namespaces import PREFIXES
from whence.shacl.files import ShapesFiles, validate_quads
from whence.shacl.regex import translated
from whence.shacl.xsd import compare, is_well_formed

XSD = PREFIXES["xsd"]
HEAD = f"PREFIX sh: <{PREFIXES['sh']}> PREFIX xsd: <{XSD}> PREFIX ex: <https://example.org/> "


def _found(data: str, shapes: str) -> set[tuple[str, str | None]]:
    """Validate a node ex:a, or several, and return focus node and value of each result."""
    quads = [list(pyoxigraph.parse(HEAD + text, format=pyoxigraph.RdfFormat.TURTLE)) for text in (data, shapes)]
    source = ShapesFiles()
    source.quads = quads[1]
    return {(r.focus_node.rpartition("/")[2].rstrip(">"), r.value) for r in validate_quads(quads[0], source)}


#: Lexical forms from XSD 1.1 Part 2, sections 3.3 and 3.4: datatype, well-formed ones, others.
FORMS = {
    "boolean": ("true false 1 0", "TRUE yes +1"),
    "integer": ("0 -0 +5 007 123456789012345678901234567890", "5.0 1e3 - ٣"),
    "long": ("5 -9223372036854775808 9223372036854775807", "9223372036854775808 -9223372036854775809 1.0"),
    "unsignedLong": ("7 18446744073709551615 -0", "-1 18446744073709551616"),
    "int": ("2147483647 -2147483648", "2147483648"),
    "short": ("-32768 32767", "32768 -32769"), "byte": ("-128 +127", "128 -129"),
    "unsignedInt": ("4294967295 -0", "4294967296 -1"), "unsignedShort": ("65535 0", "65536"),
    "unsignedByte": ("255 0", "256 -1"),
    "nonNegativeInteger": ("0 -0 99999999999999999999", "-1"),
    "positiveInteger": ("1 +1", "0 -0"),
    "nonPositiveInteger": ("0 -5", "1"),
    "negativeInteger": ("-1", "0"),
    "decimal": ("5 5. .5 -0.10 +1.00000000000000000000000000001", ". 1e3 INF 1,5"),
    "double": ("1 1e5 .5E-3 INF -INF +INF NaN 1e400", "inf nan 1e 0x1"),
    "float": ("1.1 3.4e39", "Infinity"),
    "date": ("2000-02-29 -0001-01-01 0000-12-31 12000-01-01Z 2000-01-01+14:00", "2001-02-29 1900-02-29 2000-13-01 200-01-01 02000-01-01 2000-01-01+14:01"),
    "dateTime": ("2000-01-01T24:00:00 2000-01-01T00:00:00.123456789012345Z", "2000-01-01T24:00:01 2000-01-01T00:60:00 2000-01-01"),
    "dateTimeStamp": ("2000-01-01T00:00:00Z 2000-01-01T00:00:00-00:00", "2000-01-01T00:00:00"),
    "time": ("00:00:00 24:00:00.0 23:59:59.9+01:00", "24:00:00.1 1:00:00 23:59:60"),
    "gYear": ("2000 -0044 0000", "200 20000000Y"), "gYearMonth": ("2000-01", "2000-00"), "gMonth": ("--12Z", "--13 --12--"),
    "gMonthDay": ("--02-29", "--02-30 --04-31"), "gDay": ("---31", "---32"),
    "duration": ("P1Y2M3DT4H5M6.7S -P1D PT36H P0M", "P PT P1DT P1H 1Y P-1D PT1.S P1M1Y"),
    "dayTimeDuration": ("P1D PT0.5S", "P1Y P"), "yearMonthDuration": ("P13M -P1Y", "P1D P1YT"),
    "hexBinary": ("0FB7 ab", "0 0G"), "anyURI": ("https://example.org/ä", ""),
    "language": ("en-GB x", "e_n toolonglanguage"), "NMTOKEN": ("1a -", "a,b"), "Name": (":a _b", "1a"), "NCName": ("a.b", "a:b"), "QName": ("a:b", "a:b:c"),
    "NOTATION": ("a:b a", ":a"), "ID": ("a", "a:b"), "IDREF": ("_a", "1"), "ENTITY": ("a1", "-"),
    "NMTOKENS": ("a 1", "a,b"), "IDREFS": ("a", "1"), "ENTITIES": ("a", ":a"), "string": ("a", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_lexical_forms(name: str) -> None:
    good, bad = (text.split() for text in FORMS[name])
    assert [text for text in good if not is_well_formed(text, XSD + name)] == []
    assert [text for text in bad if is_well_formed(text, XSD + name)] == []
    literals = ", ".join(f'"{text}"^^xsd:{name}' for text in good + bad)
    found = _found(f"ex:a ex:p {literals} .", f"ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:datatype xsd:{name} ] .")
    assert found == {("a", f'"{text}"^^<{XSD}{name}>') for text in bad}  # each value as it was written


def test_every_datatype_of_xsd_is_gone_through() -> None:
    apart = {"base64Binary", "token", "normalizedString"}  # where white space matters
    named = "string boolean decimal float double duration dateTime time date gYearMonth gYear gMonthDay gDay gMonth hexBinary base64Binary anyURI QName NOTATION"
    derived = (
        "normalizedString token language NMTOKEN NMTOKENS Name NCName ID IDREF IDREFS ENTITY ENTITIES integer nonPositiveInteger negativeInteger long int "
        "short byte nonNegativeInteger unsignedLong unsignedInt unsignedShort unsignedByte positiveInteger yearMonthDuration dayTimeDuration dateTimeStamp"
    )
    assert {*FORMS, *apart} == {*named.split(), *derived.split()}  # XSD 1.1 Part 2, sections 3.3 and 3.4


@pytest.mark.parametrize(("lexical", "good"), [
    ("", True), ("YWJj", True), ("YW Jj", True), ("Y W J j", True), ("YQ==", True), ("YQ = =", True), ("YWJjYWI=", True),
    ("YW J", False), ("YWJj ", False), (" YWJj", False), ("YW  Jj", False), ("YR==", False), ("YQ=", False), ("=", False),
])  # fmt: skip
def test_base64(lexical: str, good: bool) -> None:
    assert is_well_formed(lexical, f"{XSD}base64Binary") is good


def test_white_space_in_strings() -> None:
    assert [is_well_formed(text, f"{XSD}token") for text in ("a b", "a  b", " a", "a\n")] == [True, False, False, False]
    assert [is_well_formed(text, f"{XSD}normalizedString") for text in (" a  b ", "a\tb")] == [True, False]


#: left, datatype, right, datatype, order: from XSD 1.1 (orders of 3.3) and SPARQL 1.1 section 17.3.
ORDERS = [
    ("false", "boolean", "true", "boolean", -1), ("0", "boolean", "false", "boolean", 0),
    ("123456789012345678901234567890", "integer", "123456789012345678901234567891", "integer", -1),
    ("1.00000000000000000000000000001", "decimal", "1", "integer", 1), ("007", "integer", "7.0", "decimal", 0),
    ("9" * 5000, "integer", "1", "byte", 1), ("0.1", "decimal", "0.1", "double", 0), ("16777217", "integer", "16777216", "float", 0),
    ("NaN", "double", "NaN", "double", None), ("1e400", "double", "INF", "double", 0), ("-0", "double", "0", "integer", 0),
    ("2000-01-01T00:00:00", "dateTime", "2000-01-01T12:00:00Z", "dateTime", None),
    ("2000-01-01T00:00:00", "dateTime", "2000-01-01T14:00:01Z", "dateTime", -1),
    ("2000-01-01T24:00:00Z", "dateTime", "2000-01-02T01:00:00+01:00", "dateTimeStamp", 0),
    ("2000-01-01", "date", "2000-01-01T00:00:00", "dateTime", None), ("-0001-12-31", "date", "0000-01-01", "date", -1),
    ("24:00:00", "time", "00:00:00", "time", 0), ("10:00:00+02:00", "time", "09:00:00Z", "time", -1),
    ("2000", "gYear", "2001", "gYear", -1), ("--02-29", "gMonthDay", "--03-01", "gMonthDay", -1), ("---31", "gDay", "---01", "gDay", 1),
    ("P1M", "duration", "P30D", "duration", None), ("P1M", "duration", "P32D", "duration", -1), ("P1Y", "duration", "P12M", "yearMonthDuration", 0),
    ("PT36H", "duration", "P1DT12H", "dayTimeDuration", 0), ("-P1D", "duration", "PT0S", "duration", -1),
    ("b", "string", "a", "string", 1), ("a", "string", "\U00010000", "string", -1), ("\uffff", "string", "\U00010000", "string", -1),
    ("a", "string", "1", "integer", None), ("AA", "hexBinary", "AB", "hexBinary", None), ("x", "integer", "1", "integer", None),
]  # fmt: skip


@pytest.mark.parametrize("row", ORDERS)
def test_orders(row: tuple[str, str, str, str, int | None]) -> None:
    left, left_type, right, right_type, order = row
    assert compare((left, XSD + left_type), (right, XSD + right_type)) == order
    assert compare((right, XSD + right_type), (left, XSD + left_type)) == (None if order is None else -order)
    data = f'ex:a ex:p "{left}"^^xsd:{left_type} ; ex:q "{right}"^^xsd:{right_type} .'
    for kind, accepted in (("lessThan", (-1,)), ("lessThanOrEquals", (-1, 0))):
        found = _found(data, f"ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:{kind} ex:q ] .")
        assert bool(found) is (order not in accepted), kind
    for kind, accepted in (("minInclusive", (0, 1)), ("minExclusive", (1,)), ("maxInclusive", (-1, 0)), ("maxExclusive", (-1,))):
        shape = f'ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:{kind} "{right}"^^xsd:{right_type} ] .'
        assert bool(_found(data, shape)) is (order not in accepted), kind


_digits = st.integers(0, 10**25).map(str)
_year = st.integers(-3000, 12000).map(lambda year: f"-{-year:04}" if year < 0 else f"{year:04}")
_zone = st.sampled_from(["", "Z", "+05:30", "-14:00"])
_clock = st.times().map(lambda time: time.isoformat())
_date = st.tuples(_year, st.integers(1, 12), st.integers(1, 28)).map(lambda parts: f"{parts[0]}-{parts[1]:02}-{parts[2]:02}")
LITERALS = st.one_of(
    st.tuples(st.sampled_from(["", "-", "+"]), _digits).map(lambda p: ("".join(p), "integer")),
    st.tuples(st.sampled_from(["", "-"]), _digits, _digits).map(lambda p: (f"{p[0]}{p[1]}.{p[2]}", "decimal")),
    st.floats().map(lambda number: (repr(number).replace("inf", "INF").replace("nan", "NaN"), "double")),
    st.sampled_from([("true", "boolean"), ("0", "boolean")]),
    st.tuples(_date, _zone).map(lambda p: ("".join(p), "date")),
    st.tuples(_date, _clock, _zone).map(lambda p: (f"{p[0]}T{p[1]}{p[2]}", "dateTime")),
    st.tuples(_clock, _zone).map(lambda p: ("".join(p), "time")),
    st.tuples(st.integers(0, 40), st.integers(0, 400)).map(lambda p: (f"P{p[0]}M{p[1]}D", "duration")),
    st.text("ab\uffff\U00010000", max_size=3).map(lambda text: (text, "string")),
)


@settings(max_examples=600, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(LITERALS, LITERALS)
def test_what_the_engine_can_compare_it_compares_as_we_do(left: tuple[str, str], right: tuple[str, str]) -> None:
    pair = [pyoxigraph.Literal(text, datatype=pyoxigraph.NamedNode(XSD + name)) for text, name in (left, right)]
    assert all(is_well_formed(literal.value, literal.datatype.value) for literal in pair)
    answer: Any = next(iter(pyoxigraph.Store().query(f"SELECT ({pair[0]} < {pair[1]} AS ?x) {{}}")))  # type: ignore[arg-type]
    assume(answer["x"] is not None)
    order = compare(*((literal.value, literal.datatype.value) for literal in pair))  # type: ignore[arg-type]
    assert (order == -1) is (answer["x"].value == "true")


@settings(max_examples=400, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text("019.-+:TZPYMDHSeINFa ", max_size=14), st.sampled_from(["integer", "decimal", "double", "boolean", "date", "dateTime", "time", "gYear", "gMonthDay", "duration"]))
def test_what_the_engine_reads_is_well_formed(text: str, name: str) -> None:  # fmt: skip
    literal = pyoxigraph.Literal(text, datatype=pyoxigraph.NamedNode(XSD + name))
    place = pyoxigraph.NamedNode("x:p")
    store = pyoxigraph.Store()
    store.add(pyoxigraph.Quad(place, place, literal))
    if next(iter(store)).object != literal:  # held by value, so it was read
        assert is_well_formed(text, XSD + name)


def test_a_sparql_constraint_elsewhere_changes_nothing() -> None:
    other = 'ex:T sh:targetNode ex:z ; sh:sparql [ sh:select "SELECT $this { $this ex:bad true }" ] . '
    shapes = 'ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:n ; sh:datatype xsd:int ], [ sh:path ex:code ; sh:pattern "^0" ] .'
    data = 'ex:a ex:n 5, "6"^^xsd:int ; ex:code "007"^^xsd:integer, 7 .'
    with_prefix = other.replace("ex:bad", "<https://example.org/bad>")
    expected = {("a", f'"5"^^<{XSD}integer>'), ("a", f'"7"^^<{XSD}integer>')}
    assert _found(data, shapes) == _found(data, shapes + with_prefix) == expected


def test_a_sparql_constraint_reports_the_value_as_written() -> None:
    shape = 'ex:S sh:targetNode ex:a, ex:b ; sh:sparql [ sh:select "SELECT $this ?value { $this <https://example.org/p> ?value FILTER(?value > 5) }" ] .'
    assert _found('ex:a ex:p "007"^^xsd:integer . ex:b ex:p 7, "4.0"^^xsd:decimal .', shape) == {
        ("a", f'"007"^^<{XSD}integer>'), ("b", f'"7"^^<{XSD}integer>'),
    }  # fmt: skip


@pytest.mark.parametrize("data", ["ex:p 1 ; ex:other 1", 'ex:p "01"^^xsd:integer ; ex:other "01"^^xsd:integer'])
def test_a_validator_inside_another_shape_knows_its_focus_node(data: str) -> None:
    shapes = (
        "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:listed ] ; sh:validator [ sh:ask "
        '"ASK { $this <https://example.org/other> $value }" ] . ex:T sh:property [ sh:path ex:p ; ex:listed true ] . '
        "ex:S sh:targetNode ex:a, ex:b, ex:c ; sh:node ex:T . ex:N sh:targetNode ex:c ; sh:not ex:T ."
    )
    assert _found(f"ex:a {data} . ex:b ex:p 1 ; ex:other 2 . ex:c ex:p 3 .", shapes) == {("b", "<https://example.org/b>"), ("c", "<https://example.org/c>")}


@pytest.mark.parametrize(("pattern", "flags", "good", "bad"), [
    ("^[a-z-[aeiou]]+$", "", "bcd xyz", "abc E"), (r"^\\i\\c*$", "", "a _b :c é1", "1a -"), (r"^\\w+$", "", "a1 +", "a_b a-b"),
    (r"^\\s$", "", "", "\\u00A0"), (r"^\\p{Lu}\\P{Lu}$", "", "Ab É1", "ab"), ("^a.c$", "", "abc", "ac"), ("A", "i", "xax", "b"),
    ("a.c", "q", "xa.cx", "abc"), ("^ a b [ ]$", "x", "", "ab"), (r"^[\\d-]+$", "", "1-2 ٣", "a"), ("^(a|b){2,3}?$", "", "ab aba", "a abab"),
    (r"^[^a-c-[x]]$", "", "d y", "a x"), ("^[&&~]+$", "", "& ~&", "a"), (r"^\\-\\^\\$$", "", "-^$", "-"),
])  # fmt: skip
def test_patterns_are_those_of_xpath(pattern: str, flags: str, good: str, bad: str) -> None:
    texts = ", ".join(f'"{text}"' for text in [*good.split(), *bad.split()])
    shape = f'ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:pattern "{pattern}" ; sh:flags "{flags}" ] .'
    wanted = {("a", f'"{text}"') for text in bad.encode().decode("unicode_escape").split(" ")} if "u00A0" in bad else {("a", f'"{t}"') for t in bad.split()}
    assert _found(f"ex:a ex:p {texts} .", shape) == wanted


@pytest.mark.parametrize("pattern", [r"(a)\1", r"\bfoo", "(?=a)", "(?i)a", "a{,3}", "[a", "(", ")", "a**", "[]", r"\p{IsGreek}", r"\q", "a{3,2}", "[b-a]", "{a}"])
def test_what_is_no_pattern_of_xpath_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        translated(pattern)
    literal = pyoxigraph.Literal(pattern)
    with pytest.raises(shacl.ShapeError, match="cannot be judged"):
        _found("", f"ex:S sh:targetNode ex:a ; sh:pattern {literal} .")


@pytest.mark.parametrize("literal", ['"-0"^^xsd:integer', '"01"^^xsd:byte', '"2019-12-31T24:00:00Z"^^xsd:dateTime'])
def test_a_literal_that_shapes_alone_name_as_target_is_told_as_written_by_a_query_too(literal: str) -> None:
    shapes = f'ex:S a sh:NodeShape ; sh:targetNode {literal} ; sh:sparql [ sh:select "SELECT $this ?value {{ OPTIONAL {{ $this <x:p> ?value }} }}" ] .'
    ((focus, value),) = _found("ex:a ex:p ex:b .", shapes)
    (written,) = pyoxigraph.parse(f"{HEAD} ex:a ex:p {literal} .", format=pyoxigraph.RdfFormat.TURTLE)
    assert value == str(written.object) and focus in value
