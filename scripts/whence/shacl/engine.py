"""Runs a compiled plan on a store and reads its rows into a report, with the functions that its queries may call."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, Store, Triple, Variable

from whence.errors import InputError
from whence.rdf.terms import nt, term_of
from whence.shacl.embedded_sparql import BINDINGS, TERM, Call, bindings
from whence.shacl.literals import FUNCTIONS, Values, restored
from whence.shacl.plan import FocusQuery, Plan, Query
from whence.shacl.printer import CALL, RESTRICTION
from whence.shacl.results import Result, default_message, filled, literal
from whence.shacl.sparql_constraints import Function
from whence.shacl.vocabulary import OWL_CLASS, RDFS_CLASS, SUB_CLASS_OF, TRUE, TYPE, is_blank, is_iri, lexical

_INSTANCE = re.compile(rf"(?<!\S)(\S+) {re.escape(TYPE)}/{re.escape(SUB_CLASS_OF)}\* (<[^<>]*>) \.")

#: Of so many classes below one the instances are looked up by name; of more, each query finds its way up.
_MOST_BELOW = 100

#: Functions inside one another; each needs some of the engine's stack.
_DEEPEST = 16


def classes_in(texts: Iterable[str]) -> set[str]:
    """Return the classes of which queries ask for instances, walking up the hierarchy of classes."""
    return {found[2] for text in texts for found in _INSTANCE.finditer(text)}


def failed(shape: str) -> InputError:
    """Return the error for a SPARQL-based constraint that reports a failure by `?failure` (SHACL section 5.3.2)."""
    name = shape if is_iri(shape) else "with a blank node"
    return InputError(f"The SPARQL query of the shape {name} reports a failure.", iri=lexical(shape) if is_iri(shape) else None)


class Functions:
    """The functions of a plan.

    :param store: where their queries are answered
    :ivar table: IRI to function, as the engine takes them
    """

    def __init__(self, store: Store, plan: Plan | None) -> None:
        self._store = store
        self._depth = threading.local()
        self._failures: list[InputError] = []
        self.table = {NamedNode(lexical(iri)): function for iri, function in FUNCTIONS.items()}
        self.table[NamedNode(lexical(TERM))] = lambda written: term_of(written.value)
        for number, call in enumerate(plan.calls if plan else ()):
            self.table[NamedNode(f"{CALL}{number}")] = self._validator(call)
        for iri, function in (plan.functions if plan else {}).items():
            self.table[NamedNode(lexical(iri))] = self._function(function)

    def check(self) -> None:
        """Raise what a function could not raise itself, since in a query every error is just an error."""
        if self._failures:
            raise self._failures[0]

    def _query(self, text: str, names: Sequence[str], terms: Sequence[Any]) -> Any:
        """Return the answer of a query for one run: true or false, or variables and rows; None when it is nested too deep."""
        depth = getattr(self._depth, "value", 0)
        if depth >= _DEEPEST:
            self._failures.append(InputError(f"The functions of the shapes call one another more than {_DEEPEST} deep."))
            return None
        self._depth.value = depth + 1
        values = {name: restored(nt(term)) for name, term in zip(names, terms, strict=False)}
        try:
            answer: Any = self._store.query(text.replace(BINDINGS, bindings(values)), custom_functions=self.table)
            return (answer.variables, list(answer)) if hasattr(answer, "variables") else bool(answer)
        finally:
            self._depth.value = depth

    def _validator(self, call: Call) -> Callable[..., Any]:
        def conforms(*nodes: Any) -> Any:
            answer = self._query(call.text, call.names, nodes)
            if answer is None or isinstance(answer, bool):
                return None if answer is None else Literal(answer)
            names, rows = answer
            told = [row["failure"] for row in rows] if any(name.value == "failure" for name in names) else []
            if any(term is not None and nt(term) == TRUE for term in told):
                self._failures.append(failed(call.shape))
            return Literal(not rows)

        return conforms

    def _function(self, function: Function) -> Callable[..., Any]:
        def result(*arguments: Any) -> Any:
            if not function.least <= len(arguments) <= len(function.parameters):
                return None
            answer = self._query(function.text, function.parameters, arguments)
            if answer is None or isinstance(answer, bool):
                return None if answer is None else Literal(answer)
            names, rows = answer
            return rows[0][names[0]] if rows and names else None

        return result


Row = dict[str, str]
_SCAN_FACTOR = 4
_SCAN_FREE = 200


class Engine:
    """Answers the queries of a plan from one store.

    :param store: the data graph is its default graph
    :ivar counts: shape to the number of its focus nodes, as far as they are known
    :param values: the same graph by value, for SPARQL of a shape's own, when the store's literals are exact
    :param plan: what may call validators and functions
    :param classes: those whose instances the queries ask for, when there are enough queries to look the classes below them up first
    """

    def __init__(self, store: Store, values: Values | None = None, plan: Plan | None = None, classes: Iterable[str] = ()) -> None:
        self._store = store
        self._values = values
        self._functions = Functions(values.store if values else store, plan)
        self._sizes: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self._below: dict[str, list[str]] = {}  # none while these are asked for
        self._below = self._classes_below(classes)

    def rows(
        self, text: str, nodes: Sequence[str] | None = None, bound: dict[str, str] | None = None, store: Store | None = None
    ) -> list[Row]:
        """Return the rows of a query.

        :param nodes: when given, `?this` is pinned to these nodes
        :param bound: variables to substitute
        :param store: another store than the engine's own
        """
        if nodes is None:
            return self._ask(text.replace(RESTRICTION, ""), bound or {}, store)
        return [
            {"this": node, **row}
            for node in nodes
            for row in self._ask(text.replace(RESTRICTION, _pinned(node)), {"this": node, **(bound or {})}, store)
        ]

    def constructed(self, text: str) -> list[Triple]:
        """Return the triples of a CONSTRUCT query, asked by value."""
        functions: Any = self._functions.table
        triples: Any = list((self._values.store if self._values else self._store).query(text, custom_functions=functions))  # type: ignore[arg-type]
        self._functions.check()
        return triples

    def _ask(self, text: str, bound: dict[str, str], store: Store | None = None) -> list[Row]:
        substitutions: Any = {Variable(name): term_of(term) for name, term in bound.items()} or None
        functions: Any = self._functions.table
        if self._below and store is None:
            text = _INSTANCE.sub(self._instance, text)
        solutions: Any = (store or self._store).query(text, substitutions=substitutions, custom_functions=functions)
        names = [variable.value for variable in solutions.variables]
        rows = [
            {name: restored(nt(term)) for name, term in zip(names, solution, strict=True) if term is not None}
            for solution in solutions
        ]
        self._functions.check()
        return rows

    def _classes_below(self, classes: Iterable[str]) -> dict[str, list[str]]:
        """Return each class with those below it, itself among them."""
        below = {cls: {cls} for cls in sorted(classes)}
        if below:
            for row in self._ask(f"SELECT ?class ?below {{ VALUES ?class {{ {' '.join(below)} }} ?below {SUB_CLASS_OF}+ ?class }}", {}):
                below[row["class"]].add(row["below"])
        return {cls: sorted(found) for cls, found in below.items() if len(found) <= _MOST_BELOW and not any(map(is_blank, found))}

    def _instance(self, found: re.Match[str]) -> str:
        """Return what says that a node is an instance of a class: its type is one of those below it."""
        node, cls = found.groups()
        below = self._below.get(cls)
        if below is None:
            return found.group()
        if len(below) == 1:
            return f"{node} {TYPE} {cls} ."
        kind = f"?kind{found.start()}"
        return f"VALUES {kind} {{ {' '.join(below)} }} {node} {TYPE} {kind} ."

    def results(self, number: int, query: Query, nodes: Sequence[str] | None = None) -> list[Result]:
        """Return the violations one query finds, sorted.

        :param nodes: only of these focus nodes; all when None
        """
        store = self._values.store if query.by_value and self._values else None
        if query.focus_text is not None:
            focus = [row["this"] for row in self.rows(query.focus_text, nodes)]
            texts = {node: query.text.replace(BINDINGS, bindings({"this": node})) for node in sorted(set(focus))}
            rows = [{"this": node, **row} for node, text in texts.items() for row in self.rows(text, store=store)]
        else:
            by_scan = nodes is None and query.scan is not None and self._scan_pays(query)
            rows = self.rows(str(query.scan) if by_scan else query.text, nodes, None, store)
        if query.by_value and any(row.get("failure") == TRUE for row in rows):
            raise failed(query.shape)
        if store is not None and self._values is not None:
            values = self._values
            rows = [{name: values.as_written(term, row["this"]) for name, term in row.items()} for row in rows]
        found = dict.fromkeys(_result(number, query, row) for row in rows)
        return sorted(found, key=lambda r: (r.focus_node, r.path or "", r.value or "", r.messages))

    def _scan_pays(self, query: Query) -> bool:
        """Whether the predicates of a query have few enough triples beside its focus nodes; both are counted once."""
        size = sum(self._size(predicate) for predicate in query.scan_predicates)
        return size <= _SCAN_FACTOR * self.counts.get(query.root, 0) + _SCAN_FREE

    def _size(self, predicate: str) -> int:
        if predicate not in self._sizes:
            limit = _SCAN_FACTOR * max(self.counts.values(), default=0) + _SCAN_FREE + 1
            text = f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT ?s {{ ?s {predicate} ?o }} LIMIT {limit} }} }}"
            self._sizes[predicate] = int(lexical(self._ask(text, {})[0]["n"]))
        return self._sizes[predicate]

    def count(self, focus: FocusQuery) -> int:
        """Return the number of focus nodes of a shape."""
        text = focus.text.replace(RESTRICTION, "")
        text = "SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE" + text.split("WHERE", 1)[1]
        return int(lexical(self._ask(text, {})[0]["n"]))

    def unknown_classes(self, focus: Iterable[FocusQuery]) -> dict[str, tuple[str, ...]]:
        """Return the target classes that nothing in the data graph declares or uses, by shape."""
        focus = list(focus)
        classes = sorted({cls for query in focus for cls in query.classes})
        if not classes:
            return {}
        uses = [
            f"EXISTS {{ ?cls {TYPE} {RDFS_CLASS} }}", f"EXISTS {{ ?cls {TYPE} {OWL_CLASS} }}",
            f"EXISTS {{ ?cls {SUB_CLASS_OF} ?above }}", f"EXISTS {{ ?below {SUB_CLASS_OF} ?cls }}",
            f"EXISTS {{ ?instance {TYPE} ?cls }}",
        ]  # fmt: skip
        text = f"SELECT ?cls WHERE {{ VALUES ?cls {{ {' '.join(classes)} }} FILTER({' || '.join(uses)}) }}"
        known = {row["cls"] for row in self._ask(text, {})}
        missing = {query.shape: tuple(cls for cls in query.classes if cls not in known) for query in focus}
        return {shape: unknown for shape, unknown in missing.items() if unknown}


def _pinned(node: str) -> str:
    """Return what tells the engine's planner, which knows nothing of substitutions, that few nodes are asked for; no VALUES has a blank node."""
    return f"VALUES ?this {{ {node} }} " if is_iri(node) else ""


def _result(number: int, query: Query, row: Row) -> Result:
    value = row.get("value", row["this"] if query.value_is_focus else None)
    path = query.path
    if "path" in row and is_iri(row["path"]):
        path = ("pred", row["path"])
    terms = {**query.said, **row}
    if value is not None:
        terms["value"] = value
    messages = tuple(filled(message, terms) for message in query.messages)
    if query.kind in ("sparql", "component") and "message" in row:
        messages = (row["message"],)
    return Result(
        focus_node=row["this"],
        value=value,
        component=query.component,
        severity=query.severity,
        source_shape=query.shape,
        messages=messages or (literal(default_message(query.kind, terms)),),
        result_path=path,
        source_constraint=query.source_constraint,
        query=number,
    )
