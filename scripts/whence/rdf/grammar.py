"""Reads Turtle into its tree, and says in plain words where and why it cannot.

Follows the grammar of RDF 1.1 Turtle (https://www.w3.org/TR/turtle/#sec-grammar-grammar) by recursive
descent, one method a production. Nesting is bounded, so no text can exhaust the Python stack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from whence.errors import InputError
from whence.namespaces import PREFIXES
from whence.nearest import nearest
from whence.rdf.terms import RDF_TYPE, Scope
from whence.rdf.tokenizer import AT, BLANK, excerpt, IRI, Lines, MARK, NAME, NUMBER, STRING, Token, tokens, WORD
from whence.rdf.tokenizer import COMMENT as _COMMENT
from whence.rdf.tree import Directive, Document, Node, Paragraph, Property, Shape, Statement

__all__ = ["DEEPEST", "read_tree"]

#: Brackets inside brackets, at most.
DEEPEST = 100
_END, _NO_TOKEN = 0, -1


@dataclass(slots=True)
class _Lexeme:
    """A token with the comments around it, and the place where it ends."""

    kind: int
    text: str
    line: int
    column: int
    end: tuple[int, int]
    before: list[Token] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    error: InputError | None = None

    def comments(self) -> list[str]:
        return _texts(self.before)


def _texts(comments: list[Token]) -> list[str]:
    return [comment.text.rstrip() for comment in comments]


def _lexemes(text: str, file: str | None) -> list[_Lexeme]:
    """All tokens with their comments; the last one is the end of the text, or what is no token.

    What is no token is an error only when the grammar gets there: a mistake before it is likelier to
    be the cause.
    """
    place = Lines(text).place
    found: list[_Lexeme] = []
    waiting: list[Token] = []
    try:
        for token in tokens(text, file):
            if token.kind != _COMMENT:
                end = place(token.offset + len(token.text))
                found.append(_Lexeme(token.kind, token.text, token.line, token.column, end, waiting))
                waiting = []
            elif found and not waiting and found[-1].end[0] == token.line:
                found[-1].after.append(token.text.rstrip())
            else:
                waiting.append(token)
    except InputError as error:
        found.append(_Lexeme(_NO_TOKEN, "", 0, 0, (0, 0), error=error))
        return found
    end = place(len(text))
    found.append(_Lexeme(_END, "", *end, end, waiting))
    return found


def read_tree(text: str, file: str | None = None) -> Document:
    """The tree of a Turtle text.

    :raises InputError: where the text is no RDF 1.1 Turtle, uses an undeclared prefix, or nests brackets
        deeper than `DEEPEST`

    >>> [item.subject.text for item in read_tree("<#a> a <#b> . <#c> a <#d> .")]
    ['<#a>', '<#c>']
    """
    return _Reader(_lexemes(text, file), file).document()


class _Reader:
    def __init__(self, lexemes: list[_Lexeme], file: str | None) -> None:
        self._lexemes = lexemes
        self._file = file
        self._at = 0
        self._depth = 0
        self._scope = Scope()

    @property
    def _next(self) -> _Lexeme:
        lexeme = self._lexemes[self._at]
        if lexeme.error is not None:
            raise lexeme.error
        return lexeme

    def _take(self) -> _Lexeme:
        lexeme = self._next
        self._at += 1
        return lexeme

    def _is(self, mark: str) -> bool:
        lexeme = self._next
        return lexeme.kind == MARK and lexeme.text == mark

    def document(self) -> Document:
        items: Document = []
        while True:
            lexeme = self._next
            lexeme.before = self._paragraphs(lexeme, items)
            if lexeme.kind == _END:
                return items
            if lexeme.kind == AT or (lexeme.kind == WORD and lexeme.text.upper() in ("PREFIX", "BASE")):
                items.append(self._directive())
            else:
                items.append(self._statement())

    @staticmethod
    def _paragraphs(lexeme: _Lexeme, items: Document) -> list[Token]:
        """Move the comments that a blank line sets apart into paragraphs; return the others."""
        group: list[Token] = []
        for comment in lexeme.before:
            if group and comment.line > group[-1].line + 1:
                items.append(Paragraph(_texts(group)))
                group = []
            group.append(comment)
        if group and (lexeme.kind == _END or lexeme.line > group[-1].line + 1):
            items.append(Paragraph(_texts(group)))
            group = []
        return group

    def _directive(self) -> Directive:
        first = self._at
        word = self._take()
        name = word.text.lstrip("@")
        if word.kind == AT and name not in ("prefix", "base"):
            raise self._error(
                word, f"`{excerpt(word.text)}` is no directive.", "Write `@prefix` or `@base`, in lower case."
            )
        prefix: str | None = None
        if name.lower() == "prefix":
            lexeme = self._take()
            if lexeme.kind != NAME or not lexeme.text.endswith(":") or lexeme.text.count(":") > 1:
                raise self._unexpected(lexeme, "a prefix that ends in a colon", "Write it like `@prefix wh: <...> .`")
            prefix = lexeme.text
        iri = self._take()
        if iri.kind != IRI:
            raise self._unexpected(iri, "an IRI in angle brackets", "Write it like `@prefix wh: <...> .`")
        if word.kind == AT:
            if not self._is("."):
                raise self._missing("The directive has no dot at its end.", "Put `.` after the IRI.")
            self._take()
        if prefix is None:
            self._scope.base = self._scope.iri(IRI, iri.text)
        else:
            self._scope.declare(prefix, iri.text)
        taken = self._lexemes[first : self._at]
        before = [text for one in taken for text in one.comments() + one.after]
        after = taken[-1].after
        return Directive(prefix, iri.text, before[: len(before) - len(after)], after)

    def _statement(self) -> Statement:
        lexeme = self._next
        if lexeme.kind not in (IRI, NAME, BLANK) and not (self._is("[") or self._is("(")):
            raise self._unexpected(lexeme, "the subject of a statement", self._subject_hint(lexeme))
        subject = self._node()
        bare = subject.shape is Shape.PROPERTIES and bool(subject.properties) and self._is(".")
        properties = [] if bare else self._properties()
        if not self._is("."):
            raise self._missing_mark(".")
        dot = self._take()
        _settle(subject)
        return Statement(subject, properties, dot.comments(), dot.after)

    def _subject_hint(self, lexeme: _Lexeme) -> str:
        if lexeme.kind == MARK and lexeme.text == "." and self._at:
            return "Remove this dot: the statement before has its own."
        if lexeme.kind == MARK and lexeme.text in "])":
            return f"Remove this `{lexeme.text}` or add the bracket that opens it."
        return "Start the statement with an IRI, a prefixed name or a blank node."

    def _properties(self) -> list[Property]:
        properties: list[Property] = []
        while True:
            properties.append(self._property())
            last = properties[-1].objects[-1]
            if not self._is(";"):
                return properties
            while self._is(";"):
                separator = self._take()
                last.after += separator.comments() + separator.after
            _settle(last)
            if self._is(".") or self._is("]"):
                return properties

    def _property(self) -> Property:
        verb = self._take()
        if verb.kind == NAME:
            self._known_prefix(verb)
        elif verb.kind != IRI and not (verb.kind == WORD and verb.text == "a"):
            raise self._unexpected(verb, "a property", self._verb_hint(verb))
        iri = self._scope.iri(verb.kind, verb.text)
        found = Property("a" if iri == RDF_TYPE else verb.text, iri, [], verb.comments(), verb.after)
        while True:
            found.objects.append(self._node())
            if not self._is(","):
                _settle(found.objects[-1])
                return found
            comma = self._take()
            found.objects[-1].after += comma.comments() + comma.after
            _settle(found.objects[-1])

    @staticmethod
    def _verb_hint(verb: _Lexeme) -> str:
        if verb.kind == _END:
            return "End the statement with a property, its value and a dot."
        if verb.kind == MARK and verb.text in ".;":
            return f"Write a property and its value before the `{verb.text}`."
        return "A property is an IRI, a prefixed name or the word `a`."

    def _node(self) -> Node:
        lexeme = self._take()
        if lexeme.kind in (IRI, NAME, BLANK):
            if lexeme.kind == NAME:
                self._known_prefix(lexeme)
            shape = Shape.ATOM if lexeme.kind == BLANK else Shape.IRI
            return Node(shape, lexeme.text, before=lexeme.comments(), after=list(lexeme.after))
        if lexeme.kind == STRING:
            return self._literal(lexeme)
        if lexeme.kind == NUMBER or (lexeme.kind == WORD and lexeme.text in ("true", "false")):
            return Node(Shape.ATOM, lexeme.text, before=lexeme.comments(), after=list(lexeme.after))
        if lexeme.kind == MARK and lexeme.text in "[(":
            return self._nested(lexeme)
        raise self._unexpected(lexeme, "a value", self._value_hint(lexeme))

    @staticmethod
    def _value_hint(lexeme: _Lexeme) -> str:
        if lexeme.kind == WORD:
            return "Put it in quotes if it is text, or give it a prefix if it is a name."
        if lexeme.kind == MARK:
            return f"Write a value before the `{lexeme.text}`."
        return "Write an IRI, a prefixed name, a blank node or a literal."

    def _literal(self, string: _Lexeme) -> Node:
        taken = [string]
        if self._next.kind == AT:
            taken.append(self._take())
        elif self._is("^^"):
            taken.append(self._take())
            datatype = self._take()
            if datatype.kind not in (IRI, NAME):
                raise self._unexpected(datatype, "the datatype of the literal", "Write it like `^^xsd:date`.")
            if datatype.kind == NAME:
                self._known_prefix(datatype)
            taken.append(datatype)
        after = list(taken[-1].after)
        before = [text for one in taken for text in one.comments() + one.after]
        return Node(
            Shape.ATOM, "".join(one.text for one in taken), before=before[: len(before) - len(after)], after=after
        )

    def _nested(self, opening: _Lexeme) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error(
                opening,
                f"Brackets are nested deeper than {DEEPEST} levels.",
                "Give the inner nodes names of their own.",
            )
        shape = Shape.PROPERTIES if opening.text == "[" else Shape.COLLECTION
        node = Node(shape, before=opening.comments(), opening=list(opening.after))
        close = "]" if shape is Shape.PROPERTIES else ")"
        if shape is Shape.PROPERTIES:
            if not self._is(close):
                node.properties = self._properties()
        else:
            while self._next.kind != _END and not (self._next.kind == MARK and self._next.text in ").;,]"):
                node.members.append(self._node())
                _settle(node.members[-1])
        if not self._is(close):
            raise self._missing_mark(close)
        closing = self._take()
        node.closing, node.after = closing.comments(), list(closing.after)
        self._depth -= 1
        return node

    def _known_prefix(self, lexeme: _Lexeme) -> None:
        prefix = lexeme.text.partition(":")[0] + ":"
        if prefix not in self._scope.prefixes:
            problem, fix = _undeclared_prefix(prefix, self._scope.prefixes)
            raise self._error(lexeme, problem, fix)

    def _error(self, lexeme: _Lexeme, problem: str, fix: str) -> InputError:
        return InputError(problem, fix=fix, file=self._file, line=lexeme.line, column=lexeme.column)

    def _unexpected(self, lexeme: _Lexeme, wanted: str, fix: str) -> InputError:
        if lexeme.kind == _END:
            return self._error(lexeme, f"The text ends where {wanted} is expected.", fix)
        return self._error(lexeme, f"`{excerpt(lexeme.text)}` stands where {wanted} is expected.", fix)

    def _missing(self, problem: str, fix: str) -> InputError:
        line, column = self._lexemes[self._at - 1].end
        return InputError(problem, fix=fix, file=self._file, line=line, column=column)

    def _missing_mark(self, mark: str) -> InputError:
        before, found = self._lexemes[self._at - 1], self._next
        last = f"`{excerpt(before.text)}`"
        if mark in "])":
            opener = "[" if mark == "]" else "("
            return self._missing(f"The bracket `{opener}` is still open after {last}.", f"Close it with `{mark}`.")
        if found.kind == MARK and found.text in "])":
            return self._unexpected(found, "`;` or `.`", f"Remove this `{found.text}` or open the bracket before.")
        if found.kind == _END or (found.column == 1 and found.line > before.line):
            return self._missing(f"The statement has no dot after {last}.", "Put `.` at its end.")
        if found.line > before.line:
            return self._missing(f"A semicolon is missing after {last}.", "Put `;` before the next property.")
        return self._missing(
            f"A mark is missing after {last}.",
            "Put `;` before another property, `,` before another value, or `.` at the end of the statement.",
        )


def _settle(node: Node) -> None:
    """Leave one comment behind the node; the ones before it go on lines above."""
    if len(node.after) > 1:
        node.before += node.after[:-1]
        node.after = node.after[-1:]


def _undeclared_prefix(prefix: str, declared: Iterable[str]) -> tuple[str, str]:
    """The problem and its fix for a prefix (with its colon) that no directive declares."""
    problem = f"The prefix `{excerpt(prefix)}` is not declared."
    namespace = PREFIXES.get(prefix[:-1])
    if namespace is not None:
        return problem, f"Add this line at the top: `@prefix {prefix} <{namespace}> .`"
    near = nearest(prefix, [*declared, *(f"{known}:" for known in PREFIXES)])
    if near:
        return problem, f"Did you mean `{near}`?"
    return problem, f"Add a line like this at the top: `@prefix {excerpt(prefix)} <...> .`"
