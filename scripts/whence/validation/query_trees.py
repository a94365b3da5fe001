"""The WHERE of a query as a tree of groups, as far as it is needed to ask it for a few bindings alone (`whence.validation.local`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pyoxigraph import NamedNode, Store

from whence.rdf.terms import term_of
from whence.shacl.algebra import AnyStep
from whence.shacl.dependencies import PatternReader, Token, Unread
from whence.shacl.paths import Path, normal
from whence.validation.solving import Step

_AGGREGATES = frozenset(("AVG", "COUNT", "GROUP", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"))
#: Expressions of one variable that have its term, or leave its IRI the same.
_RENAMED = (("IRI", "("), ("STR", "("), ("MIN", "(", "STR", "("), ("MAX", "(", "STR", "("))


@dataclass(slots=True)
class Group:
    """A group as read: its elements, and after which token its patterns begin; -1 where it is a SELECT."""

    place: int
    elements: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Besides:
    """A group that may hold besides: of OPTIONAL, MINUS or EXISTS."""

    group: Group


@dataclass(slots=True)
class Values:
    """The terms that variables are given."""

    values: dict[str, set[Any]]


@dataclass(slots=True)
class Computed:
    """A variable that is computed: of which other it has the term, or None."""

    name: str
    source: str | None


@dataclass(slots=True)
class Select:
    """A sub-SELECT: the variables that it shows, those that it computes, and by which it is grouped, if it is."""

    columns: list[str]
    computed: list[Computed]
    grouped: list[str] | None
    group: Group


class TreeReader(PatternReader):
    """Reads a query as a tree of groups; what it does not read is `Unread`."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self._fresh = count()
        self._alone = _alone(tokens)

    def template(self) -> list[tuple[Any, Any, Any]]:
        """Return the triple patterns of a CONSTRUCT's template; none for a SELECT."""
        if self._tokens[0].word() != "CONSTRUCT":
            return []
        self._index = 1
        PatternReader._group(self)
        heads = [(step.subject, step.predicate if isinstance(step, AnyStep) else step.path[1], step.object) for step in self._found]  # type: ignore[attr-defined]
        self._found.clear()
        return [(_node(subject), _node(predicate), _node(object_)) for subject, predicate, object_ in heads]

    def columns(self) -> list[str]:
        """Return the variables that a SELECT shows, an empty list for a CONSTRUCT."""
        if self._tokens[self._index].word() != "SELECT":
            return []
        return [token.text for token in self._tokens[self._index : next(n for n, t in enumerate(self._tokens) if t.text == "{")] if token.kind == "variable"]

    def tree(self) -> Group:
        """Return the query's WHERE as a group; a SELECT that is grouped is one element of it."""
        if self._tokens[self._index].word() == "SELECT":
            return Group(-1, [self._select()])
        while self._peek() != "{":
            self._index += 1
        return self._tree()

    def _tree(self) -> Group:
        group = Group(self._index)
        self._index += 1
        if self._tokens[self._index].word() == "SELECT":
            group.place = -1  # nothing may stand before it
            group.elements.append(self._select())
        while self._peek() != "}":
            token = self._tokens[self._index]
            word = token.word()
            if token.text == "{":
                group.elements.append(self._union())
            elif token.text == ".":
                self._index += 1
            elif word in ("OPTIONAL", "MINUS"):
                self._index += 1
                group.elements.append(Besides(self._tree()))
            elif word == "FILTER":
                self._index += 1
                group.elements += map(Besides, self._tests())
            elif word == "BIND":
                self._index += 1
                group.elements += self._bind()
            elif word == "VALUES":
                group.elements.append(self._values())
            elif word:
                raise Unread
            else:
                self._triples()
                group.elements += [step for one in self._found for step in self._steps(one)]
                self._found.clear()
        self._index += 1
        return group

    def _union(self) -> list[Group]:
        groups = [self._tree()]
        while self._tokens[self._index].word() == "UNION":
            self._index += 1
            groups.append(self._tree())
        return groups

    def _tests(self) -> list[Group]:
        """Skip an expression; return the groups inside its EXISTS."""
        found: list[Group] = []
        depth = 0
        while True:
            token = self._tokens[self._index]
            if token.text == "{":
                found.append(self._tree())
            else:
                if depth == 0 and token.text not in ("(",) and not (token.word() or token.kind == "iri"):
                    raise Unread
                depth += {"(": 1, ")": -1}.get(token.text, 0)
                self._index += 1
            if depth == 0 and token.text in (")", "{"):
                return found

    def _bind(self) -> list[Any]:
        start = self._index + 1
        besides = self._tests()
        return [*map(Besides, besides), _computed(self._tokens[start : self._index - 1])]

    def _values(self) -> Values:
        self._index += 1
        names: list[str] = []
        while self._peek() != "{":
            names += [self._peek()] if self._tokens[self._index].kind == "variable" else []
            self._index += 1
        self._index += 1
        terms = []
        while self._peek() != "}":
            if self._peek() in ("(", ")"):
                self._index += 1
            else:
                terms.append(_node(self._term()))
        self._index += 1
        return Values({name: set(terms[place :: len(names)]) for place, name in enumerate(names)})

    def _select(self) -> Select:
        self._index += 1
        columns: list[str] = []
        computed: list[Computed] = []
        while self._peek() != "{":
            token = self._tokens[self._index]
            if token.text == "*":
                raise Unread
            if token.text == "(":
                start = self._index + 1
                self._tests()
                computed.append(_computed(self._tokens[start : self._index - 1]))
                columns.append(computed[-1].name)
                continue
            columns += [token.text] if token.kind == "variable" else []
            self._index += 1
        group = self._tree()
        grouped: list[str] | None = None
        while self._index < len(self._tokens) and self._peek() != "}":
            word = self._tokens[self._index].word()
            if word in ("LIMIT", "OFFSET", "VALUES") or self._peek() == "{":
                raise Unread
            if word == "GROUP":
                self._index += 2
                grouped = []
                while self._index < len(self._tokens) and self._tokens[self._index].kind == "variable":
                    grouped.append(self._peek())
                    self._index += 1
                continue
            self._index += 1
        if grouped is None and any(one.source is None and one.name not in columns for one in computed):
            raise Unread
        return Select(columns, computed, grouped, group)

    def _steps(self, pattern: Any) -> Iterator[Step]:
        """Yield a triple pattern as steps, its sequence cut at variables of their own."""
        subject, object_ = _node(pattern.subject), _node(pattern.object)
        if isinstance(pattern, AnyStep):
            alone = pattern.predicate is None or pattern.predicate in self._alone
            yield Step(subject, None, object_, predicate=pattern.predicate, witness=self._witness(subject, object_) if alone else None)
            return
        path: Path = normal(pattern.path)
        pieces = path[1:] if path[0] == "seq" else (path,)
        for number, piece in enumerate(pieces):
            end = object_ if number == len(pieces) - 1 else f"?~{next(self._fresh)}"
            inner = piece[1] if piece[0] in ("star", "plus", "opt") else piece
            least, endless = int(piece[0] not in ("star", "opt")), piece[0] in ("star", "plus")
            yield Step(subject, _predicates(inner), end, least, endless, witness=self._witness(subject, end) if least else None)
            subject = end

    def _witness(self, subject: Any, object_: Any) -> bool | None:
        """Return in which direction a pattern ends in a variable that stands nowhere else."""
        return True if object_ in self._alone else False if subject in self._alone else None


def _alone(tokens: list[Token]) -> set[str]:
    """Return the variables that stand in one place only, where what else they stand for adds no row: in a SELECT DISTINCT that counts nothing.

    Not in a CONSTRUCT, since a rule may see one triple and not another.
    """
    words = [token.word() for token in tokens]
    if words[:2] != ["SELECT", "DISTINCT"] or not _AGGREGATES.isdisjoint(words):
        return set()
    numbers = Counter(token.text for token in tokens if token.kind == "variable")
    return {name for name, number in numbers.items() if number == 1}


def _predicates(path: Path) -> tuple[tuple[NamedNode, bool], ...]:
    """Return the predicates of a path of one step, each with whether it is walked backwards."""
    if path[0] == "pred":
        return ((NamedNode(path[1][1:-1]), False),)
    if path[0] == "inv":
        return ((NamedNode(path[1][1][1:-1]), True),)
    if path[0] == "alt":
        return tuple(way for part in path[1:] for way in _predicates(part))
    raise Unread


def _node(text: str) -> Any:
    """Return a variable as its name, anything else as a term."""
    if text.startswith("?"):
        return text
    if text.startswith("<"):
        return term_of(text)
    row = next(iter(Store().query(f"SELECT ({text} AS ?x) {{}}")))
    return row[0]


def _computed(tokens: list[Token]) -> Any:
    """Return what `expression AS ?name` says: values, or a variable that has the term of another, or is computed."""
    name, expression = tokens[-1].text, tokens[:-2]
    words = tuple(token.word() or token.text for token in expression)
    if len(expression) == 1 and expression[0].kind == "variable":
        return Computed(name, expression[0].text)
    if len(expression) == 1 and expression[0].kind == "iri":
        return Values({name: {_node(expression[0].text)}})
    for called in _RENAMED:
        if words[: len(called)] == called and len(words) == 2 * len(called) - called.count("(") + 1 and words[len(called)].startswith("?"):
            return Computed(name, words[len(called)])
    return Computed(name, None)
