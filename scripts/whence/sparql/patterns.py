"""The triple patterns of a query, found by its tokens: what hints need to know of its structure."""

from __future__ import annotations

from collections.abc import Sequence

from whence.sparql.tokens import Token

_TERMS = ("iri", "name", "variable", "blank", "string", "number")


class Pattern:
    """One triple pattern (SPARQL 1.1 section 19.8, [75] to [83]).

    :ivar subject: its text, or an empty one where it is a blank node or a collection
    :ivar path: the tokens of its property or property path
    :ivar object: its text, or an empty one as for the subject
    :ivar kind: of the object's first token, as in `tokens`
    :ivar elsewhere: whether it is asked of a named graph or another server
    :ivar removes: whether it stands in a MINUS or NOT EXISTS
    """

    __slots__ = ("elsewhere", "kind", "object", "path", "removes", "subject")

    def __init__(self, subject: str, path: Sequence[Token], object: str, kind: str, elsewhere: bool, removes: bool) -> None:
        self.subject = subject
        self.path = path
        self.object = object
        self.kind = kind
        self.elsewhere = elsewhere
        self.removes = removes

    def __repr__(self) -> str:
        return f"Pattern({self.subject!r}, {''.join(token.text for token in self.path)!r}, {self.object!r})"

    @property
    def first(self) -> str:
        """The text of the property that the subject has, or an empty one where the path does not begin with just one."""
        plain = self.path[0].kind != "variable" and (len(self.path) == 1 or self.path[1].text == "/") and self._is_sequence()
        return self.path[0].text if plain else ""

    @property
    def last(self) -> str:
        """The text of the property whose value the object is, or an empty one where the path does not end with just one."""
        plain = self.path[-1].kind in ("iri", "name") or self.path[-1].text == "a"
        return self.path[-1].text if plain and (len(self.path) == 1 or self.path[-2].text == "/") and self._is_sequence() else ""

    def _is_sequence(self) -> bool:
        return not any(token.text in ("|", "(", "!") for token in self.path)


def patterns(stream: Sequence[Token]) -> list[Pattern]:
    """Return the triple patterns of a query that the engine takes, in text order; of another, what could be read.

    >>> from whence.sparql.tokens import tokens
    >>> patterns([*tokens('SELECT * { ?x a wh:Work ; skos:prefLabel "Rouge"@en FILTER(?x != id:y) }')])
    [Pattern('?x', 'a', 'wh:Work'), Pattern('?x', 'skos:prefLabel', '"Rouge"@en')]
    """
    return _Reader(stream).read()


class _Reader:
    """Reads from left to right without calling itself for a group, so that depth costs nothing."""

    def __init__(self, stream: Sequence[Token]) -> None:
        self.stream = [*stream, Token("end", "", 0)]
        self.at = 0
        self.found: list[Pattern] = []
        #: For each open bracket: whether it holds patterns, is asked elsewhere, and removes.
        self.opened = [(False, False, False)]
        #: What the next `{` opens: data, a group asked elsewhere, a group that removes.
        self.coming: set[str] = set()

    def read(self) -> list[Pattern]:
        while (token := self.stream[self.at]).kind != "end":
            before = self.stream[self.at - 1]
            starts = self.opened[-1][0] and (token.kind in _TERMS or token.text == "[" or token.word in ("TRUE", "FALSE"))
            if starts and before.word != "FILTER":  # of which a name is a function
                self._properties(self._term()[0])
                continue
            self.at += 1
            if token.kind == "mark":
                self._bracket(token.text)
            elif token.kind == "word":
                self._word(token, before)
        return self.found

    def _bracket(self, mark: str) -> None:
        if mark in ("{", "("):
            _, elsewhere, removes = self.opened[-1]
            group = mark == "{" and "data" not in self.coming
            self.opened.append((group, elsewhere or "elsewhere" in self.coming, removes or "removes" in self.coming))
            if mark == "{":
                self.coming.clear()
        elif mark in ("}", ")") and len(self.opened) > 1:
            self.opened.pop()

    def _word(self, token: Token, before: Token) -> None:
        if token.word == "SELECT":  # what follows inside its bracket are columns, and after its group modifiers
            self.opened[-1] = (False, *self.opened[-1][1:])
        elif token.word in ("VALUES", "CONSTRUCT"):
            self.coming.add("data")
        elif token.word == "WHERE":
            self.coming.discard("data")
        elif token.word in ("GRAPH", "SERVICE"):
            self.coming.add("elsewhere")
            while self.stream[self.at].text not in ("{", ""):
                self.at += 1
        elif token.word == "MINUS" or (token.word == "EXISTS" and before.word == "NOT"):
            self.coming.add("removes")

    def _properties(self, subject: str) -> None:
        """Read the properties and objects of a subject ([77] PropertyListPathNotEmpty)."""
        while path := self._path():
            objects = True
            while objects:
                value, kind = self._term()
                if not kind:
                    return
                self.found.append(Pattern(subject, path, value, kind, *self.opened[-1][1:]))
                objects = self._takes(",")
            if not self._takes(";"):
                return
            while self._takes(";"):
                pass

    def _path(self) -> Sequence[Token]:
        """Return the tokens of a property path ([88] Path); none where there is none."""
        start = self.at
        depth = 0
        while True:
            while self._takes("^", "!"):
                pass
            if self._takes("("):
                depth += 1
                continue
            token = self.stream[self.at]
            if token.kind not in ("iri", "name", "variable") and token.text != "a":
                break
            self.at += 1
            while self._takes("?", "*", "+") or (depth and self._takes(")")):
                depth -= self.stream[self.at - 1].text == ")"
            if not self._takes("/", "|"):
                break
        return self.stream[start : self.at]

    def _term(self) -> tuple[str, str]:
        """Return text and kind of the next term; a bracketed one has no text, and where there is none, no kind."""
        start = self.at
        if self._takes("["):
            self._properties("")
            self._takes("]")
            return "", "mark"
        self._takes("+", "-")
        token = self.stream[self.at]
        if token.kind not in _TERMS and token.word not in ("TRUE", "FALSE"):
            self.at = start
            return "", ""
        self.at += 1
        if token.kind == "string" and (self.stream[self.at].kind == "language" or self._takes("^^")):
            self.at += self.stream[self.at].kind != "end"
        return "".join(one.text for one in self.stream[start : self.at]), token.kind

    def _takes(self, *marks: str) -> bool:
        token = self.stream[self.at]
        if token.kind != "mark" or token.text not in marks:
            return False
        self.at += 1
        return True
