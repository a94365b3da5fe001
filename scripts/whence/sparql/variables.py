"""The variables of a query that nothing in it can give a value: misspelt ones, and parameters nobody declared."""

from __future__ import annotations

from collections.abc import Sequence

from whence.sparql.tokens import Token

#: What a bracket holds: patterns bind their variables, expressions and lists of columns only use them.
_BINDS, _USES = True, False


def bound_nowhere(stream: Sequence[Token]) -> list[Token]:
    """Return the first use of each variable that no pattern, BIND, AS or VALUES of the query names, in text order.

    Scopes are not looked at (SPARQL 1.1 section 18.2.1): a variable bound in a sub-SELECT or a MINUS counts as bound.
    Never raises; brackets that do not match are left to the engine.

    :param stream: the tokens of the query

    >>> from whence.sparql.tokens import tokens
    >>> [token.text for token in bound_nowhere([*tokens("SELECT ?lable { ?s ?p ?label FILTER(?label != ?other) }")])]
    ['?lable', '?other']
    """
    uses: dict[str, Token] = {}
    bound: set[str] = set()
    holds = [_USES]
    for index, token in enumerate(stream):
        if token.kind == "variable":
            if holds[-1] is _BINDS or (index and stream[index - 1].word in ("AS", "VALUES")):
                bound.add(token.text[1:])
            else:
                uses.setdefault(token.text[1:], token)
        elif token.kind == "mark" and token.text in ("{", "("):
            holds.append(_opens(stream, index, holds[-1]))
        elif token.kind == "mark" and token.text in ("}", ")") and len(holds) > 1:
            holds.pop()
        elif token.word == "SELECT":  # what follows inside its bracket are columns, and after its group modifiers
            holds[-1] = _USES
    return [token for name, token in uses.items() if name not in bound]


def _opens(stream: Sequence[Token], index: int, around: bool) -> bool:
    """What the bracket at index holds."""
    before = stream[index - 1] if index else None
    if stream[index].text == "{":
        return not (before and before.word == "CONSTRUCT")
    if before is None or before.word == "VALUES":
        return _BINDS
    called = before.kind == "word" or (index > 1 and stream[index - 2].word == "FILTER")
    return _BINDS if around is _BINDS and not called else _USES
