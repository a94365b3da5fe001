"""One query as a text with its front matter: what it asks, of which kind it is, which parameters it takes."""

from __future__ import annotations

import re

from whence.errors import InputError, QueryError
from whence.nearest import meant
from whence.sparql.front_matter import FrontMatter, read
from whence.sparql.tokens import Token, tokens

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
    :ivar front_matter: what its `#+` lines say; empty fields for an ad-hoc query
    """

    __slots__ = ("file", "form", "front_matter", "text")

    def __init__(self, text: str, file: str | None, form: str, front_matter: FrontMatter) -> None:
        self.text = text
        self.file = file
        self.form = form
        self.front_matter = front_matter

    def without(self, name: str) -> Query:
        """Return the same query without one of its parameters, whose variable is then as any other."""
        matter = FrontMatter()
        matter.parameters = tuple(one for one in self.front_matter.parameters if one.name != name)
        return Query(self.text, self.file, self.form, matter)

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
    form = _form(text, file)
    if len(text) > SMALL:
        from whence.sparql.size import check

        check(text, file)
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
    return Query(text, file, form, matter)


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


def _form(text: str, file: str | None) -> str:
    if usual := _USUAL.match(text):
        return usual[1].lower()
    from whence.sparql.tokens import place

    _, first = prologue(text)
    if first is None:
        raise QueryError("The query is empty.", fix="Write a SELECT, ASK, CONSTRUCT or DESCRIBE query.", file=file)
    word = first.text.upper()
    if first.kind == "word" and word in _FORMS:
        return _FORMS[word]
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
