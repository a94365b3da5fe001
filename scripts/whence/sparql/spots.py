"""Where in a query something stands, and the excerpt that shows it with a caret."""

from __future__ import annotations

import re
from types import ModuleType

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any

_TAB = 4


def place(text: str, offset: int, file: str | None = None) -> dict[str, Any]:
    """Return file, line, column (1-based, code points) and excerpt of an offset, as `QueryError` takes them.

    The caret stands below the character as a terminal shows it: tabs are spread to four columns, wide
    East Asian characters count two, combining ones none.

    >>> print(place("ASK {\\n  ?名 ?? }", 11)["excerpt"])
      ?名 ?? }
          ^
    """
    offset = min(offset, len(text))
    before = re.split(r"\r\n|\r|\n", text[:offset])
    start = offset - len(before[-1])
    end = re.search(r"[\r\n]|$", text[offset:])
    line = text[start : offset + (end.start() if end else 0)]
    shown, caret = _window(line, offset - start)
    return {
        "file": file,
        "line": len(before),
        "column": offset - start + 1,
        "excerpt": f"{shown}\n{' ' * caret}^",
    }


def _window(line: str, column: int, width: int = 100) -> tuple[str, int]:
    """The part of a line around a column, tabs spread, and how many cells stand before that column."""
    import unicodedata

    first = max(0, column - width // 2) if len(line) > width else 0
    cells: list[str] = ["…"] if first else []
    caret = 0
    used = len(cells)
    for index, char in enumerate(line[first : first + width], start=first):
        if index == column:
            caret = used
        if char == "\t":
            char = " " * (_TAB - used % _TAB)
        elif not char.isprintable():
            char = "\N{REPLACEMENT CHARACTER}"
        cells.append(char)
        used += sum(_cells(unicodedata, part) for part in char)
    if column >= min(len(line), first + width):
        caret = used
    return "".join(cells), caret


def _cells(unicodedata: ModuleType, char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
