"""The datatypes of XSD 1.1: lexical forms, values and their order, as far as SHACL and SPARQL compare them.

XSD 1.1 Part 2 (sections 3.3 and 3.4, appendices D and E) for lexical spaces and values, SPARQL 1.1 section 17.3 and
XPath F&O for what `<` compares. White space is not collapsed: in RDF 1.1 (section 5.1) a lexical form is taken as written.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from whence.namespaces import PREFIXES

_XSD = PREFIXES["xsd"]
NAME_START = (
    ":A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)  # XML 1.1 NameStartChar
NAME_CHARACTERS = NAME_START + "\\-.0-9\xb7\u0300-\u036f\u203f\u2040"
_NCNAME = f"[{NAME_START[1:]}][{NAME_CHARACTERS[1:]}]*"
_YEAR = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)|(?P<midnight>24:00:00(?:\.0+)?))"
_ZONE = r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"(?:{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_MONTHS = r"(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?"
_SECONDS = (
    r"(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9.])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)
_B = "[A-Za-z0-9+/] ?"
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
    **{name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in (("byte", 8), ("short", 16), ("int", 32), ("long", 64))},
    **{f"unsigned{name}": (0, 2**bits - 1) for name, bits in (("Byte", 8), ("Short", 16), ("Int", 32), ("Long", 64))},
}  # fmt: skip
_TEXTS = {
    "string": ".*", "normalizedString": r"[^\t\n\r]*", "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*", "Name": f"[{NAME_START}][{NAME_CHARACTERS}]*", "NMTOKEN": f"[{NAME_CHARACTERS}]+",
    **dict.fromkeys(("NCName", "ID", "IDREF", "ENTITY"), _NCNAME),
}  # fmt: skip
_MOMENTS = {
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}?", "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?", "time": f"{_CLOCK}{_ZONE}?", "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}?",
    "gYear": f"{_YEAR}{_ZONE}?", "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}?", "gDay": f"---{_DAY}{_ZONE}?", "gMonth": f"--{_MONTH}{_ZONE}?",
}  # fmt: skip
_DURATIONS = {
    "duration": f"-?P(?=[0-9T]){_MONTHS}{_SECONDS}", "yearMonthDuration": f"-?P(?=[0-9]){_MONTHS}",
    "dayTimeDuration": f"-?P(?=[0-9T]){_SECONDS}",
}  # fmt: skip
_OTHERS = {
    "boolean": "true|false|0|1", "anyURI": ".*", "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": f"(?:(?:(?:{_B}){{4}})*(?:(?:{_B}){{3}}[A-Za-z0-9+/]|(?:{_B}){{2}}[AEIMQUYcgkosw048] ?=|{_B}[AQgw] ?= ?=))?",
    **dict.fromkeys(("QName", "NOTATION"), f"(?:{_NCNAME}:)?{_NCNAME}"),
    **dict.fromkeys(("IDREFS", "ENTITIES"), f"{_NCNAME}(?: {_NCNAME})*"), "NMTOKENS": f"[{NAME_CHARACTERS}]+(?: [{NAME_CHARACTERS}]+)*",
}  # fmt: skip
_LEXICAL = {
    **dict.fromkeys(_INTEGERS, "[+-]?[0-9]+"), "decimal": _DECIMAL, "double": _FLOAT, "float": _FLOAT,
    **_TEXTS, **_MOMENTS, **_DURATIONS, **_OTHERS,
}  # fmt: skip
#: Where durations of months and seconds are compared (XSD 1.1 section 3.3.6.1): year and month of the first of a month.
_REFERENCES = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
_FOURTEEN_HOURS = 14 * 3600

#: Kind of the value (what is compared with what) and the value itself.
_Value = tuple[str, Any]


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_LEXICAL[name], re.DOTALL)


def is_well_formed(lexical: str, datatype: str) -> bool:
    """Whether a lexical form is one of a datatype (its IRI); true for datatypes that are not XSD's.

    >>> is_well_formed("128", _XSD + "byte"), is_well_formed("--02-29", _XSD + "gMonthDay")
    (False, True)
    """
    name = datatype.removeprefix(_XSD)
    return name == datatype or name not in _LEXICAL or _value(lexical, name) is not None


def compare(left: tuple[str, str], right: tuple[str, str]) -> int | None:
    """Compare two literals, each a lexical form and a datatype IRI, by value.

    :returns: -1, 0 or 1; None when there is no order between them or one is ill-formed

    >>> compare(("P1M", _XSD + "duration"), ("P32D", _XSD + "duration"))
    -1
    >>> compare(("P1M", _XSD + "duration"), ("P30D", _XSD + "duration")) is None
    True
    """
    names = [datatype.removeprefix(_XSD) for _, datatype in (left, right)]
    if any(name == pair[1] or name not in _LEXICAL for name, pair in zip(names, (left, right), strict=True)):
        return None
    first, second = (_value(pair[0], name) for name, pair in zip(names, (left, right), strict=True))
    if first is None or second is None:
        return None
    if first[0] in _NUMBERS and second[0] in _NUMBERS:
        return _compare_numbers(first, second)
    if first[0] != second[0]:
        return None
    return _ORDERS[first[0]](first[1], second[1]) if first[0] in _ORDERS else None


@lru_cache(maxsize=65_536)
def _value(lexical: str, name: str) -> _Value | None:
    """Return the value of a lexical form, or None when it is not one of the datatype."""
    match = _pattern(name).fullmatch(lexical)
    if match is None:
        return None
    if name in _INTEGERS:
        low, high = _INTEGERS[name]
        number = _number(lexical)
        return ("decimal", number) if (low is None or number >= low) and (high is None or number <= high) else None
    if name == "decimal":
        return "decimal", _number(lexical)
    if name in ("double", "float"):
        return name, _floating(lexical.replace("INF", "inf"), name)
    if name == "boolean":
        return "boolean", lexical in ("true", "1")
    if name in _MOMENTS:
        return _moment(match, "dateTime" if name == "dateTimeStamp" else name)
    if name in _DURATIONS:
        return "duration", _duration(match)
    return ("text" if name in _TEXTS else name), lexical


def _number(text: str) -> Fraction:
    """Return a number of any length; `int` refuses more than 4,300 digits, `Decimal` does not."""
    return Fraction(Decimal(text))


def _floating(given: str | Fraction, name: str) -> float:
    """Return the nearest number of a type (XSD 1.1 section E.1), of a float by way of a double that is rounded to odd."""
    number = float(given)
    if name == "double" or math.isnan(number):
        return number
    if not 1e-46 < abs(number) < 1e39:
        return math.copysign(math.inf if abs(number) > 1 else 0.0, number)
    exact = _number(given) if isinstance(given, str) else given
    is_even = struct.unpack("q", struct.pack("d", number))[0] % 2 == 0
    if exact != number and is_even:
        number = math.nextafter(number, math.inf if exact > number else -math.inf)
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def _moment(match: re.Match[str], name: str) -> _Value | None:
    """Return the place on the time line in seconds, and whether a time zone says which line (XSD 1.1 appendix E.3.4)."""
    parts = match.groupdict()
    year, month = int(_number(parts.get("year") or "1972")), int(parts.get("month") or 12)
    days = [31, 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    day = int(parts.get("day") or days)
    if day > days:
        return None
    seconds = Fraction(_days(year, month) + day - 1) * 86_400
    if parts.get("midnight"):
        seconds += 0 if name == "time" else 86_400
    elif parts.get("hour"):
        seconds += int(parts["hour"]) * 3600 + int(parts["minute"]) * 60 + _number(parts["second"])
    zone = parts["zone"]
    if zone and zone != "Z":
        offset = int(zone[1:3]) * 3600 + int(zone[4:]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return name, (seconds, zone is not None)


def _days(year: int, month: int) -> int:
    """Return the number of the first day of a month in the proleptic Gregorian calendar; year 0 is 1 BCE."""
    year -= month < 3
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5


def _duration(match: re.Match[str]) -> tuple[int, Fraction]:
    parts = {name: _number(text or "0") for name, text in match.groupdict().items()}
    months = int(12 * parts.get("years", 0) + parts.get("months", 0))
    zero = Fraction(0)
    seconds = 86_400 * parts.get("days", zero) + 3600 * parts.get("hours", zero)
    seconds += 60 * parts.get("minutes", zero) + parts.get("seconds", zero)
    return (-months, -seconds) if match.string[0] == "-" else (months, seconds)


_NUMBERS = {"decimal": 0, "float": 1, "double": 2}


def _compare_numbers(left: _Value, right: _Value) -> int | None:
    """Promote to the wider of the two types (XPath 2.0 section B.1) and compare; NaN has no order."""
    wider = max(left[0], right[0], key=lambda name: _NUMBERS[name])
    first, second = (_promoted(*value, wider) for value in (left, right))
    return None if first != first or second != second else _order(first, second)


def _promoted(name: str, number: Any, wider: str) -> Any:
    if name != "decimal" or wider == "decimal":
        return number
    try:
        return _floating(number, wider)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _order(left: Any, right: Any) -> int:
    return (left > right) - (left < right)


def _compare_moments(left: tuple[Fraction, bool], right: tuple[Fraction, bool]) -> int | None:
    """Without a time zone on one side the other must be more than 14 hours away (XSD 1.1 section D.2.1)."""
    if left[1] == right[1]:
        return _order(left[0], right[0])
    return _order(left[0], right[0]) if abs(left[0] - right[0]) > _FOURTEEN_HOURS else None


def _compare_durations(left: tuple[int, Fraction], right: tuple[int, Fraction]) -> int | None:
    outcomes = set()
    for year, month in _REFERENCES:
        ends = []
        for months, seconds in (left, right):
            years, rest = divmod(month - 1 + months, 12)
            ends.append(_days(year + years, rest + 1) * 86_400 + seconds)
        outcomes.add(_order(*ends))
    return outcomes.pop() if len(outcomes) == 1 else None


_ORDERS: dict[str, Callable[[Any, Any], int | None]] = {
    "boolean": _order, "text": _order, "duration": _compare_durations,
    **dict.fromkeys(_MOMENTS, _compare_moments),
}  # fmt: skip
