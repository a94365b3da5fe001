"""The forms of the model: which roles a claim, an attestation, a question or a thing has, and what is allowed in each.

A form is read from the shapes whose target class is the class or one above it, and from the properties whose domain it
is, so a class that a graph brings itself has one as well. `wh:shortName` gives a role the short name that a command line
and a table take: `of`, `by`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Store

from whence.inference import superclasses
from whence.namespaces import PREFIXES, SH, WH, local, spaced
from whence.rdf.terms import RDF_TYPE

_RDFS, _OWL, _RDF = PREFIXES["rdfs"], PREFIXES["owl"], PREFIXES["rdf"]
_PLACE = {WH + name for name in ("document", "start", "end", "passageDigest", "passage")} | {RDF_TYPE, _RDFS + "label"}
_PROPERTY_CLASSES = (_OWL + "ObjectProperty", _OWL + "DatatypeProperty")
_NOT_STATED = "NotStated"
#: The constraints on literals that are looked at before anything is made.
_FACETS = ("pattern", "minLength", "maxLength", "minInclusive")


@dataclass(frozen=True, slots=True)
class Role:
    """One role of a form.

    :ivar iri: the property
    :ivar name: its local name, such as `influenced`
    :ivar short: its short names, such as `of`; may be empty
    :ivar classes: IRIs of the classes of which a value is one; empty where values are listed or literals
    :ivar values: the values that are allowed where they are listed: IRIs, or plain texts
    :ivar literal: whether it takes a text or number, of one of the `datatypes` where they are told
    :ivar properties: whether it takes a property of the ontology
    :ivar default: the value that says that a text leaves it open, or an empty text
    :ivar message: what the shape says of it
    :ivar facets: how its shapes bound a text or number: local names of constraints with their values
    """

    iri: str
    name: str
    label: str
    short: tuple[str, ...]
    definition: str
    required: bool
    many: bool
    classes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    literal: bool = False
    datatypes: tuple[str, ...] = ()
    properties: bool = False
    default: str = ""
    message: str = ""
    facets: tuple[tuple[str, str], ...] = ()

    def admits(self, value: str) -> bool:
        """Report whether the shapes let a text or number stand here, as far as a pattern, lengths and the least number say."""
        tests = {
            "pattern": lambda bound: re.search(bound, value) is not None, "minLength": lambda bound: len(value) >= int(bound),
            "maxLength": lambda bound: len(value) <= int(bound), "minInclusive": lambda bound: float(value) >= float(bound),
        }  # fmt: skip
        return all(tests[name](bound) for name, bound in self.facets)

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which a record may call it: short ones, local name, local name with hyphens."""
        return tuple(dict.fromkeys((*self.short, self.name, kebab(self.name))))


@dataclass(frozen=True, slots=True)
class Form:
    """A class with its roles: first those that have to be given, then those that may say that a text leaves them open, then the others."""

    iri: str
    name: str
    label: str
    definition: str
    roles: tuple[Role, ...]

    def role(self, name: str) -> Role | None:
        """Return the role that a record calls so, in any case, or None."""
        wanted = name.strip().lstrip("-").casefold().replace("-", "").replace(" ", "").replace("_", "")
        for role in self.roles:
            if wanted in {one.casefold().replace("-", "") for one in role.names}:
                return role
        return None


@dataclass(slots=True)
class _Constraint:
    """What the property shapes of one path say together."""

    least: int = 0
    most: int | None = None
    classes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    datatypes: tuple[str, ...] = ()
    literal: bool = False
    message: str = ""
    facets: dict[str, str] = field(default_factory=dict)


class Forms:
    """The forms of one graph."""

    def __init__(self, asserted: Store, shapes: Store) -> None:
        self._asserted, self._shapes = asserted, shapes
        self.superclasses = superclasses(asserted)
        self._kept: dict[str, Form] = {}

    @cached_property
    def claims(self) -> dict[str, Form]:
        """The forms of the classes of claims, by local name."""
        return {local(iri): self.of(iri) for iri in self.below(WH + "Claim") if iri != WH + "Claim"}

    @property
    def attestation(self) -> Form:
        """The form of an attestation, without its place."""
        return self.of(WH + "Attestation")

    @property
    def question(self) -> Form:
        """The form of a question of an interview, without its place."""
        return self.of(WH + "Question")

    def of(self, iri: str) -> Form:
        """Return the form of a class; one without roles when nothing is known of it."""
        if iri not in self._kept:
            self._kept[iri] = self._read(iri)
        return self._kept[iri]

    def below(self, iri: str) -> list[str]:
        """Return a class and all below it, sorted."""
        return sorted({iri, *(one for one, upper in self.superclasses.items() if iri in upper)})

    def is_below(self, kind: str, classes: Iterable[str]) -> bool:
        """Report whether a class is one of these or below one."""
        upper = {kind, *self.superclasses.get(kind, ())}
        return any(one in upper for one in classes)

    def label(self, iri: str) -> str:
        """Return the English label of a term, else the words of its name."""
        return self._text(iri, _RDFS + "label") or spaced(local(iri))

    def _read(self, iri: str) -> Form:
        found = self._constraints(iri)
        for path in self._in_domain(iri):
            found.setdefault(path, _Constraint(classes=self._range(path), literal=self._is_a(path, _OWL + "DatatypeProperty")))
        roles = [self._role(path, constraint) for path, constraint in found.items() if path not in _PLACE]
        roles.sort(key=lambda role: (not role.required, bool(role.default), role.name))
        return Form(iri, local(iri), self.label(iri), self._text(iri, PREFIXES["skos"] + "definition"), tuple(roles))

    def _role(self, path: str, found: _Constraint) -> Role:
        properties = any(one in found.classes for one in _PROPERTY_CLASSES)
        classes = found.classes or (() if found.values or found.literal or found.datatypes else self._range(path))
        literal = found.literal or bool(found.datatypes) or self._is_a(path, _OWL + "DatatypeProperty")
        short = sorted(quad.object.value for quad in self._quads(self._asserted, path, WH + "shortName"))
        functional = self._is_a(path, _OWL + "FunctionalProperty")
        return Role(
            path, local(path), self.label(path), tuple(short), self._text(path, PREFIXES["skos"] + "definition"),
            found.least > 0, not functional and found.most != 1, () if properties or literal else classes, found.values, literal,
            found.datatypes, properties, self._not_stated(classes, found.values), found.message, tuple(found.facets.items()),
        )  # fmt: skip

    def _not_stated(self, classes: tuple[str, ...], values: tuple[str, ...]) -> str:
        """Return the value that says that a text leaves the role open, or an empty text."""
        known = set(values)
        for kind in classes:
            known |= {quad.subject.value for quad in self._asserted.quads_for_pattern(None, NamedNode(RDF_TYPE), NamedNode(kind)) if isinstance(quad.subject, NamedNode)}
        return next((iri for iri in sorted(known) if local(iri).endswith(_NOT_STATED)), "")

    def _constraints(self, iri: str) -> dict[str, _Constraint]:
        """Return what the shapes of a class and those above it say of each path, in the order of the paths' first shapes."""
        found: dict[str, _Constraint] = {}
        for kind in (iri, *sorted(self.superclasses.get(iri, ()))):
            for quad in self._shapes.quads_for_pattern(None, NamedNode(SH + "targetClass"), NamedNode(kind)):
                for shape, optional in self._property_shapes(quad.subject):
                    self._add(found, shape, optional)
        return found

    def _property_shapes(self, shape: NamedNode | BlankNode, optional: bool = False) -> Iterator[tuple[NamedNode | BlankNode, bool]]:
        """Yield the property shapes of a node shape, with whether they hold only in one of several alternatives."""
        for quad in sorted(self._shapes.quads_for_pattern(shape, NamedNode(SH + "property"), None), key=str):
            if isinstance(quad.object, NamedNode | BlankNode):
                yield quad.object, optional
        for several in ("or", "xone", "and"):
            for quad in self._shapes.quads_for_pattern(shape, NamedNode(SH + several), None):
                for member in self._list(quad.object):
                    yield from self._property_shapes(member, several != "and" or optional)

    def _add(self, found: dict[str, _Constraint], shape: NamedNode | BlankNode, optional: bool) -> None:
        path = next((quad.object for quad in self._shapes.quads_for_pattern(shape, NamedNode(SH + "path"), None)), None)
        if not isinstance(path, NamedNode) or (optional and path.value in _PLACE):
            return
        one = found.setdefault(path.value, _Constraint())
        one.least = max(one.least, 0 if optional else int(self._value(shape, "minCount") or 0))
        most = self._value(shape, "maxCount")
        one.most = int(most) if most and one.most is None else one.most
        one.classes = one.classes or tuple(self._alternatives(shape, "class"))
        one.datatypes = one.datatypes or tuple(self._alternatives(shape, "datatype"))
        one.literal = one.literal or self._value(shape, "nodeKind") == SH + "Literal"
        one.message = one.message or self._value(shape, "message")
        if not optional:
            one.facets |= {name: bound for name in _FACETS if (bound := self._value(shape, name))}
        if not one.values:
            lists = self._shapes.quads_for_pattern(shape, NamedNode(SH + "in"), None)
            one.values = tuple(member.value for quad in lists for member in self._list(quad.object))

    def _alternatives(self, shape: NamedNode | BlankNode, word: str) -> list[str]:
        """Return the values of a constraint on a shape itself or on the alternatives of its `sh:or`."""
        found = [quad.object.value for quad in self._shapes.quads_for_pattern(shape, NamedNode(SH + word), None)]
        for quad in self._shapes.quads_for_pattern(shape, NamedNode(SH + "or"), None):
            for member in self._list(quad.object):
                found += self._alternatives(member, word)
        return found

    def _in_domain(self, iri: str) -> Iterator[str]:
        """Yield the properties whose domain is a class of claims that no shape describes, or one above it."""
        classes = {iri, *self.superclasses.get(iri, ())} - {WH + "Claim"}
        if not self.is_below(iri, (WH + "Claim",)) or iri == WH + "Claim":
            return
        for quad in sorted(self._asserted.quads_for_pattern(None, NamedNode(_RDFS + "domain"), None), key=str):
            if isinstance(quad.subject, NamedNode) and classes & set(self._union(quad.object)):
                yield quad.subject.value

    def _range(self, path: str) -> tuple[str, ...]:
        return tuple(one for quad in self._quads(self._asserted, path, _RDFS + "range") for one in self._union(quad.object))

    def _union(self, node: Any) -> list[str]:
        """Return the named classes of an expression: itself, or those of its union."""
        if isinstance(node, NamedNode):
            return [node.value]
        lists = self._asserted.quads_for_pattern(node, NamedNode(_OWL + "unionOf"), None)
        return [one.value for quad in lists for one in self._list(quad.object, self._asserted) if isinstance(one, NamedNode)]

    def _list(self, head: Any, store: Store | None = None) -> list[Any]:
        store, members = self._shapes if store is None else store, []
        while isinstance(head, BlankNode):
            members += [quad.object for quad in store.quads_for_pattern(head, NamedNode(_RDF + "first"), None)]
            head = next((quad.object for quad in store.quads_for_pattern(head, NamedNode(_RDF + "rest"), None)), None)
        return members

    def _value(self, shape: NamedNode | BlankNode, word: str) -> str:
        return next((quad.object.value for quad in self._shapes.quads_for_pattern(shape, NamedNode(SH + word), None)), "")

    def _is_a(self, iri: str, kind: str) -> bool:
        return next(self._asserted.quads_for_pattern(NamedNode(iri), NamedNode(RDF_TYPE), NamedNode(kind)), None) is not None

    def _text(self, iri: str, predicate: str) -> str:
        found = [quad.object for quad in self._quads(self._asserted, iri, predicate) if isinstance(quad.object, Literal)]
        chosen = min(found, key=lambda one: (one.language not in ("en", None), one.value), default=None)
        return chosen.value if chosen is not None else ""

    @staticmethod
    def _quads(store: Store, subject: str, predicate: str) -> list:  # type: ignore[type-arg]
        return list(store.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None))


def kebab(name: str) -> str:
    """Return a name in camel case with hyphens.

    >>> kebab("comparedWith"), kebab("ThemeUse"), kebab("genre")
    ('compared-with', 'theme-use', 'genre')
    """
    return spaced(name).replace(" ", "-")


def squash(name: str) -> str:
    """Return a name without case, spaces, underscores and hyphens, by which names are compared.

    >>> squash("Compared-with"), squash("not stated")
    ('comparedwith', 'notstated')
    """
    return re.sub(r"[\s_-]+", "", name).casefold()
