"""Dates, addresses and language tags that a curator gives by hand, judged before anything is made of them, and how texts print them.

A function that judges returns what is wrong and how to write it, or None.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime

from whence.namespaces import PREFIXES, WH
from whence.things.dates import MONTHS, is_date

_URL = re.compile(r"https?://[^\s/<>\"{}|\\^`]+(/[^\s<>\"{}|\\^`]*)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
#: How people write a day otherwise.
_DAYS = ("%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d %b %Y", "%b %d, %Y", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%Y年%m月%d日", "%Y-%m-%d")


def wrong_date(text: str) -> tuple[str, str] | None:
    """Tell what is wrong with a date in EDTF (a year, a season, a month or a day that exists, with doubt marked behind).

    >>> wrong_date("2024-01-11"), wrong_date("11 January 2024")
    (None, ("The date '11 January 2024' is not in EDTF, or no such day.", 'Write 2024-01-11.'))
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?[?~%]?", text, re.ASCII)
    if match is not None and is_date(text):
        year, month, day = int(match[1]), int(match[2] or 1), match[3]
        if day is None or (month <= 12 and year > 0 and 1 <= int(day) <= monthrange(year, month)[1]):
            return None
    fix = _proposed(text) or "Write 2024-01-11, 2024-01 or 2024; 2024~ where it is about then, 2024? where it is not certain."
    return f"The date {text!r} is not in EDTF, or no such day.", fix


def wrong_url(text: str) -> tuple[str, str] | None:
    """Tell what is wrong with the address of a page.

    >>> wrong_url("https://example.org/a"), wrong_url("example.org")
    (None, ("The address 'example.org' is not a whole one.", 'Write it from http:// or https:// on, without spaces.'))
    """
    return None if _URL.fullmatch(text) else (f"The address {text!r} is not a whole one.", "Write it from http:// or https:// on, without spaces.")


def wrong_language(text: str) -> tuple[str, str] | None:
    """Tell what is wrong with a language tag (BCP 47).

    >>> wrong_language("pt-BR"), wrong_language("Portuguese")
    (None, ("'Portuguese' is not a language tag.", 'Write it as BCP 47 has it: en, ja, pt-BR.'))
    """
    return None if _LANGUAGE.fullmatch(text) else (f"{text!r} is not a language tag.", "Write it as BCP 47 has it: en, ja, pt-BR.")


def wrong_value(of: str, text: str) -> tuple[str, str] | None:
    """Tell what is wrong with the value of a property that has to be written in one way; None for every other property.

    :param of: the IRI of the property
    """
    wrong = {
        WH + "date": wrong_date, WH + "asOf": wrong_date, WH + "publicationDate": wrong_date, PREFIXES["dcterms"] + "issued": wrong_date,
        WH + "url": wrong_url, PREFIXES["schema"] + "url": wrong_url, PREFIXES["schema"] + "inLanguage": wrong_language,
    }.get(of)  # fmt: skip
    return wrong(text) if wrong else None


def _proposed(date: str) -> str:
    """Return a sentence with the date that was probably meant, or an empty text."""
    for form in _DAYS:
        try:
            return f"Write {datetime.strptime(date.strip(), form).date().isoformat()}."  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return ""


def printed_forms(what: str, value: str) -> list[str]:
    """Return how a value may be printed; dates as English and Japanese texts write them.

    :param what: `title`, `outlet`, `date` or `url`
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value)
    if what != "date" or match is None:
        return [value]
    year, month, day = match[1], int(match[2] or 0), int(match[3] or 0)
    if not month or month > 12:
        return [value]
    names = dict.fromkeys((MONTHS[month - 1], MONTHS[month - 1][:3], MONTHS[month - 1][:3] + ".", *(("Sept", "Sept.") if month == 9 else ())))
    if not day:
        return [value, *(f"{name} {year}" for name in names), *(f"{name}, {year}" for name in names), f"{year}年{month}月"]
    ordinal = f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    english = [form for name in names for number in (str(day), f"{day:02}", ordinal) for form in (f"{number} {name} {year}", f"{name} {number}, {year}", f"{number} {name}, {year}", f"{name} {number} {year}")]
    return [value, *english, f"{year}年{month}月{day}日", f"{year}年{month:02}月{day:02}日", f"{year}/{month:02}/{day:02}", f"{year}/{month}/{day}", f"{year}.{month:02}.{day:02}", f"{day}.{month}.{year}"]
