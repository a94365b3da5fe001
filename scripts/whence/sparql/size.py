"""How large a query may be: the engine reads and runs what is nested, and what is chained, by recursion.

Measured on pyoxigraph 0.5.13 with the usual stack of 8 MB: 2,000 subqueries inside each other, or a chain of 5,000
BINDs, end the whole process without a word. Lists of data are read one by one, so they may be of any length.
"""

from __future__ import annotations

from whence.errors import QueryError
from whence.sparql.tokens import Token, tokens

__all__ = ["MOST_NESTED", "MOST_TOKENS", "check"]

#: Brackets open at once.
MOST_NESTED = 400
#: Terminals outside the data of VALUES and the list of IN.
MOST_TOKENS = 5_000

_OPENING, _CLOSING = ("{", "(", "["), ("}", ")", "]")


def check(text: str, file: str | None = None) -> None:
    """Refuse a query whose size would end the process.

    :raises QueryError: brackets are nested too deeply, or too much stands outside VALUES and IN

    >>> check("ASK { VALUES ?x { " + "1 " * 10_000 + "} }")
    >>> check("ASK " + "{" * 1_000 + "}" * 1_000)
    Traceback (most recent call last):
    whence.errors.QueryError: 1:405: Brackets are nested deeper than 400 levels. Write the query flatter.
    """
    depth, count, data, before = 0, 0, None, None
    for token in tokens(text):
        if token.kind == "mark" and token.text in _OPENING:
            depth += 1
            if depth > MOST_NESTED:
                raise _too_deep(text, token, file)
            if data is None and _lists(token, before):
                data = depth
        elif token.kind == "mark" and token.text in _CLOSING:
            data = None if data == depth else data
            depth -= 1
        if data is None:
            count += 1
            if count > MOST_TOKENS:
                raise _too_long(text, token, file)
        before = _heading(token, before)


def _heading(token: Token, before: str | None) -> str | None:
    """The keyword that heads a list of data, kept over the variables that VALUES may have before its data."""
    if token.is_word("VALUES", "IN"):
        return token.text.upper()
    stays = before == "VALUES" and (token.kind == "variable" or token.text in ("(", ")"))
    return before if stays else None


def _lists(token: Token, before: str | None) -> bool:
    return (before == "VALUES" and token.text == "{") or (before == "IN" and token.text == "(")


def _too_deep(text: str, token: Token, file: str | None) -> QueryError:
    from whence.sparql.spots import place

    problem = f"Brackets are nested deeper than {MOST_NESTED} levels."
    return QueryError(problem, fix="Write the query flatter.", **place(text, token.start, file))


def _too_long(text: str, token: Token, file: str | None) -> QueryError:
    from whence.sparql.spots import place

    problem = f"The query has more than {MOST_TOKENS:,} words and signs outside VALUES and IN."
    return QueryError(problem, fix="Put data into VALUES, or ask in several queries.", **place(text, token.start, file))
