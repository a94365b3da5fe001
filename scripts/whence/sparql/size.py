"""How far a query may be nested and chained: the engine reads, plans and runs both by recursion, until its stack ends.

Measured on pyoxigraph 0.5.13, the engine takes up to 1.3 kB of stack for each unit of the weight below, whatever a query is made of,
so what `MOST` allows fits into the usual stack of 8 MB; the command and the server have more (`whence.process.limits.STACK`).
"""

from __future__ import annotations

from whence.errors import QueryError
from whence.sparql.tokens import Token, place, tokens

#: The weight of the heaviest query: 1 for each word and sign, and what follows.
MOST = 5_000
#: For each level of brackets where they are deepest.
_LEVEL = 5
#: For a term right behind another one outside braces: an item of a list, a column, a thing to describe.
_ITEM = 4
#: For the steps of a path and for annotations.
_HEAVY = {"/": 1, "~": 1, "{|": 2}

_OPENING, _CLOSING = ("{", "(", "["), ("}", ")", "]")
_TERMS = ("iri", "name", "variable", "string", "number", "blank")
_ROW, _LIST = ("VALUES", "row"), "IN"


def check(text: str, file: str | None = None) -> None:
    """Refuse a query that is nested or chained so far that it could end the process.

    Terms that stand as data in VALUES or in the list of IN are read one by one and weigh nothing.

    :raises QueryError: the query is too heavy

    >>> check("ASK { VALUES ?x { " + "1 " * 10_000 + "} }")
    >>> check("ASK " + "{" * 1_000 + "}" * 1_000)
    Traceback (most recent call last):
    whence.errors.QueryError: 1:838: The query is nested or chained too far here. Write it flatter, put data into VALUES, or ask in several queries.
    """
    weight = deepest = 0
    opened: list[str] = []  # what each open bracket is, innermost last: the bracket itself, VALUES, a row of VALUES, or IN
    heading = ""
    before: Token | None = None
    for token in tokens(text):
        inside = opened[-1] if opened else ""
        if not (inside in (*_ROW, _LIST) and _is_data(token, before, inside)):
            listed = inside in ("", "(") and before is not None and _ends(before) and _starts(token)
            weight += 1 + _HEAVY.get(token.text, 0) + (_ITEM if listed else 0)
        if token.kind == "mark" and token.text in _OPENING:
            opened.append("row" if inside == "VALUES" else heading or token.text)
            deepest = max(deepest, len(opened))
        elif token.kind == "mark" and token.text in _CLOSING and opened:
            opened.pop()
        if weight + _LEVEL * deepest > MOST:
            raise _too_heavy(text, token, file)
        heading = _heading(token, heading)
        before = token


def _heading(token: Token, heading: str) -> str:
    """The keyword whose data the next bracket holds; VALUES may have its variables first."""
    if token.word in ("VALUES", "IN"):
        return token.text.upper()
    return heading if heading == "VALUES" and (token.kind == "variable" or token.text in ("(", ")")) else ""


def _is_data(token: Token, before: Token | None, inside: str) -> bool:
    """Whether a token belongs to a flat list of terms; a sign does before a number, not between two."""
    if token.kind in _TERMS or token.kind == "language" or token.word in ("TRUE", "FALSE", "UNDEF"):
        return True
    if token.text in ("+", "-"):
        return inside in _ROW or (before is not None and before.text in ("(", ","))
    return token.text in (",", "^^") or (inside in _ROW and token.text in ("(", ")"))


def _starts(token: Token) -> bool:
    return token.kind in _TERMS or token.text in ("(", "[") or token.word in ("TRUE", "FALSE")


def _ends(token: Token) -> bool:
    return token.kind in _TERMS or token.kind == "language" or token.text in (")", "]") or token.word in ("TRUE", "FALSE")


def _too_heavy(text: str, token: Token, file: str | None) -> QueryError:
    fix = "Write it flatter, put data into VALUES, or ask in several queries."
    return QueryError("The query is nested or chained too far here.", fix=fix, **place(text, token.start, file))
