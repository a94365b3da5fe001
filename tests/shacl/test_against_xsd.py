"""Made-up literals of every datatype of XSD 1.1, good and bad and at the edge: judged and compared as another reading of XSD 1.1 does."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyoxigraph
import pytest

import xsd_oracle as oracle
from whence.namespaces import PREFIXES
from whence.shacl.files import ShapesFiles, validate_quads
from whence.shacl.vocabulary import sh
from whence.shacl.xsd import compare, is_well_formed

XSD = PREFIXES["xsd"]
Literal = tuple[str, str]

NUMBERS = "0 00 1 7 12 99 128 255 256 32768 65536 2147483648 4294967296 9007199254740993 9223372036854775808 18446744073709551616".split()
FLOATS = (
    "INF -INF +INF NaN -NaN inf 1.00000005960464477539062500000001 1.000000059604644775390625 16777217 3.4028235677973366e38 3.40282357e38 "
    "1.4e-45 7.006492321624085e-46 7.0064923216240862e-46 2.4703282292062327e-324 4.9e-324 1e400 -0 0.1"
).split()
YEARS = "2000 1900 2001 2004 0000 -0001 0001 -0000 9999 10000 -12000 012000 200 +2000 99999999999999999999".split()
CLOCKS = (
    "00:00:00 24:00:00 24:00:00.0 24:00:01 24:00:00.00000000000000000001 23:59:59.999 12:30:15 23:59:60 12:60:00 25:00:00 1:00:00 00:00:00. "
    "12:00:00.1234567890123456781 12:00:00.1234567890123456782"
).split()
ZONES = ["", "", "Z", *"+00:00 -00:00 +14:00 -14:00 +14:01 +13:59 +05:30 -08:00 z +1:00 +24:00".split()]
AMOUNTS = "0 1 5 12 30 31 365 366 00012 1000000".split()


class Maker:
    """Makes lexical forms, the same at each run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def _of(self, *words: str) -> str:
        return self._random.choice(words)

    def _date(self) -> tuple[str, str, str]:
        return self._of(*YEARS), self._of("01", "02", "02", "04", "12", "13", "00", "1"), self._of("01", "28", "29", "30", "31", "32", "00", "1")

    def _field(self, letter: str) -> str:
        part = self._of("", "", "", ".5", ".") if letter == "S" else ""
        return self._of("", "", self._of(*AMOUNTS) + part + letter)

    def _duration(self, name: str) -> str:
        months = "" if name == "dayTimeDuration" else self._field("Y") + self._field("M")
        if name == "yearMonthDuration":
            return f"{self._of('', '-')}P{months}"
        time = "".join(map(self._field, "HMS"))
        return f"{self._of('', '', '-', '+')}P{months}{self._field('D')}{'T' if time else self._of('', '', 'T')}{time}"

    def _plain(self, name: str) -> str:
        year, month, day = self._date()
        sign, clock = self._of("", "", "-", "+"), self._of(*CLOCKS)
        marks = {"hexBinary": "0123456789abcdefABCDEFg", "base64Binary": "AQgwEIMabz019+/==  "}.get(name, "ab:1-._ \t\n·é٣\u0300\u200c\U00010000\u037e")
        made: dict[str, Callable[[], str]] = {
            **dict.fromkeys(oracle.INTEGERS, lambda: sign + self._of(*NUMBERS)),
            **dict.fromkeys(oracle.FLOATING, lambda: self._of(self._of(*FLOATS), sign + self._of(*NUMBERS) + self._of("", "e1", "E+30", "e-45", "e"))),
            "decimal": lambda: sign + self._of(*NUMBERS) + self._of("", ".", ".0", ".1", ".00000000000000000001", ".00000000000000000002", "e1"),
            "boolean": lambda: self._of("true", "false", "0", "1", "True", "", "01"), "time": lambda: clock,
            **dict.fromkeys(("dateTime", "dateTimeStamp"), lambda: f"{year}-{month}-{day}T{clock}"), "date": lambda: f"{year}-{month}-{day}",
            "gYearMonth": lambda: f"{year}-{month}", "gYear": lambda: year, "gMonthDay": lambda: f"--{month}-{day}", "gDay": lambda: f"---{day}",
            "gMonth": lambda: f"--{month}", **dict.fromkeys(oracle.DURATIONS, lambda: self._duration(name)),
            "language": lambda: self._of("en", "EN-gb", "x-y-z", "toolonglang", "en-", "e1", "a-12345678", "a-123456789", "ä", ""),
        }  # fmt: skip
        text = made.get(name, lambda: "".join(self._of(*marks) for _ in range(self._random.randrange(8))))()
        return text + self._of(*ZONES) if name in oracle.MOMENTS else text

    def literal(self, name: str | None = None) -> Literal:
        """Return a lexical form with the name of its datatype, now and then spoilt by a character."""
        name = name or self._of(*oracle.NAMES)
        text = self._plain(name)
        if self._random.random() < 0.25:
            place, mark = self._random.randrange(len(text) + 1), self._of(*"0123456789+-.:TZPYMDHSeE ٣०\t\n=ab")
            text = self._of(text[:place] + mark + text[place:], text[:place] + text[place + 1 :], text[:place] + mark + text[place + 1 :])
        return text, name

    def pair(self) -> tuple[Literal, Literal]:
        """Return two literals, mostly of kinds that can be compared."""
        numbers = (*oracle.INTEGERS, "decimal", *oracle.FLOATING)
        kinds = ((name,) for name in oracle.MOMENTS)
        names = self._random.choice([numbers, numbers, numbers, oracle.DURATIONS, oracle.DURATIONS, ("boolean",), ("dateTime", "dateTimeStamp"), *kinds,
                                     tuple(oracle.TEXTS), tuple(oracle.NAMES)])  # fmt: skip
        left, right = (self.literal(self._of(*names)) for _ in "12")
        return left, self._random.choice([right, right, right, left])


def test_forms_and_orders_are_those_of_the_specification() -> None:
    maker, before = Maker(1), ("0", "integer")
    for _ in range(12_000):
        text, name = maker.literal()
        assert is_well_formed(text, XSD + name) is (oracle.value(text, name) is not None), (text, name)
    for _ in range(6_000):
        left, right = maker.pair()
        for one, other in ((left, right), (left, before)):
            found = compare((one[0], XSD + one[1]), (other[0], XSD + other[1]))
            assert found == oracle.compare(oracle.value(*one), oracle.value(*other)), (one, other)
        before = right


#: Constraint with what it says of the order between a value and its parameter, or of their being one term.
ORDERS = {"lessThan": {-1}, "lessThanOrEquals": {-1, 0}, "minInclusive": {0, 1}, "minExclusive": {1}, "maxInclusive": {-1, 0}, "maxExclusive": {-1}}


@pytest.mark.parametrize("seed", range(3))
def test_shapes_judge_as_the_specification_does(seed: int) -> None:
    """Of a value and another one: every comparison, and sh:datatype, sh:equals, sh:hasValue and sh:in, which see terms."""
    maker = Maker(100 + seed)
    pairs = [maker.pair() for _ in range(120)]
    data, shapes, expected = "", "", set()
    for number, (left, right) in enumerate(pairs):
        node, shape = f"<x:n{number}>", f"_:s{number}"
        value, other = (str(pyoxigraph.Literal(text, datatype=pyoxigraph.NamedNode(XSD + name))) for text, name in (left, right))
        data += f"{node} <x:p> {value} .\n{node} <x:q> {other} .\n"
        said = {**{kind: "<x:q>" if kind.startswith("less") else other for kind in ORDERS}, "datatype": f"<{XSD}{left[1]}>", "equals": "<x:q>"}
        said |= {"hasValue": other, "in": f"_:l{number}", "path": "<x:p>"}
        shapes += f"<x:S{number}> {sh('targetNode')} {node} .\n<x:S{number}> {sh('property')} {shape} .\n"
        shapes += f"_:l{number} <{PREFIXES['rdf']}first> {other} .\n_:l{number} <{PREFIXES['rdf']}rest> <{PREFIXES['rdf']}nil> .\n"
        shapes += "".join(f"{shape} {sh(name)} {term} .\n" for name, term in said.items())
        order = oracle.compare(oracle.value(*left), oracle.value(*right))
        wrong = {kind for kind, orders in ORDERS.items() if order not in orders} | ({"datatype"} if oracle.value(*left) is None else set())
        expected |= {(node, kind) for kind in wrong | ({"equals", "hasValue", "in"} if left != right else set())}
    quads = [list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES)) for text in (data, shapes)]
    source = ShapesFiles()
    source.quads = quads[1]
    found = {(r.focus_node, r.component.rpartition("#")[2].removesuffix("ConstraintComponent>")) for r in validate_quads(quads[0], source)}
    capitals = {(node, kind[0].upper() + kind[1:]) for node, kind in expected}
    assert {(pairs[int(node[4:-1])], kind) for node, kind in found ^ capitals} == set()
