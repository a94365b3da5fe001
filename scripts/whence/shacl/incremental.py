"""Validates again only what an edit can have changed.

For each query the plan says which triples matter and how they are reached from a focus node
(`whence.shacl.dependencies`). Walking those paths back from the triples of an edit, in the graph as it is now, gives
the focus nodes to look at again; all other results stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from whence.findings import path_text
from whence.rdf.terms import nt, term_of
from whence.shacl.dependencies import Dependency
from whence.shacl.engine import Engine
from whence.shacl.paths import nullable
from whence.shacl.plan import FocusQuery, Plan, Query
from whence.shacl.results import Result, ValidationReport
from whence.shacl.vocabulary import SUB_CLASS_OF, lexical

_Row = tuple[str, str, str]
#: More affected focus nodes than this are cheaper to find again all at once.
_MANY = 2_000


class Edit:
    """The triples an edit removed and added, and the graph after it.

    :param store: the graph after the edit
    :param removed: triples that were in the graph and are no more
    :param added: triples that are in the graph and were not
    :param plan: what the queries may call
    """

    def __init__(self, store: Store, removed: Iterable[Quad | Triple], added: Iterable[Quad | Triple], plan: Plan | None = None) -> None:
        self._store = store
        self._plan = plan
        self._engine = Engine(store, plan=plan)
        self._removed = [_row(triple) for triple in removed]
        self._added = [_row(triple) for triple in added]
        self._reached: dict[tuple[Any, str], frozenset[str]] = {}
        self._hierarchy: list[Quad] | None = None

    def affected(self, depends: Sequence[Dependency] | None) -> frozenset[str] | None:
        """Return the focus nodes whose outcome may have changed, or None when it may be any."""
        if depends is None:
            return None if self._removed or self._added else frozenset()
        nodes: set[str] = set()
        for dependency in depends:
            for subject, predicate, object_ in (*self._removed, *self._added):
                if dependency.predicate in (None, predicate):
                    if dependency.everything:
                        return None
                    nodes |= self._reaching(dependency, subject if dependency.forward else object_)
                    if len(nodes) > _MANY:
                        return None
        return frozenset(nodes)

    def _reaching(self, dependency: Dependency, end: str) -> frozenset[str]:
        """Return the nodes from which the walk of a dependency leads to an end."""
        prefix = dependency.prefix
        if prefix is None:
            return frozenset((end,))
        key = (prefix, end)
        if key not in self._reached:
            text = f"SELECT DISTINCT ?this ?end WHERE {{ ?this {path_text(prefix)} ?end }} LIMIT {_MANY + 1}"
            found = {row["this"] for row in self._engine.rows(text, bound={"end": end})}
            self._reached[key] = frozenset(found | {end} if nullable(prefix) else found)
        return self._reached[key]

    def results(self, number: int, query: Query, before: list[Result]) -> list[Result]:
        """Return the results of one query after the edit.

        :param before: its results before the edit
        """
        nodes = self.affected(query.depends)
        if nodes is None:
            return self._engine.results(number, query)
        if not nodes:
            return before
        kept = [result for result in before if result.focus_node not in nodes]
        found = kept + self._engine.results(number, query, sorted(nodes))
        return sorted(found, key=lambda r: (r.focus_node, r.path or "", r.value or "", r.messages))

    def count(self, focus: FocusQuery, before: int) -> int:
        """Return the number of focus nodes of a shape after the edit."""
        nodes = self.affected(focus.depends)
        if nodes is None:
            return self._engine.count(focus)
        if not nodes:
            return before
        now = {row["this"] for row in self._engine.rows(focus.text, sorted(nodes))}
        was = {row["this"] for row in Engine(self._around(focus, nodes), plan=self._plan).rows(focus.text, sorted(nodes))}
        return before + len(now) - len(was)

    def _around(self, focus: FocusQuery, nodes: frozenset[str]) -> Store:
        """Return the part of the graph before the edit that says whether nodes were focus nodes."""
        store = Store()
        for dependency in focus.depends or ():
            if dependency.predicate is None or dependency.predicate == SUB_CLASS_OF:
                continue
            predicate = NamedNode(lexical(dependency.predicate))
            for node in nodes:
                term: Any = term_of(node)
                if dependency.forward and not node.startswith('"'):
                    store.extend(self._store.quads_for_pattern(term, predicate, None, DefaultGraph()))
                elif not dependency.forward:
                    store.extend(self._store.quads_for_pattern(None, predicate, term, DefaultGraph()))
        if self._hierarchy is None:
            below = NamedNode(lexical(SUB_CLASS_OF))
            self._hierarchy = list(self._store.quads_for_pattern(None, below, None, DefaultGraph()))
        store.extend(self._hierarchy)
        for row in self._added:
            store.remove(Quad(*(term_of(term) for term in row)))  # type: ignore[arg-type]
        store.extend([Quad(*(term_of(term) for term in row)) for row in self._removed])  # type: ignore[arg-type]
        return store


def revalidated(
    focus: list[FocusQuery], queries: list[Query], previous: ValidationReport, edit: Edit
) -> ValidationReport:
    """Return the report after an edit, equal to that of a full run."""
    by_query: dict[int, list[Result]] = {}
    for result in previous.results:
        by_query.setdefault(result.query, []).append(result)
    report = ValidationReport(shapes=previous.shapes)
    for number, query in enumerate(queries):
        report.results += edit.results(number, query, by_query.get(number, []))
    for target in focus:
        report.focus_counts[target.shape] = edit.count(target, previous.focus_counts[target.shape])
    return report


def _row(triple: Quad | Triple) -> _Row:
    return nt(triple.subject), str(triple.predicate), nt(triple.object)
