"""Compiled shapes: what callers hold, run and store.

What a shapes graph says and this engine does not look at: each is told, so that no report is silent about it.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from typing import Any

import pyoxigraph
from pyoxigraph import NamedNode, Quad, Store, Triple

from whence.did_you_mean import meant
from whence.errors import InputError, UsageError
from whence.namespaces import PREFIXES, SH
from whence.rdf.terms import term_of
from whence.shacl.compiler import TARGETS, compile_shapes
from whence.shacl.embedded_sparql import BINDINGS, SHAPES_GRAPH
from whence.shacl.engine import Engine, Functions, classes_in
from whence.shacl.incremental import Edit, revalidated
from whence.shacl.literals import Values, exact_quads, written
from whence.shacl.model import Shape
from whence.shacl.plan import FocusQuery, Plan, Query, from_json
from whence.shacl.printer import RESTRICTION
from whence.shacl.reader import TARGET_SHAPE, ShapeReader
from whence.shacl.results import ShapeInfo, ValidationReport
from whence.shacl.rules import Inferred, compile_rules, infer
from whence.shacl.shapes_graph import THE_SHAPE, Problem, ShapeError, ShapesGraph
from whence.shacl.sparql_constraints import Function
from whence.shacl.vocabulary import OWL_CLASS, RDFS_CLASS, TRUE, TYPE, VOCABULARIES, is_iri, lexical, sh

#: Terms of SHACL and SHACL-AF that are understood, or that another term brings along.
_UNDERSTOOD = set(
    "path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath targetNode targetClass targetSubjectsOf "
    "targetObjectsOf target property node not and or xone in hasValue class datatype nodeKind minCount maxCount minExclusive "
    "minInclusive maxExclusive maxInclusive minLength maxLength pattern flags languageIn uniqueLang equals disjoint lessThan "
    "lessThanOrEquals expression qualifiedValueShape qualifiedValueShapesDisjoint qualifiedMinCount qualifiedMaxCount closed "
    "ignoredProperties severity message deactivated name description order group defaultValue sparql select ask prefixes "
    "declare prefix namespace parameter optional labelTemplate validator nodeValidator propertyValidator returnType "
    "resultAnnotation annotationProperty annotationValue annotationVarName shapesGraph suggestedShapesGraph entailment "
    "shapesGraphWellFormed conforms result detail focusNode value resultPath resultMessage resultSeverity sourceShape "
    "sourceConstraint sourceConstraintComponent targetWhere shape singleLine someValue subsetOf rootClass uniqueValuesFor memberShape "
    "minListLength maxListLength uniqueMembers reifierShape reificationRequired "
    "subject predicate object condition construct update jsFunctionName jsLibrary jsLibraryURL nodes filterShape intersection "
    "union if then else exists count sum min max distinct orderBy desc limit offset concat groupConcat separator".split()
)
#: What is in the namespace of SHACL, and in those that are written by mistake for it.
_NEAR = "w3.org/ns/shacl"
_REASONS = {
    "js": "a constraint in JavaScript", "rule": "a rule, which infers triples of files given with --data only",
    "values": "values to be inferred",
}  # fmt: skip
#: Parameters that say nothing without another one.
_INCOMPLETE = {
    "qualifiedMinCount": ("qualifiedValueShape",), "qualifiedMaxCount": ("qualifiedValueShape",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"), "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
    "flags": ("pattern",), "ignoredProperties": ("closed",), "reificationRequired": ("reifierShape",),
}  # fmt: skip
_ANNOTATIONS = (
    *(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "skos")), "http://purl.org/dc/terms/", "http://purl.org/dc/elements/1.1/",
    "http://schema.org/", "https://schema.org/", "http://www.w3.org/ns/prov#", "http://xmlns.com/foaf/0.1/",
    "http://purl.org/vocab/vann/", "http://www.w3.org/ns/adms#", "http://www.w3.org/2003/06/sw-vocab-status/ns#",
)  # fmt: skip
#: Terms of DASH for user interfaces.
_PRESENTATION = {
    f"<{VOCABULARIES[1]}{name}>"
    for name in (
        "editor viewer propertyRole hidden readOnly abstract icon detailsEditor detailsGraph defaultLang defaultViewForRole "
        "applicableToClass shapeScript constructor includedIn indexed neverMaterialize composite contextFree hasShape dimensions "
        "propertySuggestionGenerator reifiableBy x y resourceAction localConstraint symbol"
    ).split()
}
_ANNOTATION_KINDS = tuple(f"<{PREFIXES['owl']}{kind}Property>" for kind in ("Annotation", "Object", "Datatype")) + (f"<{PREFIXES['rdf']}Property>",)


def unchecked(graph: ShapesGraph, reader: ShapeReader, any_target: bool) -> Iterator[Problem]:
    """Yield what was not understood, and what checks nothing.

    :param any_target: whether some active shape has a target
    """
    yield from (problem for part in reader.custom.unused for problem in _worded(graph, part))
    shapes = set(reader.read_nodes())
    for node in graph.all_subjects():
        if not node[1:].startswith(VOCABULARIES) and TRUE not in graph.objects(node, sh("deactivated")):
            for predicate in graph.predicates(node):
                yield from _worded(graph, _of_term(graph, reader, node, predicate, node in shapes))
    if not any_target:
        fix = "Give a shape sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf, or take sh:deactivated away."
        near = [term for node in graph.all_subjects() for term in graph.predicates(node) if _NEAR in term and not term[1:].startswith(SH)]
        if near:
            fix = f"The terms of SHACL begin with {SH}, unlike {min(near)}: mend the prefix."
        named = next((node for node in sorted(shapes) if is_iri(node)), "")
        yield Problem("unchecked", named, "No active shape has a target, so nothing was checked.", fix, anchor=named or None)
        return
    for node in sorted(shapes):
        if is_iri(node) and not graph.predicates(node) and not node[1:].startswith(VOCABULARIES):
            subject, predicate, _ = min(triple for triple in graph.triples if triple[2] == node)
            message = f"{THE_SHAPE} refers to the shape {node}, of which the shapes graph says nothing, so it checks nothing."
            yield from _worded(graph, Problem("unchecked", subject, message, "Define it, or add its file.", predicate, node))
    referred = {term for _, predicate, term in graph.triples if predicate != TYPE}
    for node in sorted(shapes):
        if is_iri(node) and node not in referred and not node[1:].startswith(VOCABULARIES) and not _has_target(graph, node):
            yield Problem("unknown", node, f"The shape {node} has no target and no shape refers to it, so it checks nothing.", anchor=node)


def _has_target(graph: ShapesGraph, node: str) -> bool:
    implicit = any(graph.is_instance(node, kind) for kind in (RDFS_CLASS, OWL_CLASS, sh("ShapeClass")))
    declared = implicit or graph.is_instance(node, sh("ConstraintComponent")) or graph.is_instance(node, sh("Parameter"))
    return declared or any("#target" in predicate for predicate in graph.predicates(node))


def _of_term(graph: ShapesGraph, reader: ShapeReader, node: str, predicate: str, is_shape: bool) -> Problem | None:
    """Return what there is to say of a predicate of a node, or None."""
    iri = predicate[1:-1]
    value = graph.objects(node, predicate)[0]
    if iri.startswith(SH):
        name = iri.removeprefix(SH)
        others = _INCOMPLETE.get(name)
        if is_shape and others and not any(graph.objects(node, sh(other)) for other in others):
            message = f"{THE_SHAPE} has sh:{name} without {' or '.join(f'sh:{other}' for other in others)}, so it checks nothing."
            return Problem("unchecked", node, message, "Add what is missing, or take it away.", predicate, value)
        if name in _UNDERSTOOD or (name == "rule" and reader.rules) or predicate in reader.custom.predicates():
            return None
        kind = _REASONS.get(name, "a target" if name.startswith("target") else "a term that SHACL 1.0 does not have")
        message = f"{THE_SHAPE} has sh:{name} ({kind}), which is not supported, so it is not checked."
        fix = meant(f"sh:{name}", [f"sh:{one}" for one in sorted(_UNDERSTOOD)], 0.8) if name not in _REASONS else None
        return Problem("unchecked", node, message, fix or "Say it with SHACL Core or SPARQL.", predicate, value)
    if not is_shape or iri.startswith(_ANNOTATIONS) or predicate in reader.custom.predicates() | _PRESENTATION:
        return None
    if predicate in reader.vendors() or predicate == TARGET_SHAPE:
        return None
    if iri.startswith(VOCABULARIES):
        message = f"{THE_SHAPE} has {predicate}, a term of another vendor that is not declared here, so it is not checked."
        fix = "Add the file that declares its constraint component in SPARQL, or say it with SHACL Core."
        return Problem("unchecked", node, message, fix, predicate, value)
    is_class = graph.is_instance(node, RDFS_CLASS) or graph.is_instance(node, OWL_CLASS)
    if is_class or any(graph.is_instance(predicate, kind) for kind in _ANNOTATION_KINDS):
        return None
    message = f"{THE_SHAPE} has {predicate}, which is no term of SHACL and no parameter of a component declared here; it is taken for an annotation."
    return Problem("unknown", node, message, None, predicate, value)


def _worded(graph: ShapesGraph, problem: Problem | None) -> list[Problem]:
    return [] if problem is None else graph.worded([problem])


#: Goes into the compiled form; a stored form of another number must be compiled anew.
FORMAT = 4
_MAX_QUERY = 20_000_000
_MAX_CHAINED = 2_000
_MAX_NESTED = 250
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s]*>')
_BRACKET = re.compile(r"[{}()]")


class ShapeSet:
    """The compiled form of a shapes graph.

    :ivar plan: all queries, and what they need
    :ivar shapes: every shape to its name and description
    """

    def __init__(self, plan: Plan, shapes: dict[str, ShapeInfo]) -> None:
        self.plan = plan
        self.shapes = shapes

    @property
    def focus(self) -> list[FocusQuery]:
        """The query of each shape's focus nodes."""
        return self.plan.focus

    @property
    def queries(self) -> list[Query]:
        """The query of each constraint."""
        return self.plan.queries

    @property
    def needs_values(self) -> bool:
        """Whether a shape brings SPARQL of its own along, which knows literals by their values only."""
        plan = self.plan
        return bool(plan.calls or plan.targets or any(query.by_value for query in plan.queries))

    def validate(
        self,
        store: Store,
        *,
        values: Values | None = None,
        workers: int | None = None,
    ) -> ValidationReport:
        """Validate the default graph of a store that alters no literal of it, or holds them as `exact_quads` makes them.

        :param values: the same graph by value, for SPARQL of a shape's own, when the literals of the store are exact
        :param workers: queries to run at the same time; the number of processors, at most four, when None
        :raises InputError: a SPARQL-based constraint reports a failure
        :raises UsageError: a shape asks for `$shapesGraph`, or has a SPARQL-based target, and the store cannot be written
        """
        engine = Engine(store, values, self.plan, self._classes)
        report = ValidationReport(shapes=self.shapes, problems=list(self.plan.problems))
        targets = {query.text: query for query in self.focus}
        counting: list[Callable[[], Any]] = [lambda q=q: engine.count(q) for q in targets.values()]  # type: ignore[misc]
        finding: list[Callable[[], Any]] = [
            lambda n=n, q=q: engine.results(n, q)  # type: ignore[misc]
            for n, q in enumerate(self.queries)
        ]
        with self._graphs_in(store, values), _pool(workers) as pool:
            numbers = dict(zip(targets, _run(pool, counting), strict=True))
            engine.counts = {query.shape: numbers[query.text][0] for query in self.focus}
            for found, seconds in _run(pool, finding):
                report.results += found
                report.seconds.append(seconds)
        report.focus_counts = engine.counts
        report.unknown_classes = engine.unknown_classes(self.focus)
        return report

    def validate_written(self, quads: list[Quad], altered: dict[Any, Any]) -> ValidationReport:
        """Validate triples, with every literal as it is written.

        :param altered: the literals that a store would alter, as `literals.altered` returns them
        """
        store = Store()
        store.extend(exact_quads(quads, altered))
        return self.validate(store, values=Values(quads, altered) if altered and self.needs_values else None)

    def infer(self, quads: list[Quad], altered: dict[Any, Any]) -> Inferred:
        """Return what the rules infer from triples; `compile` must have been told of rules.

        :param altered: as for `validate_written`
        """
        store, values = Store(), Values(quads, altered)
        store.extend(exact_quads(quads, altered))
        return infer(self.plan.rules, Engine(store, values, self.plan), store, values, lambda: self._graphs_in(store, values))

    def affected(
        self, store: Store, removed: Iterable[Quad | Triple], added: Iterable[Quad | Triple]
    ) -> list[frozenset[str] | None]:
        """Return for each query the focus nodes an edit can have changed the outcome for, None for any.

        :param store: the graph after the edit
        """
        edit = Edit(store, removed, added, self.plan)
        return [edit.affected(query.depends) for query in self.queries]

    def revalidate(
        self,
        previous: ValidationReport,
        store: Store,
        removed: Iterable[Quad | Triple],
        added: Iterable[Quad | Triple],
    ) -> ValidationReport:
        """Validate again what an edit can have changed; the report equals that of `validate`.

        :param previous: the report before the edit, by these shapes
        :param store: the graph after the edit
        :param removed: triples that were in the graph and are no more
        :param added: triples that are in the graph and were not
        """
        with self._graphs_in(store):
            edit = Edit(store, removed, added, self.plan)
            report = revalidated(self.focus, self.queries, previous, edit)
        report.problems = list(self.plan.problems)
        report.unknown_classes = Engine(store).unknown_classes(self.focus)
        return report

    @cached_property
    def _classes(self) -> set[str]:
        """The classes whose instances are asked for."""
        return classes_in([*(query.text for query in self.focus), *(query.text for query in self.queries)])

    @contextmanager
    def _graphs_in(self, store: Store, values: Values | None = None) -> Iterator[None]:
        """Put the shapes and the nodes of SPARQL-based targets into their named graphs for as long as queries need them."""
        plan, stores = self.plan, [store] if values is None else [store, values.store]
        if not plan.triples and not plan.targets:
            yield
            return
        shapes, targets = NamedNode(lexical(SHAPES_GRAPH)), NamedNode(lexical(TARGETS))
        quads = [Quad(term_of(s), term_of(p), term_of(o), shapes) for s, p, o in plan.triples]  # type: ignore[arg-type]
        try:
            for each in stores:
                each.extend(quads)
            engine, predicate = Engine(stores[-1], plan=plan), NamedNode(lexical(sh("target")))
            for name, text in plan.targets.items():
                subject = NamedNode(lexical(name))
                nodes = {row["this"] for row in engine.rows(text) if "this" in row}
                terms = [term_of(written(node) if values else node) for node in sorted(nodes)]
                for each in stores:
                    each.extend([Quad(subject, predicate, term, targets) for term in terms])
        except OSError as error:
            problem = "A shape reads $shapesGraph or has a SPARQL-based target, which needs a store that can be written."
            raise UsageError(problem) from error
        try:
            yield
        finally:
            for each in stores:
                each.remove_graph(shapes)
                each.remove_graph(targets)

    def to_json(self) -> str:
        """Return the compiled form as text, to be kept beside the digest of the shapes."""
        value = asdict(self.plan)
        value["format"] = FORMAT
        value["shapes"] = {node: [info.name, info.description] for node, info in self.shapes.items()}
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> ShapeSet:
        """Return the shapes `to_json` wrote.

        :raises InputError: the text is of another version
        """
        value = json.loads(text)
        if value.get("format") != FORMAT:
            raise InputError("The compiled shapes are of another version.", fix="Compile the shapes again.")
        return cls(from_json(value), {node: ShapeInfo(*pair) for node, pair in value["shapes"].items()})


def _pool(workers: int | None) -> ThreadPoolExecutor:
    """Return the threads that run the queries: a store answers faster on others than on the one that loaded it."""
    return ThreadPoolExecutor(workers or min(4, os.cpu_count() or 1))


def _run(pool: ThreadPoolExecutor, jobs: list[Callable[[], Any]]) -> list[tuple[Any, float]]:
    """Run the jobs and return what each returned, with its seconds; the first error ends the rest."""

    def timed(job: Callable[[], Any]) -> tuple[Any, float]:
        start = time.perf_counter()
        return job(), time.perf_counter() - start

    futures = [pool.submit(timed, job) for job in jobs]
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()


def compile(
    shapes: Iterable[Quad | Triple], *, split: bool = False, prefixes: dict[str, str] | None = None, rules: bool = False
) -> ShapeSet:
    """Compile a shapes graph (a store, or parsed quads, which keep the lexical forms of literals).

    :param split: whether the engine alters literals of the data, so that `validate_written` will be called
    :param prefixes: those of the files, for queries whose shape declares none of these names with `sh:prefixes`
    :param rules: whether rules are compiled, for `ShapeSet.infer`; else they are told as not looked at
    :returns: the compiled shapes; `plan.problems` says what was not understood, and which shapes refer to themselves
    :raises ShapeError: shapes are ill-formed; the sentence and `iri` name the first, `problems` all

    >>> import pyoxigraph
    >>> turtle = '''PREFIX sh: <http://www.w3.org/ns/shacl#>
    ... <https://example.org/S> sh:targetNode <https://example.org/a> ; sh:nodeKind sh:Literal .'''
    >>> shapes = compile(pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE))
    >>> [result.focus_node for result in shapes.validate(pyoxigraph.Store())]
    ['<https://example.org/a>']
    """
    graph = ShapesGraph(shapes, prefixes)
    reader = ShapeReader(graph, rules)
    targeted = reader.targeted()
    compiled = compile_shapes(targeted, split=split)
    plan = Plan(compiled.focus, compiled.queries, compiled.calls.found, compiled.targets)
    plan.rules, left_out = compile_rules(graph, reader, targeted, compiled.calls) if rules else ([], [])
    plan.functions = _called(plan, reader.functions())
    problems = dict(reader.problems)
    for error in [*compiled.problems, *left_out, *_refused(plan)]:
        problems.update(dict.fromkeys(graph.worded(error.problems)))
    ill_formed = [problem for problem in problems if problem.kind == "ill-formed"]
    if ill_formed:
        raise ShapeError(*ill_formed)
    plan.problems = [*problems, *unchecked(graph, reader, bool(targeted))]
    if any(SHAPES_GRAPH in text for text in _texts(plan)):
        plan.triples = sorted(graph.triples)
    infos: dict[str, ShapeInfo] = {}
    for shape in targeted:
        _describe(shape, infos)
    return ShapeSet(plan, infos)


def _texts(plan: Plan) -> list[str]:
    rules = (text for rule in plan.rules for text in (rule.focus, rule.text))
    return [*(query.text for query in plan.queries), *(call.text for call in plan.calls), *plan.targets.values(), *rules]


def _called(plan: Plan, functions: dict[str, Function]) -> dict[str, Function]:
    """Return the functions whose IRIs a query has, or one of these functions: a vocabulary may declare many more."""
    found: dict[str, Function] = {}
    todo = _texts(plan)
    while todo:
        text = todo.pop()
        for iri, function in functions.items():
            if iri in text and iri not in found:
                found[iri] = function
                todo.append(function.text)
    return found


def _describe(shape: Shape, infos: dict[str, ShapeInfo]) -> None:
    if shape.node not in infos:
        infos[shape.node] = ShapeInfo(shape.name, shape.description)
        for constraint in shape.constraints:
            if constraint.kind == "property" and isinstance(constraint.arguments[0], Shape):
                _describe(constraint.arguments[0], infos)


def _refused(plan: Plan) -> Iterator[ShapeError]:
    """Let the engine parse every query, which also refuses what a shape's own SPARQL got wrong.

    What is nested or chained too long is refused before: it would overflow the engine's stack.
    """
    store = pyoxigraph.Store()
    functions: Any = Functions(store, plan).table
    texts = {query.text.replace(RESTRICTION, ""): query.shape for query in plan.queries}
    texts |= {call.text: call.shape for call in plan.calls}
    texts |= {text.replace(RESTRICTION, ""): rule.shape for rule in plan.rules for text in (rule.focus, rule.text)}
    texts |= {text: next((focus.shape for focus in plan.focus if name in focus.text), name) for name, text in plan.targets.items()}
    texts |= {function.text: iri for iri, function in plan.functions.items()}
    for text, shape in texts.items():
        text = text.replace(BINDINGS, "")
        problem = _oversize(text)
        if problem:
            yield _sentence(shape, f"{THE_SHAPE} is too complex: it unfolds to {problem}.", "Split it.")
            continue
        try:
            store.query(text, custom_functions=functions)
        except (SyntaxError, ValueError) as error:
            yield _sentence(shape, f"{THE_SHAPE} has a SPARQL query with a syntax error: {error}.")
        except RuntimeError as error:
            name = re.search(r"<[^<>]*>", str(error))
            reason = f"calls the function {name.group()}, which is not known" if name else f"cannot be run: {error}"
            fix = "Use functions of SPARQL 1.1, or declare it as a sh:SPARQLFunction in the shapes."
            yield _sentence(shape, f"{THE_SHAPE} has a SPARQL query that {reason}.", fix)


def _sentence(shape: str, message: str, fix: str | None = None) -> ShapeError:
    return ShapeError(Problem("ill-formed", shape, message, fix))


def _oversize(text: str) -> str | None:
    if len(text) > _MAX_QUERY:
        return f"a query of {len(text):,} characters"
    bare = _QUOTED.sub("", text)
    chained = sum(bare.count(mark) for mark in ("||", "&&", "UNION", "IF("))
    if chained > _MAX_CHAINED:
        return f"{chained:,} alternatives and conditions"
    depth = deepest = 0
    for mark in _BRACKET.findall(bare):
        depth += 1 if mark in "{(" else -1
        deepest = max(deepest, depth)
    return f"{deepest:,} groups inside one another" if deepest > _MAX_NESTED else None
