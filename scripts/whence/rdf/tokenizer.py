"""Turtle text as tokens with exact places.

One compiled regular expression finds every token; each part of it names the production of
RDF 1.1 Turtle (https://www.w3.org/TR/turtle/#terminals) that it follows. All repetitions are
possessive, so the time is linear in the length of the text, whatever the text is.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from whence.errors import InputError

# PN_CHARS_BASE, PN_CHARS_U, PN_CHARS
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = rf"{_BASE}_\-0-9\u00b7\u0300-\u036f\u203f-\u2040"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"[{_BASE}][{_CHARS}]*+(?:\.++[{_CHARS}]++)*+"
_LOCAL = rf"(?:[{_BASE}_:0-9]|{_PLX})(?:[{_CHARS}:]++|{_PLX})*+(?:\.++(?:[{_CHARS}:]++|{_PLX})++)*+"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = rf"\\[tbnrf\"'\\]|{_UCHAR}"

_TOKEN = "|".join(
    (
        rf"((?:{_PREFIX})?+:(?:{_LOCAL})?+)",  # PNAME_LN, PNAME_NS
        rf'("""(?:[^"\\]++|"{{1,2}}(?!")|{_ESCAPE})*+"""'  # STRING_LITERAL_LONG_QUOTE
        rf"|'''(?:[^'\\]++|'{{1,2}}(?!')|{_ESCAPE})*+'''"  # STRING_LITERAL_LONG_SINGLE_QUOTE
        rf'|"(?!"")(?:[^"\\\n\r]++|{_ESCAPE})*+"'  # STRING_LITERAL_QUOTE
        rf"|'(?!'')(?:[^'\\\n\r]++|{_ESCAPE})*+')",  # STRING_LITERAL_SINGLE_QUOTE
        rf'(<(?:[^\x00-\x20<>"{{}}|^`\\]++|{_UCHAR})*+>)',  # IRIREF
        r"([+-]?(?:[0-9]++(?:\.[0-9]*+[eE][+-]?[0-9]++|\.[0-9]++|[eE][+-]?[0-9]++)?"  # INTEGER, DECIMAL, DOUBLE
        r"|\.[0-9]++(?:[eE][+-]?[0-9]++)?))",
        r"([.;,\[\]()]|\^\^)",
        # a, true, false, PREFIX, BASE; what goes on with two dots and no colon is nothing, and one token of it
        rf"([A-Za-z][{_CHARS}]*+(?:(?:\.++[{_CHARS}]++){{2,}}+)?)",
        r"(@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)",  # LANGTAG, @prefix, @base
        rf"(_:[{_BASE}_0-9][{_CHARS}]*+(?:\.++[{_CHARS}]++)*+)",  # BLANK_NODE_LABEL
        r"(#[^\n\r]*+)",
        r"([^ \t\r\n])",
    )
)

#: Finds the next token; its `lastindex` is one of the kinds below, its group of that number the token; None at the end.
SCANNER = re.compile(rf"[ \t\r\n]*+(?:{_TOKEN}|\Z)")

NAME, STRING, IRI, NUMBER, MARK, WORD, AT, BLANK, COMMENT, BAD = range(1, 11)

_LINE_END = re.compile(r"\r\n|\n|\r")
_EXCERPT = 60
#: What begins no token of RDF 1.1 but one of RDF 1.2 (RDF 1.2 Turtle, sections 2.7 to 2.11).
_NEWER = re.compile(r"<<\(?|\{\||~|--(?:ltr|rtl)\b")
_KINDS_OF_1_2 = {
    "<<": "a triple as a term",
    "{|": "an annotation of a triple",
    "~": "a reifier of a triple",
    "--": "the base direction of a text",
    "ve": "a declaration of the version",
}


class NotTaken(InputError):
    """Good Turtle that our own reader does not take: RDF 1.2, or brackets nested too deep."""


class Lines:
    r"""The lines of a text: turns an offset into a line and a column. `\n`, `\r\n` and `\r` end a line.

    >>> Lines("ab\r\ncd").place(5)
    (2, 2)
    """

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column, in code points, of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def excerpt(text: str) -> str:
    """The text on one line, cut to a length that fits in a message.

    >>> excerpt("a" * 100)[-20:]
    'aaaaa... (100 chars)'
    """
    shown = " ".join(text[: _EXCERPT * 2].split())
    if len(text) > _EXCERPT:
        return f"{shown[:_EXCERPT]}... ({len(text)} chars)"
    return shown


def bad_token(text: str, offset: int, file: str | None) -> InputError:
    """The error for a character that begins no token, with the likeliest reason."""
    line, column = Lines(text).place(offset)
    newer = _NEWER.match(text, offset)
    if newer:
        return newer_turtle(newer[0], file, line, column)
    problem, fix = _reason(text, offset)
    return InputError(problem, fix=fix, file=file, line=line, column=column)


def newer_turtle(written: str, file: str | None, line: int, column: int) -> NotTaken:
    """The error for what only RDF 1.2 Turtle has."""
    what = _KINDS_OF_1_2[written.lstrip("@")[:2].lower()]
    return NotTaken(
        f"`{written}` is RDF 1.2: {what}, which the formatter does not know yet.",
        fix="Leave this file out, or describe the statement with a node of its own.",
        file=file,
        line=line,
        column=column,
    )


def _reason(text: str, offset: int) -> tuple[str, str]:
    first = text[offset]
    rest = text[offset : offset + 4 * _EXCERPT]
    if first in "\"'":
        return _string_reason(text, offset)
    if first == "<":
        written = excerpt(re.split(r"[>\r\n]", rest, maxsplit=1)[0] + ">")
        return (
            f"The IRI `{written}` is not closed or has a character that no IRI may have.",
            "Close it with `>` on the same line and write a space as `%20`.",
        )
    if first == "\ufeff":
        return "A byte order mark stands before the text.", "Save the file as UTF-8 without a byte order mark."
    if first == "_":
        return "A blank node label needs a colon and a name.", "Write it like `_:name`."
    if first == "@":
        return "No language tag and no directive follows the `@`.", "Write `@en`, `@prefix` or `@base`."
    if 0xD800 <= ord(first) <= 0xDFFF:
        return f"U+{ord(first):04X} is half a surrogate pair, not a character.", "Remove it."
    if first in "{}":
        return f"`{first}` is TriG, not Turtle: a Turtle file has no named graphs.", "Remove it, or use a .trig file."
    shown = f"The character `{first}`" if first.isprintable() else f"The character U+{ord(first):04X}"
    return f"{shown} begins nothing that Turtle knows.", "Remove it, or put it inside quotes or `<>`."


def _string_reason(text: str, offset: int) -> tuple[str, str]:
    quote = text[offset]
    long = text.startswith(quote * 3, offset)
    ends = "" if long else r"\n\r"
    inner = rf"|{quote}{{1,2}}(?!{quote})" if long else ""
    body = re.compile(rf"(?:[^\\{quote}{ends}]++|{_ESCAPE}{inner})*+")
    at = body.match(text, offset + (3 if long else 1)).end()  # type: ignore[union-attr]
    start = excerpt(text[offset:at])
    if text.startswith("\\", at):
        return (
            f"The string `{start}` goes on with an escape that Turtle does not know: `{excerpt(text[at : at + 2])}`.",
            r"Write `\\` for a backslash.",
        )
    mark = quote * 3 if long else quote
    if at >= len(text) or long:
        return f"The string `{start}` is never closed.", f"Close it with `{mark}`."
    return (
        f"The string `{start}` is not closed on its line.",
        rf"Close it with `{mark}`, or write `\n` for a line break.",
    )
