"""Where the triples of a Turtle file stand.

One pass over the tokens notes the subject, predicate and object of every triple with their offsets;
lines and columns are worked out only for what is asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from whence.findings import Place
from whence.rdf.terms import key_of, literal_key, Scope, UndeclaredPrefix
from whence.rdf.tokenizer import AT, BAD, COMMENT, IRI, Lines, MARK, NUMBER, SCANNER, STRING, WORD

__all__ = ["Positions"]

#: One triple: predicate key, offset of the predicate, object (key, or string token), its suffix or None, its offset.
_Row = tuple[str, int, str, "str | None", int]


class Positions:
    """The places of the subjects and triples of one Turtle text.

    Terms are given in N-Triples syntax. A blank node is found by the label it has in the text; one written
    with brackets, or a cell of a list, by the key that `below` gives it. Where the text stops being Turtle,
    what stands before is still found.

    >>> found = Positions('PREFIX : <x:>\\n:a :b 1 ,\\n  "é"@fr .', "a.ttl")
    >>> str(found.place_of_triple("<x:a>", "<x:b>", '"é"@fr'))
    'a.ttl:3:3'
    >>> str(found.place_of_triple("<x:a>", "<x:b>", '"no such object"'))
    'a.ttl:2:4'
    >>> found.place_of_subject("<x:b>") is None
    True
    """

    def __init__(self, text: str, file: str, base: str | None = None) -> None:
        """Read the text once.

        :param file: the name that places show
        :param base: the base IRI of a text that declares none
        """
        self.file = file
        self._text = text
        self._lines: Lines | None = None
        self._pass = _Pass(base)
        self._pass.run(text)
        self._indexed: dict[str, dict[tuple[str, str], int]] = {}

    def subjects(self) -> list[str]:
        """The keys of all named subjects, in the order of the text."""
        return list(self._pass.blocks)

    def below(self, subject: str | None, path: Iterable[str]) -> list[str]:
        """The blank nodes that a path of predicates leads to, by label or by a key of their own; may be empty.

        :param subject: where the path starts, or None for every blank node that no triple has as its object

        >>> found = Positions('PREFIX : <x:> :a :b ( 1 [ :c 2 ] ) .', "a.ttl")
        >>> rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        >>> [key] = found.below("<x:a>", ["<x:b>", f"<{rdf}rest>", f"<{rdf}first>"])
        >>> str(found.place_of_subject(key))
        'a.ttl:1:25'
        """
        nodes = self._tops() if subject is None else [key_of(subject)]
        for predicate in path:
            key = key_of(predicate)
            objects = (row[2] for node in nodes for row in self._pass.rows.get(node, ()) if row[0] == key and row[3] is None)
            nodes = list(dict.fromkeys(one for one in objects if one.startswith("_:")))
        return nodes

    def contents(self, subject: str) -> set[tuple[str, str]]:
        """The predicates and objects of a subject as keys; every blank node as `_:`."""
        rows = self._pass.rows.get(key_of(subject), ())
        objects = ((row[0], row[2] if row[3] is None else literal_key(row[2], row[3])) for row in rows if row[2])
        return {(predicate, "_:" if key.startswith("_:") else key) for predicate, key in objects}

    def _tops(self) -> list[str]:
        objects = {row[2] for rows in self._pass.rows.values() for row in rows if row[3] is None}
        return [key for key in self._pass.rows if key.startswith("_:") and key not in objects]

    def place_of_subject(self, subject: str) -> Place | None:
        """Where the first block of a subject starts, or None when the text has none."""
        key = key_of(subject)
        offset = self._pass.blocks.get(key, self._pass.unnamed.get(key))
        return None if offset is None else self._place(offset)

    def place_of_triple(self, subject: str, predicate: str, object_: str | None = None) -> Place | None:
        """Where the object of a triple stands.

        Falls back to the first predicate of that name in the subject's blocks, then to the subject's
        first block; None when the text does not have the subject.
        """
        subject_key, predicate_key = key_of(subject), key_of(predicate)
        if object_ is not None:
            offset = self._index(subject_key).get((predicate_key, key_of(object_)))
            if offset is not None:
                return self._place(offset)
        for row in self._pass.rows.get(subject_key, ()):
            if row[0] == predicate_key:
                return self._place(row[1])
        return self.place_of_subject(subject)

    def _index(self, subject: str) -> dict[tuple[str, str], int]:
        index = self._indexed.get(subject)
        if index is None:
            index = self._indexed[subject] = {}
            for predicate, _, object_, suffix, offset in self._pass.rows.get(subject, ()):
                key = object_ if suffix is None else literal_key(object_, suffix)
                index.setdefault((predicate, key), offset)
        return index

    def _place(self, offset: int) -> Place:
        if self._lines is None:
            self._lines = Lines(self._text)
        return Place(self.file, *self._lines.place(offset))


_FIRST, _REST, _NIL = (f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>" for name in ("first", "rest", "nil"))
_SUBJECT, _VERB, _OBJECT, _DIRECTIVE, _DATATYPE = range(5)


class _Pass:
    """The state of the one pass: a stack of (subject, predicate) for what is nested."""

    def __init__(self, base: str | None) -> None:
        self.scope = Scope(base)
        self.blocks: dict[str, int] = {}
        self.unnamed: dict[str, int] = {}
        self.rows: dict[str, list[_Row]] = {}
        self._terms: dict[str, str] = {}
        self._expect = _SUBJECT
        self._subject = ""
        self._predicate = ("", 0)
        self._row: list[_Row] = []
        self._stack: list[tuple[str, tuple[str, int], list[_Row], str]] = []
        self._directive: list[str] = []

    def run(self, text: str) -> None:
        """Note every triple of the text; stop quietly where it is no Turtle."""
        try:
            for match in SCANNER.finditer(text, text.startswith("\ufeff")):
                kind = match.lastindex or BAD
                if kind == MARK:
                    self._mark(match[kind], match.start(kind))
                elif kind == BAD:
                    return
                elif kind != COMMENT:
                    self._term(kind, match[kind], match.start(kind))
        except UndeclaredPrefix:
            return

    def _key(self, kind: int, text: str) -> str:
        key = self._terms.get(text)
        if key is None:
            key = self._terms[text] = self.scope.key(kind, text)
        return key

    def _term(self, kind: int, text: str, offset: int) -> None:
        expect = self._expect
        if expect == _OBJECT:
            self._object(kind, text, offset)
        elif expect == _VERB:
            self._predicate = (self._key(kind, text), offset)
            self._expect = _OBJECT
        elif expect == _DIRECTIVE:
            self._directive.append(text)
            self._declare()
        elif expect == _DATATYPE:
            self._suffix(self.scope.iri(kind, text))
            self._expect = _OBJECT
        elif kind == AT or (kind == WORD and text.upper() in ("PREFIX", "BASE")):
            self._directive = [text.lstrip("@").lower()]
            self._expect = _DIRECTIVE
        else:
            self._start(self._key(kind, text), offset)

    def _start(self, subject: str, offset: int) -> None:
        self._subject = subject
        self._expect = _VERB
        (self.unnamed if subject.startswith("_:[") else self.blocks).setdefault(subject, offset)
        self._row = self.rows.setdefault(subject, [])

    def _object(self, kind: int, text: str, offset: int) -> None:
        predicate, at = self._predicate
        if kind == STRING:
            self._row.append((predicate, at, text, "", offset))
        elif kind == AT:
            self._suffix(text)
        elif kind == NUMBER:
            self._row.append((predicate, at, self.scope.key(kind, text), None, offset))
        else:
            self._row.append((predicate, at, self._key(kind, text), None, offset))

    def _suffix(self, suffix: str) -> None:
        if self._row:
            predicate, at, text, _, offset = self._row[-1]
            self._row[-1] = (predicate, at, text, suffix, offset)

    def _mark(self, mark: str, offset: int) -> None:
        if mark == ";":
            self._expect = _VERB
        elif mark == ".":
            if not self._stack:
                self._expect = _SUBJECT
        elif mark == "^^":
            self._expect = _DATATYPE
        elif mark in "[(":
            self._open(mark, offset)
        elif mark in "])" and self._stack:
            self._close(mark)

    def _open(self, mark: str, offset: int) -> None:
        key = f"_:[{offset}"  # no label has such a character
        at_start = self._expect == _SUBJECT
        if not at_start:
            self._row.append((*self._predicate, key, None, offset))
        self._stack.append((self._subject, self._predicate, self._row, "subject" if at_start else "object"))
        self._start(key, offset)
        if mark == "(":
            self._predicate = ("", offset)
            self._expect = _OBJECT

    def _close(self, mark: str) -> None:
        closed, empty = self._subject, mark == ")" and not self._row
        if mark == ")" and not empty:
            self._chain(closed, self._row)
        self._subject, self._predicate, self._row, role = self._stack.pop()
        if empty and role == "object":
            predicate, at, _, _, offset = self._row[-1]
            self._row[-1] = (predicate, at, _NIL, None, offset)
        self._expect = _VERB if role == "subject" else _OBJECT
        if role == "subject":
            self._start(_NIL if empty else closed, self.unnamed[closed])

    def _chain(self, key: str, items: list[_Row]) -> None:
        """Note the cells of a list: the first is the list itself, each other stands where its item does."""
        keys = [key, *(f"{key}.{number}" for number in range(1, len(items)))]
        for cell, after, (_, at, *item) in zip(keys, [*keys[1:], _NIL], items, strict=True):
            self.unnamed.setdefault(cell, item[2])
            self.rows[cell] = [(_FIRST, at, *item), (_REST, at, after, None, item[2])]

    def _declare(self) -> None:
        word = self._directive[0]
        if len(self._directive) < (3 if word == "prefix" else 2):
            return
        if word == "prefix":
            self.scope.declare(self._directive[1], self._directive[2])
        else:
            self.scope.base = self.scope.iri(IRI, self._directive[1])
        self._terms.clear()
        self._expect = _SUBJECT
