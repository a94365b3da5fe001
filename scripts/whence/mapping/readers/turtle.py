"""Records of Turtle: a subject with its properties, each value at its place (RDF 1.1 Turtle, https://www.w3.org/TR/turtle/).

A dump of many megabytes is read by its tokens, without a tree: what a mapping needs of it is flat. A property of a blank node in
brackets is a field of the record around it, both names joined by a slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from whence.mapping.records import Malformed, Record, Value
from whence.rdf.terms import unescape
from whence.rdf.tokenizer import AT, BAD, BLANK, COMMENT, IRI, MARK, NAME, NUMBER, SCANNER, STRING, WORD, bad_token

#: Where a reader that lost its way goes on: a subject at the beginning of a line.
_NEXT = re.compile(r"\n(?=<|[A-Za-z][\w.-]*:|_:|@|\[)")
#: Brackets within each other; the name of a field has a part for each.
_DEEPEST = 100
_LAST_PART = re.compile(r"[^/#]*$")


class TurtleReader:
    r"""Reads Turtle; prefixed names of properties are fields as they are written, or by the prefixes that a mapping gives.

    >>> text = '@prefix s: <https://schema.org/> .\n<https://x.org/id/C1> s:name "A" , "B"@ja ; s:hasPart [ s:name "C" ] .'
    >>> [record] = TurtleReader({}).read(text)
    >>> record.id, {name: [value.text for value in values] for name, values in record.fields.items()}
    ('C1', {'s:name': ['A', 'B'], 's:hasPart/s:name': ['C']})
    >>> text[record.fields["s:name"][1].start : record.fields["s:name"][1].end]
    'B'
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """:param prefixes: prefix to namespace, for the names of fields; a file may call the namespace otherwise"""
        self._named = {namespace: prefix for prefix, namespace in prefixes.items()}

    def decode(self, words: str) -> str:
        """Return the words with the escapes of Turtle undone; what is no whole escape stays."""
        return unescape(words) if "\\" in words else words

    def read(self, text: str) -> Iterator[Record | Malformed]:
        """Yield the records in the order of the text, and what is no Turtle with its place."""
        position, scope = int(text.startswith("\ufeff")), dict[str, str]()
        while position < len(text):
            statement = _Statement(text, position, scope, self._named)
            outcome = statement.read()
            if outcome is not None:
                yield outcome
            if statement.end <= position:
                return
            position = statement.end


class _Statement:
    """One statement or directive of a text from a place on; `end` is where the next one begins."""

    def __init__(self, text: str, start: int, scope: dict[str, str], named: Mapping[str, str]) -> None:
        self.text, self.start, self.end = text, start, start
        self._scope, self._named = scope, named
        self._fields: dict[str, list[Value]] = {}
        self._within: dict[str, list[int]] = {}
        self._subject, self._name = "", ""
        #: The properties within whose brackets the reader is.
        self._path: list[str] = []

    def read(self) -> Record | Malformed | None:
        """Return the record, or what is wrong; None for a directive and at the end of the text."""
        for match in SCANNER.finditer(self.text, self.start):
            kind = match.lastindex
            if kind == COMMENT:
                continue
            if kind is None:
                self.end = len(self.text)
                return self._lost(self.start, "The record is not finished where the text ends.", "Put `.` at its end.") if self._subject else None
            token, offset = match[kind], match.start(kind)
            if kind == BAD:
                error = bad_token(self.text[offset : offset + 400], 0, None)
                return self._lost(offset, error.problem, error.fix or "")
            if not self._subject and kind in (AT, WORD):
                return self._directive(offset)
            if kind == MARK and token == "." and self._subject and not self._path:
                self.end = match.end()
                return Record(self._subject, self.start, self.end, self._fields, self._within)
            wrong = self._token(kind, token, offset)
            if wrong is not None:
                return wrong
        raise AssertionError("the scanner ends with the text")

    def _token(self, kind: int, token: str, offset: int) -> Malformed | None:
        """Take the next token of a record, and return what is wrong with it."""
        if not self._subject:
            if kind not in (IRI, NAME, BLANK):
                return self._lost(offset, f"`{token[:40]}` stands where a record begins.", "Begin it with its IRI.")
            self._subject, self.start = self._id(token, kind), offset
        elif kind == MARK:
            return self._mark(token, offset)
        elif not self._name:
            if kind not in (NAME, IRI) and token != "a":
                return self._lost(offset, f"`{token[:40]}` stands where a property is expected.", "Put `.` at the end of the record before, or name the property.")
            self._name = self._field(token, kind)
        else:
            self._add("/".join((*self._path, self._name)), kind, token, offset)
        return None

    def _mark(self, token: str, offset: int) -> Malformed | None:
        if token == "[":
            if len(self._path) == _DEEPEST:
                return self._lost(offset, f"More than {_DEEPEST} brackets stand within each other.", "Give what is inside an IRI of its own.")
            self._path.append(self._name)
            self._within.setdefault("/".join(self._path), []).append(offset)
            self._name = ""
        elif token == "]" and self._path:
            self._name = self._path.pop()
        elif token == ";":
            self._name = ""
        elif token not in (",", "^^", "(", ")"):
            return self._lost(offset, f"`{token}` closes nothing.", "Remove it, or open the bracket before.")
        return None

    def _add(self, name: str, kind: int, token: str, offset: int) -> None:
        values = self._fields.setdefault(name, [])
        if kind == AT:
            values[-1] = values[-1]._replace(language=token[1:]) if values else Value(token, offset, offset)
        elif kind == STRING:
            quotes = 3 if token[:3] in ('"""', "'''") else 1
            values.append(Value(token[quotes:-quotes], offset + quotes, offset + len(token) - quotes))
        elif kind == IRI:
            if not self.text.startswith("^^", offset - 2):
                values.append(Value(token[1:-1], offset + 1, offset + len(token) - 1))
        elif kind in (NAME, NUMBER, WORD, BLANK) and not self.text.startswith("^^", offset - 2):
            values.append(Value(token, offset, offset + len(token)))

    def _field(self, token: str, kind: int) -> str:
        """Return the name of a field: as written, or with the prefix that the mapping has for the namespace."""
        prefix, colon, rest = token.partition(":")
        namespace = self._scope.get(prefix) if kind == NAME and colon else None
        return f"{self._named[namespace]}:{rest}" if namespace in self._named else token  # type: ignore[index]

    def _id(self, token: str, kind: int) -> str:
        found = _LAST_PART.search(token[1:-1] if kind == IRI else token.partition(":")[2])
        return found[0] if found else token

    def _directive(self, offset: int) -> Malformed | None:
        found = re.compile(r"@?(?:prefix\s+([^\s:]*):\s*<([^>]*)>|base\s*<[^>]*>)\s*\.?", re.IGNORECASE).match(self.text, offset)
        if found is None:
            return self._lost(offset, "This is neither a record nor a directive.", "Begin it with an IRI, `@prefix` or `@base`.")
        if found[2] is not None:
            self._scope[found[1]] = found[2]
        self.end = found.end()
        return None

    def _lost(self, offset: int, problem: str, fix: str) -> Malformed:
        """Return what is wrong, and go on at the next line that begins a record."""
        following = _NEXT.search(self.text, max(offset, self.start) + 1)
        self.end = following.end() if following else len(self.text)
        return Malformed(offset, min(self.end, offset + 80), problem, fix)
