"""Lexical forms of XSD datatypes (SHACL section 4.1.2), as SPARQL expressions."""

from __future__ import annotations

from whence.shacl.vocabulary import XSD

__all__ = ["is_derived_integer", "well_formed"]

_INTEGERS: dict[str, tuple[str | None, str | None]] = {
    "byte": ("-128", "127"),
    "short": ("-32768", "32767"),
    "int": ("-2147483648", "2147483647"),
    "long": ("-9223372036854775808", "9223372036854775807"),
    "unsignedByte": ("0", "255"),
    "unsignedShort": ("0", "65535"),
    "unsignedInt": ("0", "4294967295"),
    "unsignedLong": ("0", "18446744073709551615"),
    "nonNegativeInteger": ("0", None),
    "positiveInteger": ("1", None),
    "nonPositiveInteger": (None, "0"),
    "negativeInteger": (None, "-1"),
}
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DATE = r"-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?|24:00:00(\\.0+)?)"
_DECIMAL = r"[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)"
_FLOAT = rf"({_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_DAY_TIME = r"(T([0-9]+H)?([0-9]+M)?([0-9]+(\\.[0-9]+)?S)?)?"
_LEXICAL = {
    "integer": r"[+-]?[0-9]+",
    "decimal": _DECIMAL,
    "double": _FLOAT,
    "float": _FLOAT,
    "boolean": "(true|false|0|1)",
    "date": _DATE + _ZONE,
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE[:-1]}",
    "time": _TIME + _ZONE,
    "gYear": r"-?([1-9][0-9]{3,}|0[0-9]{3})" + _ZONE,
    "gYearMonth": r"-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])" + _ZONE,
    "gMonth": r"--(0[1-9]|1[0-2])" + _ZONE,
    "gDay": r"---(0[1-9]|[12][0-9]|3[01])" + _ZONE,
    "gMonthDay": r"--(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])" + _ZONE,
    "duration": rf"-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?{_DAY_TIME}",
    "dayTimeDuration": rf"-?P([0-9]+D)?{_DAY_TIME}",
    "yearMonthDuration": r"-?P([0-9]+Y)?([0-9]+M)?",
    "hexBinary": "([0-9a-fA-F]{2})*",
    "base64Binary": r"([A-Za-z0-9+/ ]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
}
_NUMERIC = {"integer", "decimal", "double", "float"}


def well_formed(variable: str, datatype: str) -> str | None:
    """Return the expression that a literal of a datatype is well-formed, or None when every one is.

    The datatype itself is tested elsewhere. Numbers are first asked of the engine, which knows them at once.

    >>> well_formed("?v", "<http://www.w3.org/2001/XMLSchema#gDay>")[:14]
    'REGEX(STR(?v),'
    """
    if not datatype.startswith(f"<{XSD}"):
        return None
    name = datatype[len(XSD) + 1 : -1]
    if name in _INTEGERS:
        return _bounded(variable, *_INTEGERS[name])
    if name not in _LEXICAL:
        return None
    test = f'REGEX(STR({variable}), "^{_LEXICAL[name]}$")'
    if name in _NUMERIC:
        return f"(isNumeric({variable}) || {test})"
    if name in ("duration", "dayTimeDuration", "yearMonthDuration"):
        return f'({test} && REGEX(STR({variable}), "[0-9][YMDHS]$"))'
    if name in ("date", "dateTime"):
        midnight = f'xsd:dateTime(CONCAT(REPLACE(STR({variable}), "^(-?[0-9]+-..-..).*$", "$1"), "T00:00:00"))'
        midnight = midnight.replace("xsd:dateTime", f"<{XSD}dateTime>")
        return f"({test} && COALESCE(isLiteral({midnight}), false))"
    return test


def is_derived_integer(datatype: str) -> bool:
    """Whether a datatype is one of those derived from xsd:integer."""
    return datatype.startswith(f"<{XSD}") and datatype[len(XSD) + 1 : -1] in _INTEGERS


def _bounded(variable: str, low: str | None, high: str | None) -> str:
    number = f"<{XSD}decimal>(STR({variable}))"
    bounds = [f"{number} >= {low}"] if low else []
    bounds += [f"{number} <= {high}"] if high else []
    return f'(REGEX(STR({variable}), "^[+-]?[0-9]+$") && COALESCE({" && ".join(bounds)}, false))'
