"""What an edit must touch to change the outcome of a query.

The walk from `?this` to every step of a pattern is read off the pattern. A triple that is added or removed can change
the outcome for a focus node only if one of its ends is reached from that node by the walk before a step with its
predicate. Of several changed triples on one walk the first counts, and the walk before it is the same in the old
graph and the new; so looking at the new graph is enough.

Of SPARQL text that a shape brings along only what all has to match together is read: with UNION, OPTIONAL, subqueries
and the like the query counts as depending on everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from whence.shacl.algebra import (
    All, AnyStep, Atom, Bind, Distinct, ExactlyOne, Exists, Filter, Group, Instance, Join, Minus, No, Pattern,
    Raw, Some, Step, Test, Union,
)  # fmt: skip
from whence.shacl.paths import Path, inverse, normal, nullable, predicates_of
from whence.shacl.vocabulary import SUB_CLASS_OF, TYPE

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


class Unread(Exception):
    """The text has something that is not read here."""


def triple_patterns(tokens: list[Token]) -> tuple[Pattern, ...] | None:
    """Return the triple patterns of a query or group, those inside EXISTS too, or None.

    >>> from whence.shacl.embedded_sparql import tokenize
    >>> triple_patterns(tokenize("ASK { ?this <p>/<q> ?o FILTER(?o > 1) }", "<x:S>"))
    (Step(subject='?this', path=('seq', ('pred', '<p>'), ('pred', '<q>')), object='?o'),)
    >>> triple_patterns(tokenize("ASK { OPTIONAL { ?this <p> ?o } }", "<x:S>")) is None
    True
    """
    words = [token.word() for token in tokens]
    if words.count("SELECT") > 1 or _UNREAD & set(words) or (words.count("SELECT") == 1 and words[0] not in ("SELECT", "")):
        return None
    reader = PatternReader(tokens)
    try:
        return tuple(reader.read())
    except (Unread, IndexError):
        return None


class PatternReader:
    """Reads the triple patterns of a query from its tokens, one after another."""

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
                text += "".join(mark.text for mark in self._tokens[self._index : self._index + marks])
                self._index += marks
            return text
        if token.kind in ("variable", "iri", "term", "number") or token.word() in ("TRUE", "FALSE"):
            return token.text
        raise Unread

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
                raise Unread
        elif token.kind == "iri":
            path = ("pred", token.text)
        elif token.text == "a":
            path = ("pred", TYPE)
        else:
            raise Unread
        while self._peek() in _SUFFIXES:
            path = (_SUFFIXES[self._next().text], path)
        return path


_Routes = dict[str, dict[Path | None, None]]


@dataclass(frozen=True, slots=True)
class Dependency:
    """A step whose triples matter to a query.

    :ivar predicate: the step's predicate, None for any
    :ivar forward: whether the walk reaches the triple's subject (else its object)
    :ivar prefix: the path from the focus node to that end, None when it is the focus node itself
    :ivar everything: a change here may change the outcome for every focus node
    """

    predicate: str | None
    forward: bool = True
    prefix: Path | None = None
    everything: bool = False


def dependencies(pattern: Pattern) -> tuple[Dependency, ...] | None:
    """Return what the outcome of a query depends on, or None when that cannot be told from its pattern."""
    steps: list[Pattern] = []
    if not _collect(pattern, steps):
        return None
    reached: _Routes = {"?this": {None: None}}
    while _extend(steps, reached):
        pass
    found: dict[Dependency, None] = {}
    for step in steps:
        for dependency in _of_step(step, reached):
            found[dependency] = None
    return tuple(found)


def _collect(part: Pattern | Test, steps: list[Pattern]) -> bool:
    """Gather the steps of a pattern, aliases as steps of no length; False when text hides some."""
    if isinstance(part, (Step, AnyStep, Instance)):
        steps.append(part)
        return True
    if isinstance(part, Bind):
        if not part.language and not part.source.endswith(")"):
            steps.append(Step(part.source, ("seq",), part.variable))
        return _collect(part.pattern, steps)
    if isinstance(part, Raw):
        if part.steps is None:
            return False
        steps.extend(part.steps)
        return all(_collect(inner, steps) for inner in part.parts if not isinstance(inner, str))
    if isinstance(part, Atom) and part.operator == "call":
        return False
    return all(_collect(inner, steps) for inner in _inner(part))


def _inner(part: Pattern | Test) -> tuple[Pattern | Test, ...]:
    if isinstance(part, (Join, Union)):
        return part.parts
    if isinstance(part, Minus):
        return (part.left, part.right)
    if isinstance(part, Filter):
        return (part.pattern, part.test)
    if isinstance(part, (Distinct, Group, Exists)):
        return (part.pattern,)
    if isinstance(part, (All, Some, ExactlyOne)):
        return part.tests
    return (part.test,) if isinstance(part, No) else ()


def _extend(steps: list[Pattern], reached: _Routes) -> bool:
    """Reach the variables one step further, by every step that leads there; whether there were any."""
    new: _Routes = {}
    for step in steps:
        if isinstance(step, Step):
            path = normal(step.path)
            for start, way, end in ((step.subject, path, step.object), (step.object, inverse(path), step.subject)):
                if start in reached and end not in reached and end.startswith("?"):
                    new.setdefault(end, {}).update({_joined(route, way): None for route in reached[start]})
    reached.update(new)
    return bool(new)


def _joined(prefix: Path | None, path: Path) -> Path | None:
    parts = [part for item in (prefix, path) if item is not None for part in (item[1:] if item[0] == "seq" else (item,))]
    return None if not parts else parts[0] if len(parts) == 1 else ("seq", *parts)


def _of_step(step: Pattern, reached: _Routes) -> list[Dependency]:
    if isinstance(step, AnyStep):
        routes = reached.get(step.subject)
        return [Dependency(None, True, route) for route in routes] if routes else [Dependency(None, everything=True)]
    if isinstance(step, Instance):
        below = Dependency(SUB_CLASS_OF, everything=True)
        routes = reached.get(step.node)
        if not routes:
            return [Dependency(TYPE, everything=True), below]
        return [*(Dependency(TYPE, True, route) for route in routes), below]
    assert isinstance(step, Step)
    path = normal(step.path)
    order = list(reached)
    ends = [end for end in (step.subject, step.object) if end in reached]
    if ends:
        # The walk to the end that was reached later may lead over this very step.
        start = min(ends, key=order.index)
        way = path if start == step.subject else inverse(path)
        return [found for route in reached[start] for found in _walk(way, route)]
    return [Dependency(predicate, everything=True) for predicate in sorted(predicates_of(path))]


def _walk(path: Path, prefix: Path | None) -> list[Dependency]:
    kind = path[0]
    if kind == "pred":
        return [Dependency(path[1], True, prefix)]
    if kind == "inv":
        return [Dependency(path[1][1], False, prefix)]
    if kind == "alt":
        return [found for part in path[1:] for found in _walk(part, prefix)]
    if kind == "seq":
        found = []
        for part in path[1:]:
            found += _walk(part, prefix)
            prefix = _joined(prefix, part)
        return found
    if kind == "opt":
        return _walk(path[1], prefix)
    repeated = path if nullable(path) else ("star", path[1])
    return _walk(path[1], _joined(prefix, repeated))
