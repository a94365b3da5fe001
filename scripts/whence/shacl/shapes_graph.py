"""The shapes graph: triples indexed by subject, with the reading of lists, paths and single values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import Quad, Triple

from whence.errors import InputError
from whence.findings import Path
from whence.rdf.terms import closure, nt
from whence.shacl.vocabulary import FIRST, NIL, REST, SUB_CLASS_OF, TYPE, is_blank, is_iri, lexical, sh

_MAX_DEPTH = 60
_LONGEST_PATH = 200
_KINDS = {
    sh("alternativePath"): "alt", sh("inversePath"): "inv", sh("zeroOrMorePath"): "star", sh("oneOrMorePath"): "plus", sh("zeroOrOnePath"): "opt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a shape, or a part of it, from being used.

    :ivar kind: `ill-formed`, `recursive`, `unchecked` (not understood, so nothing was looked at) or `unknown` (taken for an annotation)
    :ivar fix: how to mend it, or None
    :ivar predicate: with `value` the triple that is wrong, or None
    :ivar anchor: the IRI that the node is found below, None when there is none
    """

    kind: str
    node: str
    message: str
    fix: str | None = None
    predicate: str | None = None
    value: str | None = None
    anchor: str | None = None


class ShapeError(InputError):
    """A shape that cannot be used.

    :ivar problems: everything that is wrong, at least one
    """

    def __init__(self, *problems: Problem) -> None:
        first = problems[0]
        super().__init__(first.message, fix=first.fix, iri=lexical(first.node) if is_iri(first.node) else None)
        self.problems = problems


def shown(term: str) -> str:
    """Return a term as a person reads it in an error."""
    return "a blank node" if is_blank(term) else term


#: Stands in a sentence for the shape, which only the whole graph can describe when it is a blank node.
THE_SHAPE = "\x00"


def ill_formed(shape: str, problem: str, fix: str | None = None, *, predicate: str | None = None, value: str | None = None) -> ShapeError:
    """Return the error for an ill-formed shape (SHACL section 3.4.2)."""
    return ShapeError(Problem("ill-formed", shape, f"{THE_SHAPE} is ill-formed: {problem}.", fix, predicate, value))


class ShapesGraph:
    """The triples of a shapes graph, by subject and predicate, in N-Triples terms.

    :param triples: quads or triples; the graph names of quads are ignored
    :ivar prefixes: those of the files it was read from
    """

    def __init__(self, triples: Iterable[Quad | Triple], prefixes: dict[str, str] | None = None) -> None:
        self.prefixes = prefixes or {}
        self._by_subject: dict[str, dict[str, list[str]]] = {}
        self._subjects: dict[str, list[str]] = {}
        self._parents: dict[str, str] = {}
        seen = set()
        for triple in triples:
            key = (nt(triple.subject), str(triple.predicate), nt(triple.object))
            if key not in seen:
                seen.add(key)
                self._by_subject.setdefault(key[0], {}).setdefault(key[1], []).append(key[2])
                self._subjects.setdefault(key[1], []).append(key[0])
                if is_blank(key[2]):
                    self._parents.setdefault(key[2], key[0])
        self.triples: Any = seen

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Return the objects of a subject and predicate, in the order they were read; may be empty."""
        return self._by_subject.get(subject, {}).get(predicate, [])

    def predicates(self, subject: str) -> list[str]:
        """Return the predicates a subject has."""
        return list(self._by_subject.get(subject, ()))

    def subjects(self, predicate: str) -> list[str]:
        """Return the subjects of a predicate, each once, sorted IRIs first so that runs are alike."""
        return sorted(set(self._subjects.get(predicate, ())), key=lambda term: (is_blank(term), term))

    def all_subjects(self) -> list[str]:
        """Return every subject, in the order they were read."""
        return list(self._by_subject)

    def named(self, node: str) -> str:
        """Return the nearest IRI from which triples lead down to a blank node, or the node itself."""
        seen = set()
        above = node
        while is_blank(above) and above in self._parents and above not in seen:
            seen.add(above)
            above = self._parents[above]
        return above if is_iri(above) else node

    def described(self, node: str) -> str:
        """Return a shape as the subject of a sentence: a blank node by its path and the shape it stands in."""
        if not is_blank(node):
            return f"The shape {node}"
        path = next(iter(self.objects(node, sh("path"))), "")
        above = self.named(node)
        inside = f" in {above}" if is_iri(above) else ""
        return f"The property shape with path {path}{inside}" if is_iri(path) else f"The shape of a blank node{inside}"

    def worded(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems with the shape named as the graph allows."""
        return [
            replace(
                problem,
                message=problem.message.replace(THE_SHAPE, self.described(problem.node)),
                anchor=named if is_iri(named := self.named(problem.node)) else None,
            )
            for problem in problems
        ]

    def one(self, subject: str, predicate: str) -> str | None:
        """Return the only object of a subject and predicate, or None.

        :raises InputError: there are several
        """
        found = self.objects(subject, predicate)
        if len(found) > 1:
            problem = f"it has {len(found)} values of {predicate}"
            raise ill_formed(subject, problem, "Keep one of them.", predicate=predicate, value=found[1])
        return found[0] if found else None

    def is_instance(self, node: str, cls: str) -> bool:
        """Whether a node is a SHACL instance of a class in this graph (SHACL section 1.1)."""
        return cls in closure(self.objects(node, TYPE), lambda kind: self.objects(kind, SUB_CLASS_OF))

    def members(self, head: str, owner: str, what: str) -> list[str]:
        """Return the members of an RDF list.

        :param owner: the shape it belongs to, for the error
        :param what: the property it is a value of, for the error
        :raises InputError: the list is broken, cyclic or forks
        """
        members: list[str] = []
        seen = set()
        while head != NIL:
            first, rest = self.objects(head, FIRST), self.objects(head, REST)
            if head in seen or len(first) != 1 or len(rest) != 1:
                kind = "runs in a circle" if head in seen else "is broken"
                raise ill_formed(owner, f"the list of its {what} {kind}", "Write it as ( item item ... ).")
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members

    def path(self, node: str, owner: str, depth: int = 0) -> Path:
        """Read a property path (SHACL section 2.3.1).

        A blank node that is both a list and something else is read as the list, as the test suite has it.

        :raises InputError: the node is no well-formed path
        """
        if is_iri(node):
            return ("pred", node)
        if depth > _MAX_DEPTH or not is_blank(node):
            problem = "its path is nested too deep or runs in a circle" if is_blank(node) else f"its path is the literal {node}"
            raise ill_formed(owner, problem, "Give sh:path an IRI or a SHACL path expression.")
        if self.objects(node, FIRST):
            return ("seq", *self._members(node, owner, depth, "sh:path"))
        said = [(kind, term) for predicate, kind in _KINDS.items() for term in self.objects(node, predicate)]
        if len(said) != 1:
            problem = "is no SHACL path expression" if not said else f"says {len(said)} kinds of path at once"
            raise ill_formed(owner, f"its path is a blank node that {problem}")
        kind, inner = said[0]
        if kind == "alt":
            return ("alt", *self._members(inner, owner, depth, "sh:alternativePath"))
        return (kind, self.path(inner, owner, depth + 1))

    def _members(self, head: str, owner: str, depth: int, what: str) -> list[Path]:
        members = self.members(head, owner, what)
        if not 2 <= len(members) <= _LONGEST_PATH:
            raise ill_formed(owner, f"a list in its {what} has {len(members):,} members, not 2 to {_LONGEST_PATH}")
        return [self.path(member, owner, depth + 1) for member in members]
