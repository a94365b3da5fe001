"""The derivation of the default graph, in the steps in which validation makes it, so that each triple can be led back to asserted ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from whence import catalog, inference
from whence.namespaces import PREFIXES
from whence.proof.model import Premise, Proof
from whence.proof.premises import needed
from whence.proof.rules import templates, unify, used
from whence.rdf.terms import nt
from whence.sparql.tokens import tokens
from whence.store.layout import GraphFiles
from whence.validation.places import Atlas
from whence.validation.reading import read_graph

__all__ = ["Derivation", "Stage"]

_TYPE, _REST, _FIRST = (NamedNode(PREFIXES["rdf"] + name) for name in ("type", "rest", "first"))
_SUB_CLASS, _SUB_PROPERTY = (NamedNode(PREFIXES["rdfs"] + name) for name in ("subClassOf", "subPropertyOf"))
_INVERSE, _CHAIN, _SYMMETRIC = (NamedNode(PREFIXES["owl"] + name) for name in ("inverseOf", "propertyChainAxiom", "SymmetricProperty"))
#: What of OWL 2 RL/RDF (section 4.3) a step is, in words.
_STEPS = {
    "cax-sco": "What is of a class is of the classes above it.",
    "prp-spo1": "What has a property has the properties above it.",
    "prp-inv": "A property holds the other way round by its inverse.",
    "prp-symp": "A symmetric property holds both ways.",
    "prp-spo2": "A chain of properties makes another one.",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the derivation: RDFS and OWL rules until nothing new appears, or one query of inference.

    :ivar query: the query, or None for the rules
    :ivar added: what the step added, in the default graph
    """

    query: catalog.NamedQuery | None
    added: Store = field(default_factory=Store)


class Derivation:
    """What is asserted in the files of a graph, and what each step derives from it.

    :ivar asserted: the ontology and the data as they stand in the files
    :ivar stages: the steps in their order
    """

    def __init__(self, files: GraphFiles) -> None:
        sources = read_graph(files)
        self.asserted = sources.asserted
        self._atlas = Atlas(sources.texts, [sources.asserted])
        queries = catalog.load(files).of_kind("inference")
        self.stages = [Stage(None), *map(Stage, queries), Stage(None)]
        self._known: dict[Triple, Premise | None] = {}
        self._before = lru_cache(4)(self._store_before)
        self._whole = Store()
        self._whole.bulk_extend(self.asserted)
        for stage in self.stages:
            self._run(stage)

    def _run(self, stage: Stage) -> None:
        """Take a step, and keep what it adds."""
        whole = self._whole
        if stage.query is None:
            known = set(whole)
            inference.close(whole)
            stage.added.extend([quad for quad in whole if quad not in known])
            return
        found = {Quad(*triple) for triple in whole.query(stage.query.query.text, prefixes=PREFIXES)}
        stage.added.extend([quad for quad in found if quad not in whole])
        whole.extend(found)

    def stage_of(self, triple: Triple) -> int | None:
        """Return the number of the step that derives a triple, -1 where it is asserted, None where it is not in the default graph."""
        quad = Quad(*triple)
        if quad in self.asserted:
            return -1
        return next((number for number, stage in enumerate(self.stages) if quad in stage.added), None)

    def premise(self, triple: Triple) -> Premise | None:
        """Return a triple of the default graph with the place where it is asserted or the proof of it, all the way down; None where it has none."""
        return self._premise(triple, frozenset())

    def _premise(self, triple: Triple, above: frozenset[Triple]) -> Premise | None:
        if triple in self._known:
            return self._known[triple]
        number = self.stage_of(triple)
        if number is None or triple in above:
            return None
        if number < 0:
            found: Premise | None = Premise(triple, self._atlas.place_of(nt(triple.subject), nt(triple.predicate), nt(triple.object)))
        else:
            proof = self._proof(triple, number, above | {triple})
            found = Premise(triple, proof=proof) if proof else None
        if found or not above:  # below others, a way may be closed that leads in a circle there alone
            self._known[triple] = found
        return found

    def _proof(self, triple: Triple, number: int, above: frozenset[Triple]) -> Proof | None:
        query = self.stages[number].query
        ways = self._steps(triple, number) if query is None else self._by_query(triple, number, query)
        for rule, triples in ways:
            premises = [self._premise(one, above) for one in triples]
            if all(premises):
                told = tuple(premise for premise in premises if premise)
                return Proof(rule, query.summary if query else _STEPS[rule], query.file if query else "", told)
        return None

    def _by_query(self, triple: Triple, number: int, query: catalog.NamedQuery) -> Iterator[tuple[str, list[Triple]]]:
        text, store = query.query.text, self._before(number)
        for pattern in templates(text):
            if (known := unify(pattern, triple)) is not None:
                for terms in used(store, text, known):
                    quads = needed(store, text, terms, lambda few: triple in set(few.query(text, prefixes=PREFIXES)))
                    if quads is not None:
                        yield query.name, [quad.triple for quad in quads]

    def _store_before(self, number: int) -> Store:
        """Return what a step saw where it rules something out, which may have come later; else the whole graph, where it finds the same."""
        query = self.stages[number].query
        if query is not None and not any(token.is_word("MINUS", "NOT") for token in tokens(query.query.text)):
            return self._whole
        store = Store()
        store.bulk_extend(self.asserted)
        for stage in self.stages[:number]:
            store.bulk_extend(stage.added)
        return store

    def _steps(self, triple: Triple, number: int) -> Iterator[tuple[str, list[Triple]]]:
        """Yield the ways in which RDFS and OWL lead to a triple, from what is nearest to the files first."""
        ways = [*self._by_class(triple, number), *self._by_property(triple, number)]
        ways.sort(key=lambda way: (max(stage for one in way[1] if (stage := self.stage_of(one)) is not None), len(way[1]), str(way)))
        yield from ways

    def _objects(self, subject: Any, predicate: NamedNode, number: int) -> set[Any]:
        stores = [self.asserted, *(stage.added for stage in self.stages[: number + 1])]
        return {quad.object for store in stores for quad in store.quads_for_pattern(subject, predicate, None)}

    def _has(self, subject: Any, predicate: Any, value: Any, number: int) -> bool:
        if isinstance(subject, Literal):
            return False
        stage = self.stage_of(Triple(subject, predicate, value))
        return stage is not None and stage <= number

    def _by_class(self, triple: Triple, number: int) -> Iterator[tuple[str, list[Triple]]]:
        if triple.predicate == _TYPE:
            for kind in self._objects(triple.subject, _TYPE, number):
                if kind != triple.object and (path := self._path(kind, triple.object)):
                    yield "cax-sco", [Triple(triple.subject, _TYPE, kind), *path]

    def _path(self, kind: Any, target: Any) -> list[Triple]:
        """Return the axioms that lead from a class to one above it, the fewest; empty where none do."""
        waiting: list[tuple[Any, list[Triple]]] = [(kind, [])]
        seen = {kind}
        for node, path in waiting:
            if node == target:
                return path
            for quad in sorted(self.asserted.quads_for_pattern(node, _SUB_CLASS, None), key=str):
                if quad.object not in seen:
                    seen.add(quad.object)
                    waiting.append((quad.object, [*path, quad.triple]))
        return []

    def _by_property(self, triple: Triple, number: int) -> Iterator[tuple[str, list[Triple]]]:
        subject, own, value = triple
        axioms = self.asserted.quads_for_pattern
        for quad in axioms(None, _SUB_PROPERTY, own):
            if quad.subject != own and self._has(subject, quad.subject, value, number):
                yield "prp-spo1", [Triple(subject, quad.subject, value), quad.triple]
        for quad in (*axioms(own, _INVERSE, None), *axioms(None, _INVERSE, own)):
            other = quad.object if quad.subject == own else quad.subject
            if isinstance(other, NamedNode) and self._has(value, other, subject, number):
                yield "prp-inv", [Triple(value, other, subject), quad.triple]
        for quad in axioms(own, _TYPE, _SYMMETRIC):
            if self._has(value, own, subject, number):
                yield "prp-symp", [Triple(value, own, subject), quad.triple]
        for quad in axioms(own, _CHAIN, None):
            for links in self._chains(subject, value, list(self._members(quad.object)), number):
                yield "prp-spo2", [*links, quad.triple]

    def _members(self, cell: Any) -> Iterator[tuple[NamedNode, bool]]:
        """Yield the properties of a chain, and whether each is walked backwards."""
        while isinstance(cell, BlankNode):
            for member in self._objects(cell, _FIRST, -1):
                inverse = next(iter(self._objects(member, _INVERSE, -1)), None) if isinstance(member, BlankNode) else None
                yield inverse or member, inverse is not None
            cell = next(iter(self._objects(cell, _REST, -1)), None)

    def _chains(self, subject: Any, value: Any, links: list[tuple[NamedNode, bool]], number: int) -> Iterator[list[Triple]]:
        """Yield the triples that lead from one end of a chain to the other."""
        if not links:
            if subject == value:
                yield []
            return
        (own, backwards), *rest = links
        if isinstance(subject, Literal):
            return
        stores = [self.asserted, *(stage.added for stage in self.stages[: number + 1])]
        pattern: Iterable[Any] = (None, own, subject) if backwards else (subject, own, None)
        found = {quad.triple for store in stores for quad in store.quads_for_pattern(*pattern)}
        for triple in sorted(found, key=str):
            for after in self._chains(triple.subject if backwards else triple.object, value, rest, number):
                yield [triple, *after]
