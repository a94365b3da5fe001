"""How a triple of the default graph follows: led back to asserted ones by the rules of validation, of which no more are asked than it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from whence import catalog
from whence.namespaces import PREFIXES
from whence.proof.model import Absence, Premise, Proof
from whence.proof.premises import absences, needed
from whence.proof.rules import rules_out, templates, unify, used, yields
from whence.rdf.terms import nt
from whence.store.layout import GraphFiles
from whence.validation.places import Atlas
from whence.validation.reading import read_texts

_GRAPH = DefaultGraph()
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
#: The stage of what is asserted, and that of what RDFS and OWL lead to from it; the queries of inference are numbered from 1.
_ASSERTED, _CLOSED = -1, 0


@dataclass(frozen=True, slots=True)
class _Step:
    """A triple with the first stage that has it, and how it came there: by nothing, a rule, or a query, from other triples."""

    triple: Triple
    stage: int
    rule: str = ""
    query: catalog.NamedQuery | None = None
    premises: tuple[_Step, ...] = ()
    absences: tuple[Absence, ...] = ()


class Derivation:
    """How the triples of a validated graph follow from its files.

    Validation takes these stages: RDFS and OWL rules until nothing new appears, the queries of inference one after another, the rules again.
    A triple is led back from the graph that they made: to the first stage whose rule yields it from premises that are led back to
    the files by earlier ones.
    """

    def __init__(self, files: GraphFiles, store: Store) -> None:
        sources = read_texts(files)
        own = {files.display(path) for path in (*files.ontology, *files.data)}
        self._atlas = Atlas({name: text for name, text in sources.texts.items() if name in own}, [store])
        self._store = store
        self._queries = list(enumerate((catalog.read_named(files, path) for path in files.queries_in("inference")), 1))
        self._known: dict[Triple, _Step | None] = {}
        self._asserted: dict[str, Store] = {}

    def premise(self, triple: Triple) -> Premise | None:
        """Return a triple of the default graph with the place where it is asserted or the proof of it, all the way down; None where it has none."""
        step = self._step(triple, frozenset())
        return self._told(step) if step else None

    def _told(self, step: _Step) -> Premise:
        if step.stage == _ASSERTED:
            return Premise(step.triple, self._atlas.place_of(*map(nt, step.triple)))
        summary, file = (step.query.summary, step.query.file) if step.query else (_STEPS[step.rule], "")
        return Premise(step.triple, proof=Proof(step.rule, summary, file, tuple(map(self._told, step.premises)), (), step.absences))

    def asserts(self, triple: Triple) -> bool:
        """Report whether a file has a triple; of a blank node as the object whether there is one, and never of one as the subject."""
        if not isinstance(triple.subject, NamedNode):
            return False
        subject = nt(triple.subject)
        if subject not in self._asserted:
            store = self._asserted[subject] = Store()
            for _, text in self._atlas.excerpts(subject):
                store.load(input=text.removeprefix("\ufeff"), format=RdfFormat.TURTLE)
        if isinstance(triple.object, BlankNode):
            return any(isinstance(quad.object, BlankNode) for quad in self._asserted[subject].quads_for_pattern(triple.subject, triple.predicate, None))
        return Quad(*triple) in self._asserted[subject]

    def _step(self, triple: Triple, above: frozenset[Triple]) -> _Step | None:
        if triple in self._known:
            return self._known[triple]
        if triple in above or Quad(*triple) not in self._store:
            return None
        found = _Step(triple, _ASSERTED) if self.asserts(triple) else self._derived(triple, above | {triple})
        if found or not above:  # below others, a way may be closed that leads in a circle there alone
            self._known[triple] = found
        return found

    def _steps(self, triples: Iterable[Triple], above: frozenset[Triple], before: int) -> tuple[_Step, ...] | None:
        """Return how triples follow by stages before one, or None where one of them does not."""
        found = []
        for triple in triples:
            step = self._step(triple, above)
            if step is None or step.stage >= before:
                return None
            found.append(step)
        return tuple(found)

    def _derived(self, triple: Triple, above: frozenset[Triple]) -> _Step | None:
        """Return how a triple follows: by what RDFS and OWL make of the files, else by the first query, else by RDFS and OWL at last."""
        last = len(self._queries) + 1
        ways = [(steps, rule) for rule, triples in self._by_rules(triple) if (steps := self._steps(triples, above, last + 1))]
        ways.sort(key=lambda way: (max(step.stage for step in way[0]), len(way[0]), str((way[1], [step.triple for step in way[0]]))))
        if ways and all(step.stage <= _CLOSED for step in ways[0][0]):
            return _Step(triple, _CLOSED, ways[0][1], None, ways[0][0])
        for number, query in self._queries:
            for quads, absent in self._by_query(triple, number, query, above):
                if steps := self._steps((quad.triple for quad in quads), above, number):
                    return _Step(triple, number, query.name, query, steps, absent)
        return _Step(triple, last, ways[0][1], None, ways[0][0]) if ways else None

    def _by_query(self, triple: Triple, number: int, query: catalog.NamedQuery, above: frozenset[Triple]) -> Iterator[tuple[list[Quad], tuple[Absence, ...]]]:
        """Yield the quads from which a query yields a triple, and what it rules out, where it did not yet see what came later."""
        text = query.query.text

        def seen(quad: Quad) -> bool:
            if not rules_out(text) or all(unify(pattern, quad.triple) is None for pattern in templates(text)):
                return True
            return self._steps([quad.triple], above, number) is not None

        for pattern in templates(text):
            if (known := unify(pattern, triple)) is not None:
                for way in used(self._store, text, known, strict=False):
                    quads = needed(self._store, text, way.terms, yields(text, known, triple), seen)
                    if quads is not None:
                        yield quads, absences(way)

    def _by_rules(self, triple: Triple) -> Iterator[tuple[str, list[Triple]]]:
        """Yield the ways in which RDFS and OWL may lead to a triple."""
        yield from self._by_class(triple)
        yield from self._by_property(triple)

    def _quads(self, subject: Any, predicate: Any, value: Any) -> Iterator[Quad]:
        return self._store.quads_for_pattern(subject, predicate, value, _GRAPH)

    def _by_class(self, triple: Triple) -> Iterator[tuple[str, list[Triple]]]:
        if triple.predicate == _TYPE:
            for quad in self._quads(triple.subject, _TYPE, None):
                if quad.object != triple.object and (path := self._path(quad.object, triple.object)):
                    yield "cax-sco", [quad.triple, *path]

    def _path(self, kind: Any, target: Any) -> list[Triple]:
        """Return the axioms that lead from a class to one above it, the fewest; empty where none do."""
        waiting: list[tuple[Any, list[Triple]]] = [(kind, [])]
        seen = {kind}
        for node, path in waiting:
            if node == target:
                return path
            for quad in sorted(self._quads(node, _SUB_CLASS, None), key=str):
                if quad.object not in seen:
                    seen.add(quad.object)
                    waiting.append((quad.object, [*path, quad.triple]))
        return []

    def _by_property(self, triple: Triple) -> Iterator[tuple[str, list[Triple]]]:
        subject, own, value = triple
        for quad in self._quads(None, _SUB_PROPERTY, own):
            if quad.subject != own:
                yield "prp-spo1", [Triple(subject, quad.subject, value), quad.triple]
        if isinstance(value, Literal):
            return
        for quad in (*self._quads(own, _INVERSE, None), *self._quads(None, _INVERSE, own)):
            other = quad.object if quad.subject == own else quad.subject
            if isinstance(other, NamedNode):
                yield "prp-inv", [Triple(value, other, subject), quad.triple]
        for quad in self._quads(own, _TYPE, _SYMMETRIC):
            yield "prp-symp", [Triple(value, own, subject), quad.triple]
        for quad in self._quads(own, _CHAIN, None):
            for links in self._chains(subject, value, list(self._members(quad.object))):
                yield "prp-spo2", [*links, quad.triple]

    def _members(self, cell: Any) -> Iterator[tuple[Any, bool]]:
        """Yield the properties of a chain, and whether each is walked backwards."""
        while isinstance(cell, BlankNode):
            for quad in self._quads(cell, _FIRST, None):
                member: Any = quad.object
                inverse = next(self._quads(member, _INVERSE, None), None) if isinstance(member, BlankNode) else None
                yield (inverse.object if inverse else member), inverse is not None
            cell = next((quad.object for quad in self._quads(cell, _REST, None)), None)

    def _chains(self, subject: Any, value: Any, links: list[tuple[Any, bool]]) -> Iterator[list[Triple]]:
        """Yield the triples that lead from one end of a chain to the other."""
        if not links:
            if subject == value:
                yield []
            return
        (own, backwards), *rest = links
        if isinstance(subject, Literal):
            return
        found = self._quads(None, own, subject) if backwards else self._quads(subject, own, None)
        for triple in sorted((quad.triple for quad in found), key=str):
            for after in self._chains(triple.subject if backwards else triple.object, value, rest):
                yield [triple, *after]
