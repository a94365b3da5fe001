"""The SELECTs and groups of a query, found by its brackets: what binding needs to know of its structure; and the variables that nothing in it can give a value."""

from __future__ import annotations

from collections.abc import Sequence

from whence.sparql.tokens import Token, tokens

#: SPARQL 1.1 [127] Aggregate
_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")


class Body:
    """A bracketed run of tokens.

    :ivar end: offset after `}` (of the text's end when it never closes)
    :ivar tokens: all tokens between
    :ivar own: the tokens between that stand in no inner group
    :ivar groups: the groups of patterns directly inside
    :ivar depth: how many parentheses are open around it (the group of an EXISTS among the columns has one)
    """

    __slots__ = ("depth", "end", "groups", "own", "start", "tokens")

    def __init__(self, start: int, depth: int = 0) -> None:
        self.start = start
        self.end = start
        self.depth = depth
        self.tokens: list[Token] = []
        self.own: list[Token] = []
        self.groups: list[Body] = []


class Select:
    """One query form with its group: the outermost of any form, or a sub-SELECT.

    :ivar keyword: SELECT, ASK, CONSTRUCT or DESCRIBE
    :ivar body: its WHERE group
    :ivar group_by: the token BY of its GROUP BY, or None
    :ivar aggregates: whether its columns, HAVING or ORDER BY use an aggregate
    :ivar tokens: every token from its keyword to the end of its modifiers
    """

    __slots__ = ("aggregates", "body", "columns", "group_by", "keyword", "tokens")

    def __init__(self, stream: list[Token], body: Body) -> None:
        self.keyword = stream[0]
        self.body = body
        self.tokens = stream
        self.columns = [token for token in stream if token.end <= body.start]
        modifiers = [token for token in stream if token.start >= body.end]
        self.group_by = next(
            (by for group, by in zip(modifiers, modifiers[1:], strict=False) if group.word == "GROUP" and by.word == "BY"),
            None,
        )
        self.aggregates = any(token.word in _AGGREGATES for token in self.columns + modifiers)

    def uses(self, name: str) -> bool:
        """Whether the variable occurs anywhere in it."""
        return any(_is_variable(token, name) for token in self.tokens)

    def projects(self, name: str) -> bool:
        """Whether the variable comes out of it; every form but SELECT lets all variables out."""
        if self.keyword.word != "SELECT":
            return True
        return any(token.text == "*" or _is_variable(token, name) for token in self.plain_columns())

    def plain_columns(self) -> list[Token]:
        """The columns that are not computed: variables, or the one `*`."""
        found = []
        depth = 0
        for token in self.columns:
            depth += (token.text == "(") - (token.text == ")")
            if not depth and (token.text == "*" or token.kind == "variable"):
                found.append(token)
        return found

    def groups_to_declare(self, name: str) -> list[int]:
        """The offsets of the `{` of its group and of each group inside that names the variable, those of sub-SELECTs left out."""
        found = [self.body.start]
        pending = list(self.body.groups)
        while pending:
            group = pending.pop()
            if group.own and group.own[0].word == "SELECT":
                continue
            pending += group.groups
            if any(_is_variable(token, name) for token in group.own):
                found.append(group.start)
        return found


def _is_variable(token: Token, name: str) -> bool:
    return token.kind == "variable" and token.text[1:] == name


def selects(text: str) -> tuple[Select, list[Select]]:
    """Return the outermost query form and its sub-SELECTs, outer ones first.

    The text must start a query form after its prologue (`whence.sparql.query.parse` sees to it). Brackets
    that do not match are left to the engine to report.

    >>> outer, inner = selects("SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }")
    >>> outer.aggregates, inner[0].aggregates
    (False, True)
    """
    stream = _after_prologue(list(tokens(text)))
    opened = _bodies(stream, len(text))
    outer = next((body for body in opened if body.depth == 0), Body(len(text)))
    inner = []
    for body in opened:
        if body.own and body.own[0].word == "SELECT":
            where = next((group for group in body.groups if group.depth == body.depth), Body(body.end - 1))
            inner.append(Select(body.tokens, where))
    return Select(stream, outer), inner


def bodies(text: str) -> list[Body]:
    """Return every group of patterns of a query, in text order.

    >>> len(bodies("ASK { { ?s ?p ?o } UNION { ?o ?p ?s } }"))
    3
    """
    return _bodies(_after_prologue(list(tokens(text))), len(text))


def _after_prologue(stream: list[Token]) -> list[Token]:
    for index, token in enumerate(stream):
        if token.word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            return stream[index:]
    return stream


def _bodies(stream: list[Token], end: int) -> list[Body]:
    """Every group of patterns in text order; data blocks and CONSTRUCT templates belong to what is around them."""
    found: list[Body] = []
    stack: list[Body | None] = []
    depth = 0
    for index, token in enumerate(stream):
        if token.kind == "mark":
            depth += (token.text == "(") - (token.text == ")")
        if token.text == "{" and token.kind == "mark":
            group = None if _opens_data(stream, index) else Body(token.start, depth)
            parent = _innermost(stack)
            if group and parent:
                parent.groups.append(group)
            if group:
                found.append(group)
            _record(stack, token)
            stack.append(group)
        elif token.text == "}" and token.kind == "mark" and stack:
            closed = stack.pop()
            if closed:
                closed.end = token.end
            _record(stack, token)
        else:
            _record(stack, token)
    for body in stack:
        if body:
            body.end = end
    return found


def _record(stack: list[Body | None], token: Token) -> None:
    for body in stack:
        if body:
            body.tokens.append(token)
    if (body := _innermost(stack)) is not None:
        body.own.append(token)


def _innermost(stack: list[Body | None]) -> Body | None:
    return next((body for body in reversed(stack) if body), None)


def _opens_data(stream: list[Token], index: int) -> bool:
    """Whether the `{` at index opens a VALUES block or a CONSTRUCT template."""
    previous = index - 1
    if previous >= 0 and stream[previous].word == "CONSTRUCT":
        return True
    if previous >= 0 and stream[previous].text == ")":
        while previous >= 0 and stream[previous].text != "(":
            previous -= 1
        return previous > 0 and stream[previous - 1].word == "VALUES"
    return previous > 0 and stream[previous].kind == "variable" and stream[previous - 1].word == "VALUES"


#: What a bracket holds: patterns bind their variables, expressions and lists of columns only use them.
_BINDS, _USES = True, False


def bound_nowhere(stream: Sequence[Token]) -> list[Token]:
    """Return the first use of each variable that no pattern, BIND, AS or VALUES of the query names, in text order.

    Scopes are not looked at (SPARQL 1.1 section 18.2.1): a variable bound in a sub-SELECT or a MINUS counts as bound.
    Never raises; brackets that do not match are left to the engine.

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
