"""The one tokenizer of SPARQL: the terminals of SPARQL 1.1 (section 19.8), in time linear in the text.

No quantifier here gives back what it took (`*+`), no text is scanned again for a terminal that it was found not to hold, and a
long string that never closes goes on to the end, so that doubling a text doubles the time whatever it holds.

A `Spot` says where in a query something stands, with the excerpt that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any

#: What names may have besides `\w` (SPARQL 1.1 [164], [166], [167]): combining marks above all, without which a name would be cut.
_MARKS = "\u00b7\u0300-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"  # [170] PERCENT, [173] PN_LOCAL_ESC
# SPARQL 1.1 section 19.8; the first alternative that matches wins, so longer terminals stand first.
_TERMINALS = (
    # [139] IRIREF with the escapes of section 19.2; what does not close on the way is the operator `<`
    ("iri", r"<(?:[^<>\"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>"),
    # [158], [159] long strings, [156], [157] short ones
    ("string", r'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""|' + r"'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''"
     + r'|(?!""")"[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+"|' + r"(?!''')'[^'\\\r\n]*+(?:\\[^\r\n][^'\\\r\n]*+)*+'"),
    ("open_string", r"(?:\"\"\"|''').*+|[\"'][^\r\n]*+"),
    ("variable", rf"[?$][\w{_MARKS}]++"),  # [143], [144]
    ("blank", rf"_:\w[\w\-{_MARKS}]*+(?:\.++[\w\-{_MARKS}]++)*+"),  # [142]
    # [140], [141] PNAME_NS and PNAME_LN with PLX escapes
    ("name", rf"(?:[^\W\d_][\w\-{_MARKS}]*+(?:\.++[\w\-{_MARKS}]++)*+)?:"
     rf"(?:(?:[\w:{_MARKS}]|{_ESCAPED})[\w:\-{_MARKS}]*+(?:(?:{_ESCAPED}|\.++(?=[\w:\-{_MARKS}]|{_ESCAPED}))[\w:\-{_MARKS}]*+)*+)?+"),
    ("language", r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"),  # [145]
    ("number", r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"),  # [146] to [148]
    ("word", r"[^\W\d]\w*+"),
    ("mark", r"\^\^|&&|\|\||!=|<=|>=|\{\||\|\}|<<\(?|\)?>>|."),
)
#: White space and comments, which stand between any two.
_BETWEEN = r"(?:[ \t\r\n]++|#[^\r\n]*+)*+"
_BEFORE = re.compile(_BETWEEN)
#: What the prefix of a name may be made of; where no colon follows, no name begins inside.
_PREFIX = re.compile(rf"[\w.\-{_MARKS}]*+")


class Token:
    """One terminal of a query.

    :ivar kind: iri, string, open-string (one that never closes), variable, blank, name (prefixed), language,
        number, word (keywords and functions), mark (punctuation)
    :ivar word: the text of a word in upper case; of others an empty one
    """

    __slots__ = ("end", "kind", "start", "text", "word")

    def __init__(self, kind: str, text: str, start: int) -> None:
        self.kind = kind
        self.text = text
        self.word = text.upper() if kind == "word" else ""
        self.start = start
        self.end = start + len(text)

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.text!r}, {self.start})"


@cache
def _pattern(*without: str) -> re.Pattern[str]:
    groups = "|".join(f"(?P<{kind}>{rule})" for kind, rule in _TERMINALS if kind not in without)
    return re.compile(f"(?:{groups}){_BETWEEN}", re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """Yield the terminals of a query in text order, without white space and comments. Never raises.

    >>> [token.text for token in tokens('ASK { ?s <p> "a } #" } # done')]
    ['ASK', '{', '?s', '<p>', '"a } #"', '}']
    """
    match, but_names = _pattern().match, _pattern("name").match
    at = _BEFORE.match(text).end()  # type: ignore[union-attr]
    nameless = 0  # before it no name begins
    while at < len(text):
        found = (but_names if at < nameless else match)(text, at)
        assert found is not None  # the last alternative takes any character
        kind = found.lastgroup or "mark"
        if kind == "word" and at >= nameless:
            run = _PREFIX.match(text, at)
            nameless = run.end() if run else at
        yield Token(kind if kind != "open_string" else "open-string", found[kind], at)
        at = found.end()


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
    from whence.rdf.tables import cells as width_of

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
        used += width_of(char)
    if column >= min(len(line), first + width):
        caret = used
    return "".join(cells), caret
