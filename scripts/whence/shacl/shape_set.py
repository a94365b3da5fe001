"""Compiled shapes: what callers hold, run and store."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from whence.errors import InputError, UsageError
from whence.shacl.compiler import compile_shapes
from whence.shacl.embedded import SHAPES_GRAPH
from whence.shacl.engine import Engine
from whence.shacl.incremental import Edit, revalidated
from whence.shacl.model import Shape
from whence.shacl.plan import FocusQuery, Query, from_json, to_json
from whence.shacl.printer import RESTRICTION
from whence.shacl.reader import ShapeReader
from whence.shacl.results import ShapeInfo, ValidationReport
from whence.shacl.shapes_graph import ShapesGraph
from whence.shacl.vocabulary import is_iri, lexical, to_term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ThreadPoolExecutor

    from pyoxigraph import Quad, Store, Triple

__all__ = ["FORMAT", "ShapeSet", "compile"]

#: Goes into the compiled form; a stored form of another number must be compiled anew.
FORMAT = 1
_MAX_QUERY = 20_000_000
_MAX_CHAINED = 2_000
_MAX_NESTED = 250
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s]*>')
_BRACKET = re.compile(r"[{}()]")


class ShapeSet:
    """The compiled form of a shapes graph.

    :ivar focus: the query of each shape's focus nodes
    :ivar queries: the query of each constraint
    :ivar shapes: every shape to its name and description
    """

    def __init__(
        self,
        focus: list[FocusQuery],
        queries: list[Query],
        shapes: dict[str, ShapeInfo],
        triples: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        self.focus = focus
        self.queries = queries
        self.shapes = shapes
        self._triples = sorted(triples)

    def validate(
        self,
        store: Store,
        *,
        timeout: float | None = None,
        workers: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> ValidationReport:
        """Validate the default graph of a store.

        :param timeout: seconds after which no further query is begun
        :param workers: queries to run at the same time; the number of processors, at most four, when None
        :param progress: called with the number of queries done and to be done
        :raises LimitError: the time ran out
        :raises UsageError: a shape asks for `$shapesGraph` and the store cannot be written
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        engine = Engine(store, deadline)
        report = ValidationReport(shapes=self.shapes)
        targets = {query.text: query for query in self.focus}
        counting: list[Callable[[], Any]] = [lambda q=q: engine.count(q) for q in targets.values()]  # type: ignore[misc]
        finding: list[Callable[[], Any]] = [
            lambda n=n, q=q: engine.results(n, q)  # type: ignore[misc]
            for n, q in enumerate(self.queries)
        ]
        import os
        from concurrent.futures import ThreadPoolExecutor

        # A store answers faster on other threads than on the one that loaded it.
        threads = workers or min(4, os.cpu_count() or 1)
        with self._shapes_graph_in(store), ThreadPoolExecutor(threads) as pool:
            numbers = dict(zip(targets, _run(pool, counting, None), strict=True))
            engine.counts = {query.shape: numbers[query.text][0] for query in self.focus}
            for found, seconds in _run(pool, finding, progress):
                report.results += found
                report.seconds.append(seconds)
        report.focus_counts = engine.counts
        report.unknown_classes = engine.unknown_classes(self.focus)
        return report

    def affected(
        self, store: Store, removed: Iterable[Quad | Triple], added: Iterable[Quad | Triple]
    ) -> list[frozenset[str] | None]:
        """Return for each query the focus nodes an edit can have changed the outcome for, None for any.

        :param store: the graph after the edit
        """
        edit = Edit(store, removed, added)
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
        with self._shapes_graph_in(store):
            report = revalidated(self.focus, self.queries, previous, Edit(store, removed, added))
        report.unknown_classes = Engine(store).unknown_classes(self.focus)
        return report

    @contextmanager
    def _shapes_graph_in(self, store: Store) -> Iterator[None]:
        """Put the shapes into their named graph for as long as a query needs them there."""
        if not self._triples:
            yield
            return
        from pyoxigraph import NamedNode, Quad

        name = NamedNode(lexical(SHAPES_GRAPH))
        quads = [Quad(*(to_term(term) for term in row), name) for row in self._triples]  # type: ignore[arg-type]
        try:
            store.extend(quads)
        except OSError as error:
            raise UsageError("A shape reads $shapesGraph, which needs a store that can be written.") from error
        try:
            yield
        finally:
            store.remove_graph(name)

    def to_json(self) -> str:
        """Return the compiled form as text, to be kept beside the digest of the shapes."""
        value = to_json(self.focus, self.queries)
        value["format"] = FORMAT
        value["shapes"] = {node: [info.name, info.description] for node, info in self.shapes.items()}
        value["triples"] = self._triples
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> ShapeSet:
        """Return the shapes `to_json` wrote.

        :raises InputError: the text is of another version
        """
        value = json.loads(text)
        if value.get("format") != FORMAT:
            raise InputError("The compiled shapes are of another version.", fix="Compile the shapes again.")
        focus, queries = from_json(value)
        shapes = {node: ShapeInfo(*pair) for node, pair in value["shapes"].items()}
        return cls(focus, queries, shapes, [tuple(row) for row in value["triples"]])


def _run(
    pool: ThreadPoolExecutor, jobs: list[Callable[[], Any]], progress: Callable[[int, int], None] | None
) -> list[tuple[Any, float]]:
    """Run the jobs and return what each returned, with its seconds; the first error ends the rest."""

    def timed(job: Callable[[], Any]) -> tuple[Any, float]:
        start = time.perf_counter()
        return job(), time.perf_counter() - start

    futures = [pool.submit(timed, job) for job in jobs]
    outcomes = []
    try:
        for number, future in enumerate(futures, start=1):
            outcomes.append(future.result())
            if progress is not None:
                progress(number, len(jobs))
    finally:
        for future in futures:
            future.cancel()
    return outcomes


def compile(shapes: Iterable[Quad | Triple], *, exact: bool = False) -> ShapeSet:
    """Compile a shapes graph (a store, or parsed quads, which keep the lexical forms of literals).

    :param exact: whether the data will be in a store whose literals went through `exact_quads`

    :returns: the compiled shapes
    :raises InputError: a shape is ill-formed or recursive; the sentence and `iri` name it

    >>> import pyoxigraph
    >>> turtle = '''PREFIX sh: <http://www.w3.org/ns/shacl#>
    ... <https://example.org/S> sh:targetNode <https://example.org/a> ; sh:nodeKind sh:Literal .'''
    >>> shapes = compile(pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE))
    >>> [result.focus_node for result in shapes.validate(pyoxigraph.Store())]
    ['<https://example.org/a>']
    """
    graph = ShapesGraph(shapes)
    targeted = ShapeReader(graph, exact=exact).targeted()
    focus, queries = compile_shapes(targeted, exact=exact)
    for query in queries:
        _check(query)
    infos: dict[str, ShapeInfo] = {}
    for shape in targeted:
        _describe(shape, infos)
    needed = any(SHAPES_GRAPH in query.text for query in queries)
    return ShapeSet(focus, queries, infos, graph.triples if needed else ())


def _describe(shape: Shape, infos: dict[str, ShapeInfo]) -> None:
    if shape.node not in infos:
        infos[shape.node] = ShapeInfo(shape.name, shape.description)
        for constraint in shape.constraints:
            if constraint.kind == "property" and isinstance(constraint.arguments[0], Shape):
                _describe(constraint.arguments[0], infos)


def _check(query: Query) -> None:
    """Let the engine parse a query, which also refuses what a SPARQL-based constraint got wrong.

    What is nested or chained too long is refused before: it would overflow the engine's stack.
    """
    import pyoxigraph

    iri = lexical(query.shape) if is_iri(query.shape) else None
    name = query.shape if iri else "with a blank node"
    text = query.text.replace(RESTRICTION, "")
    problem = _oversize(text)
    if problem:
        raise InputError(f"The shape {name} is too complex: it unfolds to {problem}.", fix="Split it.", iri=iri)
    try:
        pyoxigraph.Store().query(text)
    except (SyntaxError, ValueError) as error:
        raise InputError(f"The SPARQL query of the shape {name} has a syntax error: {error}.", iri=iri) from error


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
