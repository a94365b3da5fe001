"""Reads Turtle into its tree, and says in plain words where and why it cannot.

Follows the grammar of RDF 1.1 Turtle (https://www.w3.org/TR/turtle/#sec-grammar-grammar). What is nested is
kept on a stack of its own, so neither depth nor length exhausts Python's; the time is linear in the length of the text.
"""

from __future__ import annotations

from collections.abc import Iterable

from whence.errors import InputError
from whence.namespaces import PREFIXES
from whence.did_you_mean import nearest
from whence.rdf.terms import literal_key, RDF_TYPE, resolve, unescape
from whence.rdf.tokenizer import (
    AT, BAD, bad_token, BLANK, COMMENT, excerpt, IRI, Lines, MARK, NAME, newer_turtle, NotTaken, NUMBER, SCANNER, STRING, WORD,
)  # fmt: skip
from whence.rdf.tree import Directive, Document, Node, Paragraph, Property, Shape, Statement

_XSD = PREFIXES["xsd"]
_END = 0
_VERB, _OBJECT, _CLOSE = range(3)


def read_tree(text: str, file: str | None = None, *, base: str | None = None, deepest: int | None = None, partly: bool = False) -> Document:
    """The tree of a Turtle text.

    :param base: the base IRI of a text that declares none
    :param deepest: how deep brackets may be nested, or None for no bound
    :param partly: whether a text that stops being Turtle yields what stands before
    :raises NotTaken: where the text is RDF 1.2 Turtle, or nested deeper
    :raises InputError: where the text is no RDF 1.1 Turtle, or uses an undeclared prefix

    >>> [item.subject.text for item in read_tree("<#a> a <#b> . <#c> a <#d> .")]
    ['<#a>', '<#c>']
    """
    reader = _Reader(text, file, base, deepest)
    try:
        reader.document()
    except InputError:
        if not partly:
            raise
    return reader.items


class UndeclaredPrefix(KeyError):
    """A prefixed name uses a prefix that no directive before it declares; the argument is the prefix."""


class Scope:
    """The prefixes and the base that hold at one place of a text."""

    __slots__ = ("base", "prefixes")

    def __init__(self, base: str | None = None) -> None:
        self.base = base
        self.prefixes: dict[str, str] = {}

    def declare(self, prefix: str, iri: str) -> None:
        """Bind a prefix (`wh:`) to the IRI of a token (`<https://...>`)."""
        self.prefixes[prefix] = self.iri(IRI, iri)

    def iri(self, kind: int, text: str) -> str:
        """The IRI of an IRI, a prefixed name or `a`.

        :raises UndeclaredPrefix: when the prefix is not declared
        """
        if kind == IRI:
            return resolve(unescape(text[1:-1]), self.base)
        if kind == NAME:
            prefix, _, local = text.partition(":")
            namespace = self.prefixes.get(prefix + ":")
            if namespace is None:
                raise UndeclaredPrefix(prefix)
            return namespace + unescape(local)
        return RDF_TYPE

    def key(self, kind: int, text: str, suffix: str = "") -> str:
        """The key of the term a token stands for.

        :param suffix: for a string its language tag with the @, or its datatype's IRI
        :raises UndeclaredPrefix: when the prefix is not declared
        """
        if kind == STRING:
            return literal_key(text, suffix)
        if kind == BLANK:
            return text
        if kind == NUMBER:
            return f'"{text}"^^<{_XSD}{_numeric(text)}>'
        if kind == WORD and text != "a":
            return f'"{text}"^^<{_XSD}boolean>'
        return f"<{self.iri(kind, text)}>"


def _numeric(text: str) -> str:
    if "e" in text or "E" in text:
        return "double"
    return "decimal" if "." in text else "integer"


class _Tokens:
    """The tokens of a text, with the comments around them; the last one is the end of the text, or what is no token.

    What is no token is an error only when the grammar gets there: a mistake before it is likelier to be the cause.
    """

    def __init__(self, text: str, file: str | None) -> None:
        self.text, self.file = text, file
        self.kinds: list[int] = []
        self.texts: list[str] = []
        self.offsets: list[int] = []
        self.before: dict[int, list[tuple[int, str]]] = {}
        self.after: dict[int, str] = {}
        self._lines: Lines | None = None
        self._read()

    def _read(self) -> None:
        text, kinds, texts, offsets = self.text, self.kinds, self.texts, self.offsets
        waiting: list[tuple[int, str]] = []
        end = 0
        for match in SCANNER.finditer(text, text.startswith("\ufeff")):
            kind = match.lastindex
            if kind is None:
                break
            offset = match.start(kind)
            if kind == COMMENT:
                comment = match[kind].rstrip()
                if kinds and not waiting and text.find("\n", end, offset) < 0 and text.find("\r", end, offset) < 0:
                    self.after[len(kinds) - 1] = comment
                else:
                    waiting.append((offset, comment))
                continue
            if waiting:
                self.before[len(kinds)] = waiting
                waiting = []
            kinds.append(kind)
            texts.append(match[kind])
            offsets.append(offset)
            if kind == BAD:
                return
            end = match.end()
        if waiting:
            self.before[len(kinds)] = waiting
        kinds.append(_END)
        texts.append("")
        offsets.append(len(text))

    def place(self, offset: int) -> tuple[int, int]:
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines.place(offset)

    def comments(self, at: int) -> list[str]:
        """The comments before a token."""
        return [text for _, text in self.before.get(at, ())]

    def behind(self, at: int) -> list[str]:
        """The comment behind a token on its line, if there is one."""
        return [self.after[at]] if at in self.after else []

    def around(self, first: int, last: int) -> list[str]:
        """The comments before and between some tokens, without the one behind the last."""
        found = [text for at in range(first, last) for text in self.comments(at) + self.behind(at)]
        return found + self.comments(last)


class _Reader:
    def __init__(self, text: str, file: str | None, base: str | None, deepest: int | None) -> None:
        self.items: Document = []
        self._tokens = _Tokens(text, file)
        self._deepest = deepest
        self._at = 0
        self._depth = 0
        self._scope = Scope(base)
        self._keys: dict[str, str] = {}

    def _kind(self) -> int:
        kind = self._tokens.kinds[self._at]
        if kind == BAD:
            raise bad_token(self._tokens.text, self._tokens.offsets[self._at], self._tokens.file)
        return kind

    def _take(self) -> int:
        """Step over the next token and return its number."""
        self._kind()
        self._at += 1
        return self._at - 1

    def _is(self, mark: str) -> bool:
        return self._kind() == MARK and self._tokens.texts[self._at] == mark

    def document(self) -> None:
        while True:
            kind = self._kind()
            self._paragraphs()
            if kind == _END:
                return
            word = self._tokens.texts[self._at]
            if kind == AT or (kind == WORD and word.upper() in ("PREFIX", "BASE", "VERSION")):
                self.items.append(self._directive())
            else:
                self._statement()

    def _paragraphs(self) -> None:
        """Move the comments that a blank line sets apart into paragraphs."""
        tokens = self._tokens
        comments = tokens.before.get(self._at)
        if not comments:
            return
        group: list[tuple[int, str]] = []
        lines = [tokens.place(offset)[0] for offset, _ in comments]
        lines.append(tokens.place(tokens.offsets[self._at])[0] if tokens.kinds[self._at] != _END else lines[-1] + 2)
        for comment, line, following in zip(comments, lines, lines[1:], strict=False):
            group.append(comment)
            if following > line + 1:
                self.items.append(Paragraph([text for _, text in group]))
                group = []
        tokens.before[self._at] = group

    def _directive(self) -> Directive:
        tokens = self._tokens
        first = self._take()
        word = tokens.texts[first]
        name = word.removeprefix("@")
        if name.lower() == "version" and tokens.kinds[first] in (AT, WORD):
            raise newer_turtle(word, tokens.file, *tokens.place(tokens.offsets[first]))
        if tokens.kinds[first] == AT and name not in ("prefix", "base"):
            raise self._error(first, f"`{excerpt(word)}` is no directive.", "Write `@prefix` or `@base`, in lower case.")
        prefix: str | None = None
        if name.lower() == "prefix":
            at = self._take()
            prefix = tokens.texts[at]
            if tokens.kinds[at] != NAME or not prefix.endswith(":") or prefix.count(":") > 1:
                raise self._unexpected(at, "a prefix that ends in a colon", "Write it like `@prefix wh: <...> .`")
        iri = self._take()
        if tokens.kinds[iri] != IRI:
            raise self._unexpected(iri, "an IRI in angle brackets", "Write it like `@prefix wh: <...> .`")
        if tokens.kinds[first] == AT:
            if not self._is("."):
                raise self._missing("The directive has no dot at its end.", "Put `.` after the IRI.")
            self._take()
        if prefix is None:
            self._scope.base = self._scope.iri(IRI, tokens.texts[iri])
        else:
            self._scope.declare(prefix, tokens.texts[iri])
        self._keys.clear()
        last = self._at - 1
        return Directive(prefix, tokens.texts[iri], tokens.around(first, last), tokens.behind(last))

    def _statement(self) -> None:
        kind = self._kind()
        if kind not in (IRI, NAME, BLANK) and not (self._is("[") or self._is("(")):
            raise self._unexpected(self._at, "the subject of a statement", self._subject_hint())
        subject = self._node()
        statement = Statement(subject)
        self.items.append(statement)
        if not subject.text:
            self._fill(subject)
        bare = subject.shape is Shape.PROPERTIES and bool(subject.properties) and self._is(".")
        self._fill(statement, _CLOSE if bare else _VERB)
        _settle(subject)

    def _subject_hint(self) -> str:
        word = self._tokens.texts[self._at]
        if self._kind() == MARK and word == "." and self._at:
            return "Remove this dot: the statement before has its own."
        if self._kind() == MARK and word in "])":
            return f"Remove this `{word}` or add the bracket that opens it."
        return "Start the statement with an IRI, a prefixed name or a blank node."

    def _fill(self, top: Node | Statement, state: int | None = None) -> None:
        """Read what is in a node or a statement up to its end, and in all that is nested there."""
        stack: list[tuple[Node | Statement, int]] = [(top, self._first_state(top) if state is None else state)]
        while stack:
            holder, state = stack.pop()
            if isinstance(holder, Node) and holder.shape is Shape.COLLECTION:
                node = None if self._ends_collection() else self._node()
                if node is not None:
                    holder.members.append(node)
            elif state == _CLOSE:
                node = None
            else:
                if state == _VERB:
                    holder.properties.append(self._verb())
                node = self._node()
                holder.properties[-1].objects.append(node)
            if node is None:
                self._close(holder)
                if stack:  # what was closed is the last node of the one around it
                    stack[-1] = (stack[-1][0], self._follow(stack[-1][0]))
            elif node.text:
                stack.append((holder, self._follow(holder)))
            else:
                stack += [(holder, _OBJECT), (node, self._first_state(node))]

    def _first_state(self, holder: Node | Statement) -> int:
        return _CLOSE if isinstance(holder, Node) and holder.shape is Shape.PROPERTIES and self._is("]") else _VERB

    def _ends_collection(self) -> bool:
        kind = self._kind()
        return kind == _END or (kind == MARK and self._tokens.texts[self._at] in ").;,]")

    def _follow(self, holder: Node | Statement) -> int:
        """Read the marks behind the last node of a holder; return what comes next."""
        if isinstance(holder, Node) and holder.shape is Shape.COLLECTION:
            _settle(holder.members[-1])
            return _OBJECT
        last = holder.properties[-1].objects[-1]
        if self._is(","):
            self._separate(last)
            _settle(last)
            return _OBJECT
        _settle(last)
        if not self._is(";"):
            return _CLOSE
        while self._is(";"):
            self._separate(last)
        _settle(last)
        return _CLOSE if self._is(".") or self._is("]") else _VERB

    def _separate(self, node: Node) -> None:
        at = self._take()
        node.after += self._tokens.comments(at) + self._tokens.behind(at)

    def _close(self, holder: Node | Statement) -> None:
        mark = "." if isinstance(holder, Statement) else "]" if holder.shape is Shape.PROPERTIES else ")"
        if not self._is(mark):
            raise self._missing_mark(mark)
        at = self._take()
        holder.closing, holder.after = self._tokens.comments(at), self._tokens.behind(at)
        self._depth -= mark != "."

    def _verb(self) -> Property:
        tokens = self._tokens
        at = self._take()
        kind, text = tokens.kinds[at], tokens.texts[at]
        if kind not in (NAME, IRI) and not (kind == WORD and text == "a"):
            raise self._unexpected(at, "a property", self._verb_hint(kind, text))
        iri = self._key(at)[1:-1]
        return Property("a" if iri == RDF_TYPE else text, iri, [], tokens.comments(at), tokens.behind(at), tokens.offsets[at])

    @staticmethod
    def _verb_hint(kind: int, text: str) -> str:
        if kind == _END:
            return "End the statement with a property, its value and a dot."
        if kind == MARK and text in ".;":
            return f"Write a property and its value before the `{text}`."
        return "A property is an IRI, a prefixed name or the word `a`."

    def _node(self) -> Node:
        """Read a term, or the opening bracket of a node that `_fill` reads."""
        tokens = self._tokens
        at = self._take()
        kind, text, offset = tokens.kinds[at], tokens.texts[at], tokens.offsets[at]
        if kind == STRING:
            return self._literal(at)
        if kind == MARK and text in "[(":
            self._depth += 1
            if self._deepest is not None and self._depth > self._deepest:
                line, column = tokens.place(offset)
                problem = f"Brackets are nested deeper than {self._deepest} levels."
                raise NotTaken(problem, fix="Give the inner nodes names of their own.", file=tokens.file, line=line, column=column)
            shape = Shape.PROPERTIES if text == "[" else Shape.COLLECTION
            return Node(shape, "", f"_:[{offset}", offset, before=tokens.comments(at), opening=tokens.behind(at))
        if kind == WORD and text == "a" and at > 1 and tokens.texts[at - 2] in ";," and tokens.kinds[at - 2] == MARK:
            raise self._error(at - 1, f"The statement before `{excerpt(tokens.texts[at - 1])}` has no dot at its end.", "Put `.` before this line.")
        if kind not in (IRI, NAME, BLANK, NUMBER) and not (kind == WORD and text in ("true", "false")):
            raise self._unexpected(at, "a value", self._value_hint(kind, text))
        shape = Shape.IRI if kind in (IRI, NAME) else Shape.ATOM
        return Node(shape, text, self._key(at), offset, before=tokens.comments(at), after=tokens.behind(at))

    @staticmethod
    def _value_hint(kind: int, text: str) -> str:
        if kind == WORD:
            return "Put it in quotes if it is text, or give it a prefix if it is a name."
        if kind == MARK:
            return f"Write a value before the `{text}`."
        return "Write an IRI, a prefixed name, a blank node or a literal."

    def _literal(self, first: int) -> Node:
        tokens = self._tokens
        suffix = ""
        if self._kind() == AT:
            suffix = tokens.texts[self._take()]
        elif self._is("^^"):
            self._take()
            datatype = self._take()
            if tokens.kinds[datatype] not in (IRI, NAME):
                raise self._unexpected(datatype, "the datatype of the literal", "Write it like `^^xsd:date`.")
            suffix = self._key(datatype)[1:-1]
        last = self._at - 1
        text = "".join(tokens.texts[first : last + 1])
        key = literal_key(tokens.texts[first], suffix)
        return Node(Shape.ATOM, text, key, tokens.offsets[first], before=tokens.around(first, last), after=tokens.behind(last))

    def _key(self, at: int) -> str:
        kind, text = self._tokens.kinds[at], self._tokens.texts[at]
        key = self._keys.get(text)
        if key is None:
            if kind == NAME and (prefix := text.partition(":")[0] + ":") not in self._scope.prefixes:
                raise self._error(at, *_undeclared_prefix(prefix, self._scope.prefixes))
            key = self._keys[text] = self._scope.key(kind, text)
        return key

    def _error(self, at: int, problem: str, fix: str) -> InputError:
        line, column = self._tokens.place(self._tokens.offsets[at])
        return InputError(problem, fix=fix, file=self._tokens.file, line=line, column=column)

    def _unexpected(self, at: int, wanted: str, fix: str) -> InputError:
        if self._tokens.kinds[at] == _END:
            return self._error(at, f"The text ends where {wanted} is expected.", fix)
        return self._error(at, f"`{excerpt(self._tokens.texts[at])}` stands where {wanted} is expected.", fix)

    def _missing(self, problem: str, fix: str) -> InputError:
        before = self._at - 1
        line, column = self._tokens.place(self._tokens.offsets[before] + len(self._tokens.texts[before]))
        return InputError(problem, fix=fix, file=self._tokens.file, line=line, column=column)

    def _missing_mark(self, mark: str) -> InputError:
        tokens = self._tokens
        kind, found = self._kind(), tokens.texts[self._at]
        last = f"`{excerpt(tokens.texts[self._at - 1])}`"
        if mark in "])":
            opener = "[" if mark == "]" else "("
            return self._missing(f"The bracket `{opener}` is still open after {last}.", f"Close it with `{mark}`.")
        if kind == MARK and found in "])":
            return self._unexpected(self._at, "`;` or `.`", f"Remove this `{found}` or open the bracket before.")
        line, column = tokens.place(tokens.offsets[self._at])
        above = tokens.place(tokens.offsets[self._at - 1])[0]
        if kind == _END or (column == 1 and line > above):
            return self._missing(f"The statement has no dot after {last}.", "Put `.` at its end.")
        if line > above:
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
