"""One query as a text with its front matter: what it asks, of which kind it is, which parameters it takes.

How far a query may be nested and chained: the engine reads, plans and runs both by recursion, until its stack ends.

Measured on pyoxigraph 0.5.13, the engine takes up to 1.3 kB of stack for each unit of the weight below, whatever a query is made of,
so what `MOST` allows fits into the usual stack of 8 MB; the command and the server have more (`whence.process.limits.STACK`).
"""

from __future__ import annotations

import re

from whence.did_you_mean import meant
from whence.errors import InputError, QueryError
from whence.sparql.front_matter import FrontMatter, read
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


def check_weight(text: str, file: str | None = None) -> None:
    """Refuse a query that is nested or chained so far that it could end the process.

    Terms that stand as data in VALUES or in the list of IN are read one by one and weigh nothing.

    :raises QueryError: the query is too heavy

    >>> check_weight("ASK { VALUES ?x { " + "1 " * 10_000 + "} }")
    >>> check_weight("ASK " + "{" * 1_000 + "}" * 1_000)
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


_FORMS = {"SELECT": "select", "ASK": "ask", "CONSTRUCT": "construct", "DESCRIBE": "describe"}
#: The first words of SPARQL 1.1 Update (section 19.8, [29] to [45]).
_UPDATES = ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")
#: A prologue of the usual spelling and the word after it: what this does not match is read token by token.
_USUAL = re.compile(r"(?:\s++|#[^\r\n]*+[\r\n]|PREFIX\s++[A-Za-z0-9_-]*+:\s*+<[^<>\"{}|^`\\\s]*+>)*+(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.ASCII)
#: Code points in which nothing can be nested or chained so far that the engine could not take it.
SMALL = 1_000


class Query:
    """A query that was read, not yet run.

    :ivar text: the whole text, front matter included, so that lines and columns stay true
    :ivar file: the file as the user named it, or None for a query given as text
    :ivar form: select, ask, construct or describe
    :ivar start: the offset of the word that says so, which ends the prologue
    :ivar front_matter: what its `#+` lines say; empty fields for an ad-hoc query
    """

    __slots__ = ("file", "form", "front_matter", "start", "text")

    def __init__(self, text: str, file: str | None, form: str, start: int, front_matter: FrontMatter) -> None:
        self.text = text
        self.file = file
        self.form = form
        self.start = start
        self.front_matter = front_matter

    def without(self, name: str) -> Query:
        """Return the same query without one of its parameters, whose variable is then as any other."""
        matter = FrontMatter()
        matter.parameters = tuple(one for one in self.front_matter.parameters if one.name != name)
        return Query(self.text, self.file, self.form, self.start, matter)

    def __repr__(self) -> str:
        return f"Query({self.form}, {self.file!r})"


def parse(text: str, file: str | None = None) -> Query:
    """Read a query's front matter and form; its grammar is checked when it runs.

    :raises InputError: the front matter is wrong, or declares a parameter the query never uses
    :raises QueryError: it is empty, an update, starts like nothing SPARQL knows, or is too large for the engine

    >>> parse("# who?\\nASK { ?s ?p ?o }").form
    'ask'
    >>> parse("INSERT DATA { <a:a> <a:b> 1 }")
    Traceback (most recent call last):
    whence.errors.QueryError: 1:1: This is an update (INSERT), and whence answers queries only. ...
    """
    matter = read(text, file)
    form, start = _form(text, file)
    if len(text) > SMALL:
        check_weight(text, file)
    if matter.parameters:
        used = {token.text[1:] for token in tokens(text) if token.kind == "variable"}
        for parameter in matter.parameters:
            if parameter.name not in used:
                line, column = matter.places[f"param {parameter.name}"]
                raise InputError(
                    f"The parameter {parameter.name} is declared, but the query never uses ?{parameter.name}.",
                    fix="Use the variable, or take the `#+ param` line out.",
                    file=file,
                    line=line,
                    column=column,
                )
    return Query(text, file, form, start, matter)


def prologue(text: str) -> tuple[dict[str, str], Token | None]:
    """Return the prefixes a query declares, and its first token after them (None when nothing follows).

    SPARQL 1.1 section 4.1.1: the last declaration of a prefix wins.

    >>> prologue("PREFIX ex: <https://example.org/> ASK {}")
    ({'ex': 'https://example.org/'}, Token('word', 'ASK', 34))
    """
    declared: dict[str, str] = {}
    stream = tokens(text)
    for token in stream:
        if token.word == "PREFIX":
            name, iri = next(stream, None), next(stream, None)
            if name is None or iri is None or name.kind != "name" or iri.kind != "iri":
                return declared, token
            declared[name.text[:-1]] = iri.text[1:-1]
        elif token.word in ("BASE", "VERSION"):
            next(stream, None)
        else:
            return declared, token
    return declared, None


def _form(text: str, file: str | None) -> tuple[str, int]:
    """Return the form of a query and where the word for it stands."""
    if usual := _USUAL.match(text):
        return usual[1].lower(), usual.start(1)
    _, first = prologue(text)
    if first is None:
        raise QueryError("The query is empty.", fix="Write a SELECT, ASK, CONSTRUCT or DESCRIBE query.", file=file)
    word = first.text.upper()
    if first.kind == "word" and word in _FORMS:
        return _FORMS[word], first.start
    if first.word in _UPDATES:
        raise QueryError(
            f"This is an update ({word}), and whence answers queries only.",
            fix="The graph is changed by editing the files below triples/.",
            **place(text, first.start, file),
        )
    if first.word == "PREFIX":
        raise QueryError(
            "This PREFIX line is not understood.", fix="Write `PREFIX name: <https://example.org/>`.",
            **place(text, first.start, file),
        )
    hint = meant(word, _FORMS) if first.kind == "word" else None
    fix = hint or "A query starts with SELECT, ASK, CONSTRUCT or DESCRIBE."
    raise QueryError(f'A query cannot start with "{first.text[:40]}".', fix=fix, **place(text, first.start, file))
