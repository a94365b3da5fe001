"""Where the triples of a Turtle file stand, by its tree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from whence.findings import Place
from whence.rdf.grammar import read_tree
from whence.rdf.terms import key_of
from whence.rdf.tokenizer import Lines
from whence.rdf.tree import Document, Node, Shape, Statement

#: One triple: predicate key, offset of the predicate, object key, its offset.
_Row = tuple[str, int, str, int]

# A statement up to its full stop: what IRIs, strings, comments and names hold of full stops is none. What follows the last one is a
# match too, so that it is looked at once.
_STATEMENT = re.compile(
    r"""(?:[^.<"'#\\]++|<[^<>\s]*+>|<|\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3}|'{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}"""
    r"""|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'|\#[^\n]*+|\\.|\.(?=[\w:%\\·-])|["'\\])*+(?:\.|\Z)""", re.DOTALL
)  # fmt: skip
# Directives without a full stop of their own, the last of them, and the first word behind them.
_BEGINNING = re.compile(r"""(?:[\s\ufeff]|\#[^\n]*\n|(prefix\s[^<]*<[^>]*>|base\s*<[^>]*>|version\s*(?:"[^"]*"|'[^']*')))*+(\S*)""", re.IGNORECASE)
# A subject that does not end with the end of its IRI: with an escape, with what follows behind it without a space, relative to a base, or
# a prefix alone.
_ODD = re.compile(r"\\|.<|>.|^[^<].*#|^<[^:]*$|:$")
_NAMESPACE = re.compile(r"prefix\s+[^\s<]*\s*<([^>]*)>", re.IGNORECASE)

_FIRST, _REST, _NIL = (f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>" for name in ("first", "rest", "nil"))


class Positions:
    """The places of the subjects and triples of one Turtle text.

    Terms are given in N-Triples syntax. A blank node is found by the label it has in the text; one written
    with brackets, or a cell of a list, by the key that `blank_nodes` gives it. Where the text stops being RDF 1.1
    Turtle, what stands before is still found.

    >>> found = Positions('PREFIX : <x:>\\n:a :b 1 ,\\n  "é"@fr .', "a.ttl")
    >>> str(found.place_of_triple("<x:a>", "<x:b>", '"é"@fr'))
    'a.ttl:3:3'
    >>> str(found.place_of_triple("<x:a>", "<x:b>", '"no such object"'))
    'a.ttl:2:4'
    >>> found.place_of_subject("<x:b>") is None
    True
    """

    def __init__(self, text: str, file: str, base: str | None = None, lines: Lines | None = None) -> None:
        """Read the text once.

        :param base: the base IRI of a text that declares none
        :param lines: the lines of the text from which `Statements` took this one
        """
        self.file = file
        self._text = text
        self._lines = lines
        #: The first place of each subject that has a name, and of each blank node that has none.
        self._blocks: dict[str, int] = {}
        self._unnamed: dict[str, int] = {}
        self._rows: dict[str, list[_Row]] = defaultdict(list)
        self._indexed: dict[str, dict[tuple[str, str], int]] = {}
        self._note(read_tree(text, file, base=base, partly=True))

    def _note(self, document: Document) -> None:
        for item in document:
            stack = [(item.subject, item.properties)] if isinstance(item, Statement) else []
            while stack:
                node, properties = stack.pop()
                key = _key(node)
                blocks = self._unnamed if key.startswith("_:[") else self._blocks
                blocks.setdefault(key, node.offset)
                rows = self._rows[key]
                if node.members:
                    self._cells(key, node)
                for one in (*node.properties, *properties):
                    rows += [(f"<{one.iri}>", one.offset, _key(object_), object_.offset) for object_ in one.objects]
                inner = [*node.members, *(object_ for one in (*node.properties, *properties) for object_ in one.objects)]
                stack += [(nested, []) for nested in reversed(inner) if not nested.text and _key(nested) != _NIL]

    def _cells(self, key: str, node: Node) -> None:
        """Note the cells of a list: the first is the list itself, each other stands where its item does."""
        keys = [key, *(f"{key}.{number}" for number in range(1, len(node.members)))]
        for cell, after, member in zip(keys, [*keys[1:], _NIL], node.members, strict=True):
            self._unnamed.setdefault(cell, member.offset)
            self._rows[cell] += [(_FIRST, node.offset, _key(member), member.offset), (_REST, node.offset, after, member.offset)]

    def blank_nodes(self) -> list[str]:
        """The blank nodes that are subjects, by label or by a key of their own, in the order of the text.

        >>> found = Positions('PREFIX : <x:> :a :b ( 1 [ :c 2 ] ) .', "a.ttl")
        >>> [str(found.place_of_subject(key)) for key in found.blank_nodes()]
        ['a.ttl:1:21', 'a.ttl:1:25', 'a.ttl:1:25']
        """
        return [key for key in self._rows if key.startswith("_:")]

    def held(self, subject: str) -> set[tuple[str, str]]:
        """The predicates and objects of a subject, as keys."""
        return {(predicate, object_) for predicate, _, object_, _ in self._rows.get(key_of(subject), ())}

    def links(self) -> Iterator[tuple[str, str, str]]:
        """The triples that have a blank node as their object, as keys."""
        for subject, rows in self._rows.items():
            yield from ((subject, predicate, object_) for predicate, _, object_, _ in rows if object_.startswith("_:"))

    def place_of_subject(self, subject: str) -> Place | None:
        """Where the first block of a subject starts, or None when the text has none."""
        key = key_of(subject)
        offset = self._blocks.get(key, self._unnamed.get(key))
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
        for row in self._rows.get(subject_key, ()):
            if row[0] == predicate_key:
                return self._place(row[1])
        return self.place_of_subject(subject)

    def _index(self, subject: str) -> dict[tuple[str, str], int]:
        index = self._indexed.get(subject)
        if index is None:
            index = self._indexed[subject] = {}
            for predicate, _, object_, offset in self._rows.get(subject, ()):
                index.setdefault((predicate, object_), offset)
        return index

    def _place(self, offset: int) -> Place:
        if self._lines is None:
            self._lines = Lines(self._text)
        return Place(self.file, *self._lines.place(offset))


def _key(node: Node) -> str:
    """The key of a term; an empty list is `rdf:nil`."""
    return _NIL if node.shape is Shape.COLLECTION and not node.members else node.key


class Statements:
    """The statements of a Turtle text, told apart without reading them, so that those of some subjects can be read alone.

    >>> Statements("PREFIX : <x:> :a :b 1.5 . :c :d :a .").of("<x:c>")
    'PREFIX : <x:> :a :b 1.5 . :c :d :a .'
    >>> Statements("PREFIX : <x:> :a :b 1.5 . :c :d :a .").of("<x:a>")
    'PREFIX : <x:> :a :b 1.5 .           '
    >>> Statements("@prefix : <x:> . :a :b 1.5 . :c :d :a .").of("<x:c>")
    '@prefix : <x:> .             :c :d :a .'
    """

    def __init__(self, text: str) -> None:
        self._whole = text
        self.lines = Lines(text)
        self._parts = _STATEMENT.findall(text)
        beginnings = [_BEGINNING.match(part).groups() for part in self._parts]  # type: ignore[union-attr]  # it matches everywhere
        self._tails = [tail(first) for _, first in beginnings]
        self._directives = {place for place, (directive, first) in enumerate(beginnings) if directive or first.startswith("@")}
        self._odd = {place for place, (_, first) in enumerate(beginnings) if _ODD.search(first)}
        self._plain = all(space.endswith(("/", "#", ":")) for space in _NAMESPACE.findall(text))

    def of(self, *subjects: str) -> str:
        """Return the text with the statements blanked that can have none of some subjects, IRIs in N-Triples syntax; empty where all are.

        Offsets stay as they are.
        """
        tails = set(map(tail, subjects))
        if not self._plain or "" in tails:
            return self._whole
        kept = self._odd | {place for place, last in enumerate(self._tails) if last in tails}
        return "".join(part if place in kept or place in self._directives else " " * len(part) for place, part in enumerate(self._parts)) if kept else ""


def tail(subject: str) -> str:
    """Return the end of an IRI as Turtle writes it at least.

    >>> tail("<https://example.org/a/b#c>"), tail("<https://example.org/a/>"), tail("id:b")
    ('c', 'a', 'b')
    """
    return re.split(r"[/#:]", subject.strip("<>").rstrip("/#"))[-1]
