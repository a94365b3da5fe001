"""The rules of SPARQL beyond its grammar, for queries whose every token can stand where it does."""

from __future__ import annotations

import re
from itertools import takewhile

from whence.errors import QueryError
from whence.sparql.spots import place
from whence.sparql.groups import Select, bodies, selects
from whence.sparql.tokens import Token, tokens

_AT = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_AFTER_GROUP_BY = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


def broken_rule(text: str, message: str, file: str | None = None, *, based: bool = False) -> QueryError:
    """Return the error for a query that is grammatical and was refused all the same.

    :param message: the text of pyoxigraph's SyntaxError, whose place says little and whose words a little
    :param based: whether it was given a base besides those it declares
    """
    match = _AT.match(message)
    expected = match[3] if match else ""
    if "IRI parsing failed" in expected and match:
        return _not_whole(text, _iri_before(text, _offset(text, int(match[1]), int(match[2]))), file)
    found = _number_too_large(text, file) or _computed_again(text, file) or _ungrouped(text, file) or _values_that_differ(text, file)
    if found:
        return found
    if not based and (iri := _relative(text)):
        return _not_whole(text, iri, file)
    return QueryError(
        "Every word of the query can stand where it does, but together they break a rule of SPARQL.",
        fix="See that every variable of SELECT is grouped, that BIND and AS name new variables, and that VALUES rows have equal lengths.",
        file=file,
    )


def _not_whole(text: str, iri: Token | None, file: str | None) -> QueryError:
    return QueryError(
        f"{iri.text[:80]} is not a whole IRI." if iri else "An IRI is not whole.",
        fix="Write it with its scheme, such as <https://example.org/thing>, or declare a BASE.",
        **(place(text, iri.start, file) if iri else {"file": file}),
    )


def _relative(text: str) -> Token | None:
    """Return the first IRI that has no scheme, before any BASE."""
    stream = takewhile(lambda token: token.word != "BASE", tokens(text))
    return next((token for token in stream if token.kind == "iri" and not _SCHEME.match(token.text)), None)


def not_understood(text: str, message: str, file: str | None = None) -> QueryError:
    """Return the error for a query that is nested too deeply to look for the mistake, with the place where the engine gave up."""
    match = _AT.match(message)
    at = _offset(text, int(match[1]), int(match[2])) if match else len(text)
    fix = "Its brackets are nested too deeply to say more: write it flatter."
    return QueryError("The query is not understood at or before this place.", fix=fix, **place(text, at, file))


def _number_too_large(text: str, file: str | None) -> QueryError | None:
    """A LIMIT or OFFSET beyond what the engine counts to."""
    stream = list(tokens(text))
    for before, token in zip(stream, stream[1:], strict=False):
        if before.word in ("LIMIT", "OFFSET") and token.kind == "number" and not (token.text.isdecimal() and len(token.text) < 20 and int(token.text) < 2**63):
            word = before.text.upper()
            return QueryError(f"{word} {token.text[:40]} is no number of rows.", fix="Write a whole number of at most 18 digits.", **place(text, token.start, file))
    return None


def _computed_again(text: str, file: str | None) -> QueryError | None:
    """A BIND or AS whose variable has a value already (SPARQL 1.1 sections 10.1 and 16.1.2)."""
    outer, inner = selects(text)
    places: list[tuple[list[Token], list[Token]]] = [(body.own, body.tokens) for body in bodies(text)]
    places += [(select.columns, select.columns + select.body.tokens) for select in (outer, *inner)]
    for own, around in places:
        for before, token in zip(own, own[1:], strict=False):
            if not (before.word == "AS" and token.kind == "variable"):
                continue
            others = around if own is not around and own[0].word == "SELECT" else [one for one in around if one.start < token.start]
            if any(one.kind == "variable" and one.text[1:] == token.text[1:] and one is not token for one in others):
                return QueryError(
                    f"{token.text} is computed here, but it has a value already.", fix="Give the computed value another name.",
                    **place(text, token.start, file),
                )
    return None


def _ungrouped(text: str, file: str | None) -> QueryError | None:
    """A column that is neither grouped nor aggregated (SPARQL 1.1 section 11.4)."""
    outer, inner = selects(text)
    for select in (outer, *inner):
        if select.keyword.word != "SELECT" or not (select.group_by or select.aggregates):
            continue
        keys = _keys(select)
        for token in select.plain_columns():
            if token.text == "*" or token.text[1:] not in keys:
                return QueryError(
                    f"SELECT names {token.text}, which is not grouped.",
                    fix=f"Add it to GROUP BY, or wrap it in an aggregate such as SAMPLE({token.text})."
                    if token.text != "*"
                    else "Name the columns.",
                    **place(text, token.start, file),
                )
    return None


def _keys(select: Select) -> set[str]:
    """The variables that GROUP BY makes visible."""
    if select.group_by is None:
        return set()
    found: set[str] = set()
    depth = 0
    after_as = False
    for token in select.tokens:
        if token.start < select.group_by.end:
            continue
        if not depth and token.word in _AFTER_GROUP_BY:
            break
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (not depth or after_as):
            found.add(token.text[1:])
        after_as = token.word == "AS"
    return found


def _values_that_differ(text: str, file: str | None) -> QueryError | None:
    """A row of VALUES that has another length than its head (SPARQL 1.1 section 10.2)."""
    stream = list(tokens(text))
    for index, token in enumerate(stream):
        if token.word != "VALUES" or index + 1 == len(stream) or stream[index + 1].text != "(":
            continue
        width: int | None = None
        row: list[Token] = []
        for other in stream[index + 1 :]:
            if other.text == "}":
                break
            if other.text == "(":
                row = [other]
            elif other.text == ")":
                count = sum(1 for one in row[1:] if one.kind not in ("language", "mark"))
                typed = sum(1 for one in row[1:] if one.text == "^^")
                width = count if width is None else width
                if count - typed != width:
                    problem = f"This row of VALUES has another length than its head, which names {width}."
                    return QueryError(problem, fix="Use UNDEF where there is no value.", **place(text, row[0].start, file))
            else:
                row.append(other)
    return None


def _iri_before(text: str, offset: int) -> Token | None:
    return next((token for token in reversed(list(tokens(text))) if token.kind == "iri" and token.start < offset), None)


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a line and column that the engine counted (lines end with a line feed)."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))
