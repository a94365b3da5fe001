"""The triple patterns in SPARQL text, as steps of the algebra, so that it is known which triples a query can see.

Only text whose patterns all have to match together is read: with UNION, OPTIONAL, subqueries and the like the answer is
None, and the query counts as depending on everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from whence.shacl.algebra import AnyStep, Pattern, Step
from whence.shacl.paths import Path
from whence.shacl.vocabulary import TYPE

__all__ = ["Token", "triple_patterns"]

_UNREAD = {"UNION", "OPTIONAL", "FROM"}
_CLAUSES = {"GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET"}
_SUFFIXES = {"*": "star", "+": "plus", "?": "opt"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a query, of a kind of `whence.sparql.tokens`.

    :ivar text: as written, but prefixed names expanded to IRIs and variables with `?`
    """

    kind: str
    text: str

    def word(self) -> str:
        """Return the keyword in upper case, an empty string for anything else."""
        return self.text.upper() if self.kind == "word" else ""


class _Unread(Exception):
    """The text has something this reader does not read."""


def triple_patterns(tokens: list[Token]) -> tuple[Pattern, ...] | None:
    """Return the triple patterns of a query or group, those inside EXISTS too, or None.

    >>> from whence.shacl.embedded import tokenize
    >>> triple_patterns(tokenize("ASK { ?this <p>/<q> ?o FILTER(?o > 1) }", "<x:S>"))
    (Step(subject='?this', path=('seq', ('pred', '<p>'), ('pred', '<q>')), object='?o'),)
    >>> triple_patterns(tokenize("ASK { OPTIONAL { ?this <p> ?o } }", "<x:S>")) is None
    True
    """
    words = [token.word() for token in tokens]
    if words.count("SELECT") > 1 or _UNREAD & set(words) or (words.count("SELECT") == 1 and words[0] not in ("SELECT", "")):
        return None
    reader = _Reader(tokens)
    try:
        return tuple(reader.read())
    except (_Unread, IndexError):
        return None


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._found: list[Pattern] = []

    def read(self) -> list[Pattern]:
        """Return the triple patterns of the only or outermost group; what follows it has none."""
        while self._peek() != "{":
            self._index += 1
        self._group()
        return self._found

    def _group(self) -> None:
        self._index += 1
        while self._peek() != "}":
            token = self._tokens[self._index]
            if token.text == "{":
                self._group()
            elif token.text == ".":
                self._index += 1
            elif token.word() in ("FILTER", "BIND"):
                self._index += 1
                self._expression()
            elif token.word() == "GRAPH":
                self._index += 2
            elif token.word() == "SELECT":
                while self._peek() != "{":
                    self._index += 1
            elif token.word() in _CLAUSES:
                while self._peek() not in "{}":
                    self._index += 1
            else:
                self._triples()
        self._index += 1

    def _expression(self) -> None:
        """Skip an expression, but read the groups inside its EXISTS."""
        depth = 0
        while True:
            token = self._tokens[self._index]
            if token.text == "}":
                return
            if token.text == "{":
                self._group()
                if depth == 0:
                    return
                continue
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            self._index += 1
            if depth == 0 and token.text == ")":
                return

    def _next(self) -> Token:
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _peek(self) -> str:
        return self._tokens[self._index].text

    def _triples(self) -> None:
        subject = self._term()
        while True:
            verb = self._tokens[self._index]
            path = None if verb.kind == "variable" else self._path()
            predicate = self._next().text if path is None else ""
            while True:
                end = self._term()
                step: Pattern = AnyStep(subject, predicate, end) if path is None else Step(subject, path, end)
                self._found.append(step)
                if self._peek() != ",":
                    break
                self._index += 1
            while self._peek() == ";":
                self._index += 1
            if self._tokens[self._index - 1].text != ";" or self._peek() in (".", "}"):
                return

    def _term(self) -> str:
        token = self._next()
        if token.kind == "string":
            text = token.text
            while self._tokens[self._index].kind == "language" or self._tokens[self._index].text == "^^":
                marks = 2 if self._tokens[self._index].text == "^^" else 1
                self._index += marks
            return text
        if token.kind in ("variable", "iri", "term", "number") or token.word() in ("TRUE", "FALSE"):
            return token.text
        raise _Unread

    def _path(self) -> Path:
        return self._joined("|", "alt", lambda: self._joined("/", "seq", self._step))

    def _joined(self, mark: str, kind: str, part: Callable[[], Path]) -> Path:
        parts = [part()]
        while self._peek() == mark:
            self._index += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else (kind, *parts)

    def _step(self) -> Path:
        token = self._next()
        if token.text == "^":
            return ("inv", self._step())
        if token.text == "(":
            path = self._path()
            if self._next().text != ")":
                raise _Unread
        elif token.kind == "iri":
            path = ("pred", token.text)
        elif token.text == "a":
            path = ("pred", TYPE)
        else:
            raise _Unread
        while self._peek() in _SUFFIXES:
            path = (_SUFFIXES[self._next().text], path)
        return path
