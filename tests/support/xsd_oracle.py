"""XSD 1.1 Part 2 read anew, apart from `whence.shacl.xsd`, to compare with: by hand, step by step, as its sections have it.

Section numbers are those of https://www.w3.org/TR/xmlschema11-2/.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

Value = tuple[str, Any]
INTEGERS = {
    "integer": (None, None), "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1), "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None), "long": (-9223372036854775808, 9223372036854775807), "int": (-2147483648, 2147483647),
    "short": (-32768, 32767), "byte": (-128, 127), "unsignedLong": (0, 18446744073709551615), "unsignedInt": (0, 4294967295),
    "unsignedShort": (0, 65535), "unsignedByte": (0, 255),
}  # fmt: skip
INFINITY = Fraction(2) ** 4000


def digits(text: str) -> bool:
    return text != "" and all(mark in "0123456789" for mark in text)


def unsigned(text: str) -> str:
    return text[1:] if text[:1] in ("+", "-") else text


def decimal(text: str) -> Fraction | None:
    """Return the value of a decimalLexicalRep (3.3.3.1)."""
    whole, point, part = unsigned(text).partition(".")
    if not (digits(whole) or whole == "") or not (digits(part) or part == "") or not (whole or part):
        return None
    number = Fraction(int(whole + part or "0"), 10 ** len(part))
    return -number if text[0] == "-" else number


def rounded(number: Fraction, bits: int, least: int, most: int) -> Fraction:
    """Round to the nearest floating point number, halves to even (E.1, floatingPointRound)."""
    size = abs(number)
    if size == 0:
        return number
    power = size.numerator.bit_length() - size.denominator.bit_length()
    exponent = max(least, power - bits - 1)
    while size >= Fraction(2) ** (exponent + bits):
        exponent += 1
    if exponent > most:
        return INFINITY if number > 0 else -INFINITY
    units, rest = divmod(size, Fraction(2) ** exponent)
    half = rest * 2 - Fraction(2) ** exponent
    units += 1 if half > 0 or (half == 0 and units % 2) else 0
    result = units * Fraction(2) ** exponent
    if result >= Fraction(2) ** (most + bits):
        result = INFINITY
    return result if number > 0 else -result


FLOATING = {"float": (24, -149, 104), "double": (53, -1074, 971)}


def floating(text: str, name: str) -> Any:
    """Return the value of a float or double (3.3.4, 3.3.5), "NaN" among them."""
    if text in ("INF", "+INF", "-INF", "NaN"):
        return {"NaN": "NaN", "-INF": -INFINITY}.get(text, INFINITY)
    mantissa, mark, exponent = text.replace("E", "e").partition("e")
    number = decimal(mantissa)
    if number is None or (mark and not digits(unsigned(exponent))):
        return None
    power = max(-5000, min(5000, int(exponent or "0")))  # beyond is zero or infinity
    return rounded(number * Fraction(10) ** power, *FLOATING[name])


def days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 400 == 0 or (year % 4 == 0 and year % 100 != 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def zone(text: str) -> tuple[str, int | None] | None:
    """Split a time zone off (3.3.7.2, timezoneFrag) and return what is before it, with its minutes."""
    if text.endswith("Z"):
        return text[:-1], 0
    if len(text) >= 6 and text[-6] in "+-" and text[-3] == ":" and digits(text[-5:-3] + text[-2:]):
        hours, minutes = int(text[-5:-3]), int(text[-2:])
        if (hours < 14 and minutes < 60) or (hours, minutes) == (14, 0):
            return text[:-6], (60 * hours + minutes) * (-1 if text[-6] == "-" else 1)
    return text, None


def year(text: str) -> int | None:
    body = text[1:] if text[:1] == "-" else text
    if not digits(body) or len(body) < 4 or (len(body) > 4 and body[0] == "0"):
        return None
    return -int(body) if text[0] == "-" else int(body)


def two(text: str, least: int, most: int) -> int | None:
    return int(text) if len(text) == 2 and digits(text) and least <= int(text) <= most else None


def clock(text: str) -> Fraction | None:
    """Return the seconds of a time of the day; 24:00:00 ends it."""
    parts = text.split(":")
    if len(parts) != 3:
        return None
    second, point, part = parts[2].partition(".")
    if point and not digits(part):
        return None
    hour, minute, whole = two(parts[0], 0, 24), two(parts[1], 0, 59), two(second, 0, 59)
    if hour is None or minute is None or whole is None:
        return None
    seconds = Fraction(3600 * hour + 60 * minute + whole) + (Fraction(int(part), 10 ** len(part)) if part else 0)
    return None if hour == 24 and seconds != 86_400 else seconds


def moment(text: str, name: str) -> Value | None:
    """Return the seconds on the time line (E.3.4) and whether there is a time zone."""
    text, minutes = zone(text)
    date: list[str | None] = [None, None, None]
    seconds = Fraction(0)
    if name in ("dateTime", "dateTimeStamp", "time"):
        day, mark, hours = text.rpartition("T") if name != "time" else ("", "", text)
        found = clock(hours)
        if found is None or (name == "time") != (mark == ""):
            return None
        seconds, text = found % 86_400 if name == "time" else found, day
    sign = "-" if text[:1] == "-" and name in ("dateTime", "dateTimeStamp", "date", "gYearMonth", "gYear") else ""
    parts = text[len(sign) :].split("-")
    places = {
        "dateTime": (0, 1, 2), "dateTimeStamp": (0, 1, 2), "date": (0, 1, 2), "gYearMonth": (0, 1), "gYear": (0,),
        "gMonthDay": (None, None, 1, 2), "gMonth": (None, None, 1), "gDay": (None, None, None, 2), "time": (None,),
    }[name]  # fmt: skip
    if len(parts) != len(places) or any(place is None and part for place, part in zip(places, parts, strict=True)):
        return None
    for place, part in zip(places, parts, strict=True):
        if place is not None:
            date[place] = part
    numbers = [
        1972 if date[0] is None else year(sign + date[0]), 12 if date[1] is None else two(date[1], 1, 12), 1 if date[2] is None else two(date[2], 1, 31),
    ]  # fmt: skip
    if None in numbers:
        return None
    of_year, month, day = numbers
    assert of_year is not None and month is not None and day is not None
    if date[2] is None:
        day = days_in(of_year, month)
    if day > days_in(of_year, month) or (name == "dateTimeStamp" and minutes is None):
        return None
    before = of_year - 1
    days = 365 * before + before // 400 - before // 100 + before // 4 + sum(days_in(of_year, other) for other in range(1, month)) + day - 1
    kind = "dateTime" if name == "dateTimeStamp" else name
    return kind, (86_400 * days + seconds - 60 * (minutes or 0), minutes is not None)


def duration(text: str, name: str) -> Value | None:
    """Return months and seconds (3.3.6.2, 3.4.26, 3.4.27)."""
    body = text[1:] if text[:1] == "-" else text
    if body[:1] != "P":
        return None
    date, mark, time = body[1:].partition("T")
    units = {"Y": 12, "M": 1}, {"D": 86_400, "H": 3600, "m": 60, "S": 1}
    months, seconds, order, number = 0, Fraction(0), "YMDHmS", ""
    if (mark and not time) or not (date or time) or date[-1:].isdigit():
        return None
    for letter in date + time.replace("m", "?").replace("M", "m"):
        if letter in "0123456789.":
            number += letter
            continue
        whole, point, part = number.partition(".")
        if letter not in order or not digits(whole) or (point and (letter != "S" or not digits(part))):
            return None
        amount = decimal(number)
        assert amount is not None
        months += int(amount * units[0].get(letter, 0))
        seconds += amount * units[1].get(letter, 0)
        order, number = order[order.index(letter) + 1 :], ""
    marks = set(date + time) - set("0123456789.")
    if number or (set(date) & set("HS")) or (set(time) & set("YD")) or "m" in date:
        return None
    if (name == "yearMonthDuration" and (mark or "D" in marks)) or (name == "dayTimeDuration" and set(date) & set("YM")):
        return None
    sign = -1 if text[0] == "-" else 1
    return "duration", (sign * months, sign * seconds)


def name_start(mark: str) -> bool:
    """Whether a character begins a Name (XML 1.0, production 4)."""
    code = ord(mark)
    ranges = ((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF),
              (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF))  # fmt: skip
    return mark in ":_" or (mark.isascii() and mark.isalpha()) or any(low <= code <= high for low, high in ranges)


def name_mark(mark: str) -> bool:
    return name_start(mark) or mark in "-.0123456789\xb7" or 0x300 <= ord(mark) <= 0x36F or 0x203F <= ord(mark) <= 0x2040


def is_name(text: str) -> bool:
    return text != "" and name_start(text[0]) and all(map(name_mark, text))


def is_token(text: str) -> bool:
    return not any(mark in text for mark in "\t\n\r") and text == text.strip(" ") and "  " not in text


def is_language(text: str) -> bool:
    first, *others = text.split("-")
    parts = all(part.isascii() and part.isalnum() and len(part) <= 8 for part in [first, *others])
    return parts and first.isalpha()


def is_base64(text: str) -> bool:
    """3.3.16.2: blanks one at a time between the characters, four by four, and what padding leaves over is zero."""
    marks = text.replace(" ", "")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = marks.rstrip("=")
    padding = len(marks) - len(body)
    if not is_token(text) or len(marks) % 4 or padding > 2 or any(mark not in alphabet for mark in body):
        return False
    return padding == 0 or (len(body) > 0 and alphabet.index(body[-1]) % (4 if padding == 1 else 16) == 0)


def _parted(test: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: text != "" and is_token(text) and all(map(test, text.split(" ")))


def _ncname(text: str) -> bool:
    return is_name(text) and ":" not in text


def _qname(text: str) -> bool:
    return 1 <= len(text.split(":")) <= 2 and all(map(_ncname, text.split(":")))


TEXTS: dict[str, Callable[[str], bool]] = {
    "string": lambda text: True, "normalizedString": lambda text: not any(mark in text for mark in "\t\n\r"), "token": is_token,
    "language": is_language, "Name": is_name, "NMTOKEN": lambda text: text != "" and all(map(name_mark, text)),
    **dict.fromkeys(("NCName", "ID", "IDREF", "ENTITY"), _ncname),
}  # fmt: skip
OTHERS: dict[str, Callable[[str], bool]] = {
    "anyURI": lambda text: True, "hexBinary": lambda text: len(text) % 2 == 0 and all(mark in "0123456789abcdefABCDEF" for mark in text),
    "base64Binary": is_base64, "QName": _qname, "NOTATION": _qname, "IDREFS": _parted(_ncname), "ENTITIES": _parted(_ncname),
    "NMTOKENS": _parted(TEXTS["NMTOKEN"]),
}  # fmt: skip
MOMENTS = ("dateTime", "dateTimeStamp", "date", "time", "gYearMonth", "gYear", "gMonthDay", "gDay", "gMonth")
DURATIONS = ("duration", "yearMonthDuration", "dayTimeDuration")
NAMES = sorted([*INTEGERS, "decimal", *FLOATING, "boolean", *MOMENTS, *DURATIONS, *TEXTS, *OTHERS])


def value(text: str, name: str) -> Value | None:
    """Return the kind and the value of a lexical form, or None when it is not one of the datatype."""
    if name in INTEGERS:
        low, high = INTEGERS[name]
        number = decimal(text) if digits(unsigned(text)) else None
        inside = number is not None and (low is None or number >= low) and (high is None or number <= high)
        return ("decimal", number) if inside else None
    if name == "decimal" or name in FLOATING:
        number = decimal(text) if name == "decimal" else floating(text, name)
        return None if number is None else (name, number)
    if name == "boolean":
        return ("boolean", text in ("true", "1")) if text in ("true", "false", "0", "1") else None
    if name in MOMENTS:
        return moment(text, name)
    if name in DURATIONS:
        return duration(text, name)
    if name in TEXTS:
        return ("string", text) if TEXTS[name](text) else None
    return (name, text) if OTHERS[name](text) else None


def order(left: Any, right: Any) -> int:
    return (left > right) - (left < right)


def compare(left: Value | None, right: Value | None) -> int | None:
    """Return the order of two values: that of XSD 1.1 for one type, of numbers that of SPARQL 1.1 section 17.3; None where there is none."""
    if left is None or right is None:
        return None
    numbers = ("decimal", "float", "double")
    if left[0] in numbers and right[0] in numbers:
        wider = max(left[0], right[0], key=numbers.index)
        if "NaN" in (left[1], right[1]):
            return None
        return order(*(rounded(number, *FLOATING[wider]) if wider != "decimal" and abs(number) != INFINITY else number for _, number in (left, right)))
    if left[0] != right[0] or left[0] in OTHERS:
        return None
    if left[0] in MOMENTS:
        (first, zoned), (second, other) = left[1], right[1]
        return order(first, second) if zoned == other or abs(first - second) > 14 * 3600 else None
    if left[0] == "duration":  # 3.3.6.1: by what they add to four dates
        found = {order(added(left[1], *start), added(right[1], *start)) for start in ((1696, 9), (1697, 2), (1903, 3), (1903, 7))}
        return found.pop() if len(found) == 1 else None
    return order(left[1], right[1])


def added(length: tuple[int, Fraction], of_year: int, month: int) -> Fraction:
    """Return the time on the time line after a duration from the first of a month."""
    months, seconds = length
    of_year, month = of_year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    before = of_year - 1
    return 86_400 * (365 * before + before // 400 - before // 100 + before // 4 + sum(days_in(of_year, other) for other in range(1, month))) + seconds
