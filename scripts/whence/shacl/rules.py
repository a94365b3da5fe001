"""Rules (SHACL-AF section 8): triples that are inferred before the shapes are tried, which see them; no file is altered.

All rules are run once. A rule sees what rules of a smaller `sh:order` of its own shape inferred, and what all rules of shapes of
a smaller `sh:order` did; neither rules nor shapes of the same order see one another's triples (section 8.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import groupby

from pyoxigraph import NamedNode, Quad, Store

from whence.rdf.terms import nt, term_of
from whence.shacl.algebra import Join, Raw, all_of, where
from whence.shacl.compiler import TARGETS, THIS, focus_nodes
from whence.shacl.conformance import Conformance
from whence.shacl.embedded_sparql import BINDINGS, Calls, bindings, construct_query
from whence.shacl.engine import Engine
from whence.shacl.literals import Values, exact_quads, written
from whence.shacl.model import Shape
from whence.shacl.plan import Rule
from whence.shacl.printer import pattern_text, select_text
from whence.shacl.reader import ShapeReader
from whence.shacl.shapes_graph import THE_SHAPE, Problem, ShapeError, ShapesGraph, ill_formed
from whence.shacl.vocabulary import FIRST, TRUE, is_iri, is_literal, lexical, sh

_PARTS = ("?subject", "?predicate", "?object")


def compile_rules(graph: ShapesGraph, reader: ShapeReader, shapes: list[Shape], calls: Calls) -> tuple[list[Rule], list[ShapeError]]:
    """Return the rules of shapes with targets in the order of their execution, and why one is left out."""
    rules, problems = [], []
    for shape in shapes:
        for node in graph.objects(shape.node, sh("rule")):
            if TRUE not in graph.objects(node, sh("deactivated")):
                try:
                    rules.append(_rule(graph, reader, shape, node, calls))
                except ShapeError as error:
                    problems.append(error)
    return sorted(rules, key=lambda rule: (rule.shape_order, rule.shape, rule.order)), problems


def _rule(graph: ShapesGraph, reader: ShapeReader, shape: Shape, node: str, calls: Calls) -> Rule:
    conditions = graph.objects(node, sh("condition"))
    if any(is_literal(term) or graph.objects(term, FIRST) for term in conditions):
        raise ill_formed(shape.node, "a sh:condition of its rule is no shape", predicate=sh("rule"), value=node)
    tests = Conformance(shape.node, calls)
    conforms = all_of([tests.shape(reader.shape(term), THIS) for term in conditions])
    iri = f"<urn:x-whence:rule:{node[1:-1] if is_iri(node) else node[2:]}>"
    source = Raw((f"GRAPH {TARGETS} {{ {iri} {sh('target')} {THIS} }}",))
    alone = False
    if graph.is_instance(node, sh("SPARQLRule")) or graph.objects(node, sh("construct")):
        query, alone = construct_query(reader.custom.construct(node, shape.node), shape, source)
        text, sparql = pattern_text(query), True
    elif graph.is_instance(node, sh("TripleRule")):
        text, sparql = _triples(graph, reader, shape, node, tests, source), False
    else:
        raise _not_run(shape, node, "of a kind that is not supported", "Make it a sh:TripleRule or a sh:SPARQLRule.")
    told = Problem("inferred", node, graph.described(shape.node))
    focus = select_text((THIS,), where(focus_nodes(shape, calls), conforms))
    custom = reader.custom
    return Rule(iri, shape.node, custom.order(shape.node), custom.order(node), focus, text, sparql, alone, graph.worded([told])[0])


def _triples(graph: ShapesGraph, reader: ShapeReader, shape: Shape, node: str, tests: Conformance, source: Raw) -> str:
    """Return the query of a triple rule: every combination of what its three expressions give (section 8.5)."""
    parts = []
    for variable in _PARTS:
        term = graph.one(node, sh(variable[1:]))
        if term is None:
            raise ill_formed(shape.node, f"its triple rule has no sh:{variable[1:]}", predicate=sh("rule"), value=node)
        expression = reader.custom.expression(term, shape.node)
        if expression is None:
            raise _not_run(shape, node, f"whose sh:{variable[1:]} is an expression of a kind that is not supported", "Say it in SPARQL.")
        parts.append(tests.evaluated(expression, source, THIS, variable))
    return select_text(_PARTS, Join((source, *parts)))


def _not_run(shape: Shape, node: str, why: str, fix: str) -> ShapeError:
    message = f"{THE_SHAPE} has a rule {why}, so it infers nothing."
    return ShapeError(Problem("unchecked", shape.node, message, fix, sh("rule"), node))


@dataclass(slots=True)
class Inferred:
    """What rules inferred.

    :ivar quads: the triples that the data had not, each with the rule it is from
    :ivar problems: for each rule, what it inferred in a sentence
    """

    quads: dict[Quad, Rule]
    problems: list[Problem]

    def origins(self) -> dict[str, Problem]:
        """Return the nodes of what was inferred, each with what is told of the rule that first inferred a triple with it."""
        told = {problem.node: problem for problem in self.problems}
        return {nt(term): told[rule.told.node] for quad, rule in reversed(self.quads.items()) for term in (quad.subject, quad.object)}


def infer(rules: list[Rule], engine: Engine, store: Store, values: Values, targets: Callable[[], AbstractContextManager[None]]) -> Inferred:
    """Run rules in their order and add what they infer to the stores.

    :param store: the data, with exact literals
    :param values: the same data by value, which SPARQL rules are asked of
    :param targets: opens the nodes of SPARQL-based targets as the stores have them now
    """
    found: dict[Quad, Rule] = {}
    for _, of_order in groupby(rules, lambda rule: rule.shape_order):
        inferred: dict[Quad, Rule] = {}
        for _, of_shape in groupby(of_order, lambda rule: rule.shape):
            added: list[tuple[Store, Quad]] = []
            for _, batch in groupby(of_shape, lambda rule: rule.order):
                with targets():
                    new = {quad: rule for rule in batch for quad in _run(rule, engine, store, values)}
                inferred = new | inferred
                added += _add(store, values, new)
            for each, quad in added:
                each.remove(quad)
        _add(store, values, inferred)
        found |= inferred
    return Inferred(found, [problem for rule in rules if (problem := _told(rule, found))])


def _add(store: Store, values: Values, quads: dict[Quad, Rule]) -> list[tuple[Store, Quad]]:
    """Add triples to both stores and return what was not there."""
    pairs = [(each, quad) for each, form in ((store, exact_quads(list(quads))), (values.store, list(quads))) for quad in form if quad not in each]
    for each, quad in pairs:
        each.add(quad)
    return pairs


def _run(rule: Rule, engine: Engine, store: Store, values: Values) -> Iterator[Quad]:
    """Yield the triples of a rule that the data has not."""
    nodes = sorted({row["this"] for row in engine.rows(rule.focus)})
    texts = [rule.text.replace(BINDINGS, bindings({"this": node})) for node in nodes] if rule.alone else [rule.text]
    iri, predicate, graph = (NamedNode(lexical(term)) for term in (rule.iri, sh("target"), TARGETS))
    focus = [(store, Quad(iri, predicate, term_of(written(node)), graph)) for node in nodes]
    focus += [(values.store, Quad(iri, predicate, term_of(node), graph)) for node in nodes]
    for each, quad in focus:
        each.add(quad)
    quads = []
    for text in texts:
        if rule.sparql:
            for triple in engine.constructed(text):
                value = values.as_written(nt(triple.object), nt(triple.subject))
                quads.append(Quad(triple.subject, triple.predicate, term_of(value)))
        else:
            rows = ([row.get(name[1:]) for name in _PARTS] for row in engine.rows(text))
            quads += [Quad(*map(term_of, terms)) for terms in rows if _is_triple(terms)]
    for each, quad in focus:
        each.remove(quad)
    yield from (quad for quad, exact in zip(quads, exact_quads(quads), strict=True) if exact not in store)


def _is_triple(terms: list[str | None]) -> bool:
    """Whether terms are those of a triple: no literal as the subject, an IRI as the predicate."""
    subject, predicate, value = terms
    return bool(subject and predicate and value) and not str(subject).startswith(('"', "<<")) and is_iri(str(predicate))


def _told(rule: Rule, found: dict[Quad, Rule]) -> Problem | None:
    own = [quad for quad, origin in found.items() if origin is rule]
    if not own:
        return None
    number = "a triple" if len(own) == 1 else f"{len(own):,} triples"
    first = min(" ".join(map(nt, quad.triple)) for quad in own)
    message = f"{rule.told.message} has a rule that inferred {number}, which the shapes see and no file holds, such as {first}."
    return replace(rule.told, message=message)
