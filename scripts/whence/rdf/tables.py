"""Rows for people: an aligned table that keeps to a terminal's width, and a Markdown table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from whence.namespaces import shorten
from whence.rdf.terms import nt

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any, BinaryIO

_GAP = "  "
#: Below this a column is no longer worth reading, and rows are printed as blocks instead.
_NARROWEST = 8
#: What no text has, but a terminal obeys.
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def write(names: list[str], rows: Iterable[Sequence[Any]], format: str, out: BinaryIO, width: int | None) -> int:
    """Write a table or a Markdown table; returns the number of rows.

    :param format: table or markdown
    :param width: what a line of the table may take; None for no bound
    """
    if format == "markdown":
        return _write_markdown(names, rows, out)
    texts = [[cell(term) for term in row] for row in rows]
    numeric = [_is_numeric(column) for column in _columns(names, rows=texts)]
    widths = [max([cells(name), *(cells(row[index]) for row in texts)]) for index, name in enumerate(names)]
    fitted = _fit(widths, [cells(name) for name in names], width)
    lines = _blocks(names, texts, width or 0) if fitted is None else _aligned(names, texts, fitted, numeric)
    out.write("".join(f"{line.rstrip()}\n" for line in lines).encode())
    return len(texts)


def cell(term: Any) -> str:
    """Return a term as a person reads it: IRIs shortened, literals as their text, nothing for unbound.

    Control characters come out escaped, so that no data reaches the terminal as a command.
    """
    if term is None:
        return ""
    kind = type(term).__name__
    text = shorten(term.value) if kind == "NamedNode" else term.value if kind == "Literal" else nt(term)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\N{ZERO WIDTH JOINER}" else _escaped(char) for char in text)


def cells(text: str) -> int:
    """How many terminal cells a text takes (Unicode Standard Annex 11): wide two, combining none.

    >>> cells("Rouge"), cells("ルージュ"), cells("e\\u0301")
    (5, 8, 1)
    """
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _escaped(char: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\u3000": " ", "\xa0": " "}.get(char) or f"\\u{ord(char):04x}"


def _columns(names: list[str], rows: list[list[str]]) -> list[list[str]]:
    return [[row[index] for row in rows] for index in range(len(names))]


def _is_numeric(column: list[str]) -> bool:
    filled = [text for text in column if text]
    return bool(filled) and all(text.lstrip("+-").replace(".", "", 1).isdecimal() for text in filled)


def _fit(widths: list[int], heads: list[int], width: int | None) -> list[int] | None:
    """Narrow the widest columns until the table fits; None when it cannot."""
    room = None if width is None else width - len(_GAP) * (len(widths) - 1)
    if room is None or sum(widths) <= room:
        return widths
    least = [min(natural, max(_NARROWEST, head)) for natural, head in zip(widths, heads, strict=True)]
    if sum(least) > room:
        return None
    low, high = 0, max(widths)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(_capped(widths, least, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return _capped(widths, least, low)


def _capped(widths: list[int], least: list[int], cap: int) -> list[int]:
    return [max(floor, min(natural, cap)) for natural, floor in zip(widths, least, strict=True)]


def _aligned(names: list[str], texts: list[list[str]], widths: list[int], numeric: list[bool]) -> list[str]:
    lines = [_line(names, widths, numeric), _GAP.join("─" * width for width in widths)]
    for row in texts:
        wrapped = [_wrap(text, width) for text, width in zip(row, widths, strict=True)]
        for index in range(max(map(len, wrapped), default=1)):
            lines.append(_line([part[index] if index < len(part) else "" for part in wrapped], widths, numeric))
    return lines


def _line(row: list[str], widths: list[int], numeric: list[bool]) -> str:
    padded = []
    for text, width, right in zip(row, widths, numeric, strict=True):
        space = " " * (width - cells(text))
        padded.append(space + text if right else text + space)
    return _GAP.join(padded)


def _wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most this many cells, at spaces where there are some."""
    if cells(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *whole, line = _chop(word, width)
        lines += whole
    return [*lines, line]


def _chop(word: str, width: int) -> list[str]:
    """Cut a word that is longer than a line, after a hyphen, slash or colon in its second half if it has one."""
    parts = [""]
    used = 0
    for char in word:
        size = _cells_of(char)
        if used + size > width and parts[-1]:
            cut = max(parts[-1].rfind(mark) for mark in "-/:") + 1
            rest = parts[-1][cut:] if cut > len(parts[-1]) // 2 else ""
            parts[-1] = parts[-1][: len(parts[-1]) - len(rest)]
            parts.append(rest)
            used = cells(rest)
        parts[-1] += char
        used += size
    return parts


def _blocks(names: list[str], texts: list[list[str]], width: int) -> list[str]:
    """Each row as lines of `name  value`, for terminals too narrow for the columns."""
    label = max(map(cells, names))
    room = max(_NARROWEST, width - label - len(_GAP))
    lines: list[str] = []
    for row in texts:
        if lines:
            lines.append("")
        for name, text in zip(names, row, strict=True):
            first, *rest = _wrap(text, room)
            lines.append(f"{name}{' ' * (label - cells(name))}{_GAP}{first}")
            lines += [f"{' ' * label}{_GAP}{part}" for part in rest]
    return lines


def _write_markdown(names: list[str], rows: Iterable[Sequence[Any]], out: BinaryIO) -> int:
    """A table of GitHub Flavored Markdown (section 4.10): what would be marks of it escaped."""
    head = " | ".join(names)
    out.write(f"| {head} |\n|{' --- |' * len(names)}\n".encode())
    count = 0
    for count, row in enumerate(rows, start=1):
        out.write(f"| {' | '.join(_markdown(term) for term in row)} |\n".encode())
    return count


def _markdown(term: Any) -> str:
    text = cell(term) if type(term).__name__ != "Literal" else _CONTROL.sub(lambda found: _escaped(found[0]), term.value)
    if type(term).__name__ == "NamedNode" and text.startswith("<"):
        return text.replace("|", "%7C")
    for char in "\\|`*_[]~!":
        text = text.replace(char, "\\" + char)
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return "<br>".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
