"""An ontology as the profile check sees it: triples, looked up by subject and predicate, entities by kind; and its findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from whence.findings import Finding, Severity
from whence.namespaces import shorten
from whence.ontology.vocabulary import ANNOTATION, BUILT_IN, DATATYPES, KINDS, owl, rdf, rdfs

Term = NamedNode | BlankNode | Literal | Triple


class Axioms:
    """The triples of one ontology with its data.

    :ivar triples: all triples, each once
    :ivar kinds: IRI to the kinds of entity that declarations (Structural Specification section 5.8) give it
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples: list[tuple[Term, str, Term]] = list(
            dict.fromkeys((triple.subject, triple.predicate.value, triple.object) for triple in triples)
        )
        self._by_predicate: defaultdict[str, list[tuple[Term, Term]]] = defaultdict(list)
        self._by_subject: defaultdict[tuple[Term, str], list[Term]] = defaultdict(list)
        self.kinds: defaultdict[str, set[str]] = defaultdict(set)
        for subject, predicate, value in self.triples:
            self._by_predicate[predicate].append((subject, value))
            self._by_subject[subject, predicate].append(value)
            if predicate == rdf("type") and isinstance(subject, NamedNode) and isinstance(value, NamedNode):
                kind = KINDS.get(value.value)
                if kind:
                    self.kinds[subject.value].add(kind)

    def pairs(self, predicate: str) -> list[tuple[Term, Term]]:
        """Return subject and value of every triple with a predicate."""
        return self._by_predicate.get(predicate, [])

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """Return the values of a property of a node."""
        return self._by_subject.get((subject, predicate), [])

    def types(self, subject: Term) -> set[str]:
        """Return the IRIs of a node's types."""
        return {value.value for value in self.values(subject, rdf("type")) if isinstance(value, NamedNode)}

    def instances(self, kind: str) -> list[Term]:
        """Return the nodes that have a type."""
        return [subject for subject, value in self.pairs(rdf("type")) if isinstance(value, NamedNode) and value.value == kind]

    def kinds_of(self, iri: str) -> set[str]:
        """Return the kinds of an entity, declared here or built into OWL 2."""
        found = set(self.kinds.get(iri, ()))
        if iri in BUILT_IN:
            found.add(BUILT_IN[iri])
        if iri in DATATYPES:
            found.add("datatype")
        if iri in ANNOTATION:
            found.add("annotation property")
        return found

    def items(self, head: Term) -> list[Term]:
        """Return the items of a list, as far as it is well formed."""
        found: list[Term] = []
        seen: set[Term] = set()
        while isinstance(head, BlankNode) and head not in seen:
            seen.add(head)
            found += self.values(head, rdf("first"))[:1]
            rest = self.values(head, rdf("rest"))
            if not rest:
                break
            head = rest[0]
        return found

    @cached_property
    def chains(self) -> list[tuple[str, list[str]]]:
        """The property chains: the property each implies, and the properties on its way, inverses as `^iri`."""
        return [
            (subject.value, [self.property_name(item) for item in self.items(head)])
            for subject, head in self.pairs(owl("propertyChainAxiom"))
            if isinstance(subject, NamedNode)
        ]

    @cached_property
    def super_properties(self) -> dict[str, set[str]]:
        """Each property expression to those directly above it (the relation of section 11.1), inverses as `^iri`."""
        above: defaultdict[str, set[str]] = defaultdict(set)
        for one, other in self._inclusions():
            above[one].add(other)
            above[_inverse(one)].add(_inverse(other))
        return above

    def _inclusions(self) -> Iterator[tuple[str, str]]:
        for one, other in self.pairs(rdfs("subPropertyOf")):
            yield self.property_name(one), self.property_name(other)
        for one, other in self.pairs(owl("equivalentProperty")):
            yield self.property_name(one), self.property_name(other)
            yield self.property_name(other), self.property_name(one)
        for one, other in self.pairs(owl("inverseOf")):
            if isinstance(one, NamedNode):
                yield self.property_name(one), _inverse(self.property_name(other))
                yield _inverse(self.property_name(other)), self.property_name(one)
        for symmetric in self.instances(owl("SymmetricProperty")):
            yield self.property_name(symmetric), _inverse(self.property_name(symmetric))

    def property_name(self, node: Term) -> str:
        """Return a property expression as a text: its IRI, with `^` in front for the inverse."""
        if isinstance(node, BlankNode):
            inverse = self.values(node, owl("inverseOf"))
            return _inverse(self.property_name(inverse[0])) if inverse and isinstance(inverse[0], NamedNode) else str(node)
        return node.value

    def above(self, name: str) -> set[str]:
        """Return a property expression and all above it (the reflexive and transitive closure of section 11.1)."""
        return reached([name], lambda one: self.super_properties.get(one, ()))


def _inverse(name: str) -> str:
    return name[1:] if name.startswith("^") else "^" + name


def reached(start: Iterable[Any], step: Callable[[Any], Iterable[Any]]) -> set[Any]:
    """Return all that steps lead to from a start, itself included."""
    found, waiting = set(start), list(start)
    while waiting:
        fresh = set(step(waiting.pop())) - found
        found |= fresh
        waiting += fresh
    return found


def named(name: str) -> str:
    """Return a property expression (`^iri` for an inverse) or IRI in prefixed form.

    >>> named("^https://w3id.org/whence/ontology#partOf")
    'inverse of wh:partOf'
    """
    return f"inverse of {shorten(name[1:])}" if name.startswith("^") else shorten(name)


def violation(rules: Mapping[str, str], rule: str, node: object, message: str, fix: str) -> Finding:
    """Return the finding of one rule.

    :param rules: rule to the section that demands it
    :param node: the term it is about, in the syntax of N-Triples when turned into text
    """
    return Finding(f"owl2dl:{rule}", Severity.VIOLATION, f"{message} ({rules[rule]})", fix, focus_node=str(node))
