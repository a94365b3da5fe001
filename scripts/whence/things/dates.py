"""Dates as the graph writes them: EDTF (ISO 8601-2:2019, levels 0 and 1) of a year, a season, a month or a day, with doubt marked behind."""

from __future__ import annotations

import re

_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<part>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?P<doubt>[?~%]?)")
#: The months in English, in their order.
MONTHS = "January February March April May June July August September October November December".split()
#: Seasons by their EDTF number, with the months that may count to them; those who name seasons of broadcasting let winter begin in January.
_SEASONS = {21: ("spring", (3, 4, 5, 6)), 22: ("summer", (6, 7, 8, 9)), 23: ("autumn", (9, 10, 11, 12)), 24: ("winter", (12, 1, 2, 3))}
_DOUBTS = {"?": "perhaps ", "~": "about ", "%": "perhaps about "}


def in_words(date: str) -> str:
    """Return a date in words, no more exact than it is; what is no such date as it stands.

    >>> in_words("2024-24"), in_words("2024-01"), in_words("2024-01-11"), in_words("2023~"), in_words("soon")
    ('winter 2024', 'January 2024', '11 January 2024', 'about 2023', 'soon')
    """
    match = _DATE.fullmatch(date)
    if match is None:
        return date
    part = int(match["part"] or 0)
    if part > 12 and part not in _SEASONS:
        return date
    name = _SEASONS[part][0] if part > 12 else MONTHS[part - 1] if part else ""
    words = [str(int(match["day"])) if match["day"] else "", name, match["year"]]
    return _DOUBTS.get(match["doubt"], "") + " ".join(filter(None, words))


def is_date(text: str) -> bool:
    """Report whether a text is such a date.

    >>> is_date("2024-24"), is_date("2024-13"), is_date("twelve")
    (True, False, False)
    """
    return bool(_DATE.fullmatch(text)) and (in_words(text) != text or text.isdecimal())


def order(date: str) -> tuple[str, str]:
    """Return what sorts dates by when they begin, the less exact first; what is no date stands last.

    >>> sorted(["2024-01-11", "2024-24", "2024", "2024-01", "2023-10-15", "soon"], key=order)
    ['2023-10-15', '2024', '2024-01', '2024-24', '2024-01-11', 'soon']
    """
    match = _DATE.fullmatch(date)
    if match is None:
        return "~", date
    part = int(match["part"] or 0)
    month = min(_SEASONS[part][1]) if part in _SEASONS else part
    return f"{match['year']}-{month:02}-{match['day'] or '00'}", date


def agree(one: str, other: str) -> bool:
    """Report whether both dates can be true of one day.

    >>> agree("2024-01-11", "2024-24"), agree("2024-01", "2024-01-11"), agree("2024-01", "2024-02")
    (True, True, False)
    """
    found = _DATE.fullmatch(one), _DATE.fullmatch(other)
    if found[0] is None or found[1] is None:
        return one == other
    if found[0]["year"] != found[1]["year"]:
        return False
    months = [set(_SEASONS[part][1]) if part in _SEASONS else {part} if part else set(range(1, 13)) for part in (int(match["part"] or 0) for match in found if match)]
    days = {match["day"] for match in found if match and match["day"]}
    return bool(months[0] & months[1]) and len(days) < 2
