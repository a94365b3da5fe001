"""Turns the engine's refusal of a query into one sentence with line, column, excerpt and a way to mend it."""

from __future__ import annotations

import re

from whence.errors import QueryError
from whence.namespaces import PREFIXES
from whence.sparql.query import prologue
from whence.sparql.tokens import Token, tokens

__all__ = ["diagnose", "place"]

_AT = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_TAB = 4

#: Namespaces people use without declaring them, beside our own.
_WELL_KNOWN = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
}


def place(text: str, offset: int, file: str | None = None) -> dict[str, object]:
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


def diagnose(text: str, message: str, file: str | None = None) -> QueryError:
    """Return the error for a query that pyoxigraph refused with this message.

    Looks in this order for: a prefix nobody declared, a string that never closes, brackets that do not
    match, the first token that the grammar cannot take, and last the engine's own words.

    :param text: the whole query as the user wrote it
    :param message: the text of pyoxigraph's SyntaxError
    """
    stream = list(tokens(text))
    declared = {**PREFIXES, **prologue(text)[0]}
    for token in stream:
        if token.kind == "name" and token.text.partition(":")[0] not in declared:
            return _unknown_prefix(text, token, declared, file)
        if token.kind == "open-string":
            return QueryError(
                f"The string that starts with {token.text[:20]} never closes.",
                fix="End it with the same quotation mark; for a line break inside use three of them.",
                **place(text, token.start, file),
            )
    return _brackets(text, stream, file) or _refused_token(text, stream, message, file)


def _unknown_prefix(text: str, token: Token, declared: dict[str, str], file: str | None) -> QueryError:
    import difflib

    prefix = token.text.partition(":")[0]
    if prefix in _WELL_KNOWN:
        fix = f"Put this line on top: PREFIX {prefix}: <{_WELL_KNOWN[prefix]}>"
    else:
        near = difflib.get_close_matches(prefix, declared, n=1, cutoff=0.5)
        fix = f"Did you mean {near[0]}: <{declared[near[0]]}>? Otherwise put" if near else "Put"
        fix += f" this line on top with its namespace: PREFIX {prefix}: <https://example.org/>"
    return QueryError(f'The prefix "{prefix}:" is not declared.', fix=fix, **place(text, token.start, file))


def _brackets(text: str, stream: list[Token], file: str | None) -> QueryError | None:
    """The first bracket without its partner, or None when all match."""
    closing = {"}": "{", ")": "(", "]": "["}
    opened: list[Token] = []
    for token in stream:
        if token.kind != "mark":
            continue
        if token.text in closing.values():
            opened.append(token)
        elif token.text in closing:
            if not opened:
                return QueryError(
                    f"This {token.text} closes nothing.", fix=f"Take it out, or open a {closing[token.text]} before it.",
                    **place(text, token.start, file),
                )
            if opened.pop().text != closing[token.text]:
                return QueryError(
                    f"This {token.text} closes another bracket than the one that is open.",
                    fix="Close the inner bracket first.",
                    **place(text, token.start, file),
                )
    if not opened:
        return None
    partner = {before: after for after, before in closing.items()}[opened[-1].text]
    return QueryError(
        f"This {opened[-1].text} is never closed.", fix=f"Add the missing {partner}.",
        **place(text, opened[-1].start, file),
    )


def _refused_token(text: str, stream: list[Token], message: str, file: str | None) -> QueryError:
    """The engine's own words and place: what is wrong is not in the grammar (or beyond what we know of it)."""
    match = _AT.match(message)
    if match is None:
        return QueryError(f"The query was refused: {message.strip()}.", file=file)
    offset = _offset(text, int(match[1]), int(match[2]))
    expected = match[3]
    for known, problem, fix in _MEANINGS:
        if known in expected:
            return QueryError(problem, fix=fix, **place(text, offset, file))
    token = next((token for token in stream if token.end > offset), None)
    found = f'"{token.text[:40]}"' if token else "the end of the query"
    return QueryError(f"The query is not understood at {found}.", **place(text, offset, file))


_MEANINGS = (
    ("IRI parsing failed", "This IRI is not absolute or has characters an IRI cannot have.",
     "Write it whole, such as <https://example.org/thing>."),
    ("variable that is unbound", "SELECT names a variable that is not grouped.",
     "Add it to GROUP BY, or wrap it in an aggregate such as SAMPLE(?x)."),
    ("overrides an existing variable", "SELECT computes a variable that the pattern binds already.",
     "Give the computed column another name."),
)


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a line and column that the engine counted (lines end with a line feed)."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


def _window(line: str, column: int, width: int = 100) -> tuple[str, int]:
    """The part of a line around a column, tabs spread, and how many cells stand before that column."""
    import unicodedata

    first = max(0, column - width // 2)
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


def _cells(unicodedata, char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
