"""The functions that queries may call: comparisons by value, validators asked one node at a time, and SPARQL-based functions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from whence.errors import InputError
from whence.shacl.custom import Function
from whence.shacl.embedded import BINDINGS, TERM, Call, bindings
from whence.shacl.literals import FUNCTIONS, restored
from whence.shacl.plan import Plan
from whence.shacl.printer import CALL
from whence.shacl.vocabulary import TRUE, is_iri, lexical, text_of, to_term

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["Functions", "failed"]

#: Functions inside one another; each needs some of the engine's stack.
_DEEPEST = 16


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
        from pyoxigraph import NamedNode

        self._store = store
        self._depth = threading.local()
        self._failures: list[InputError] = []
        self.table = {NamedNode(lexical(iri)): function for iri, function in FUNCTIONS.items()}
        self.table[NamedNode(lexical(TERM))] = lambda written: to_term(written.value)
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
        values = {name: restored(text_of(term)) for name, term in zip(names, terms, strict=False)}
        try:
            answer: Any = self._store.query(text.replace(BINDINGS, bindings(values)), custom_functions=self.table)
            return (answer.variables, list(answer)) if hasattr(answer, "variables") else bool(answer)
        finally:
            self._depth.value = depth

    def _validator(self, call: Call) -> Callable[..., Any]:
        from pyoxigraph import Literal

        def conforms(*nodes: Any) -> Any:
            answer = self._query(call.text, call.names, nodes)
            if answer is None or isinstance(answer, bool):
                return None if answer is None else Literal(answer)
            names, rows = answer
            told = [row["failure"] for row in rows] if any(name.value == "failure" for name in names) else []
            if any(term is not None and text_of(term) == TRUE for term in told):
                self._failures.append(failed(call.shape))
            return Literal(not rows)

        return conforms

    def _function(self, function: Function) -> Callable[..., Any]:
        from pyoxigraph import Literal

        def result(*arguments: Any) -> Any:
            if not function.least <= len(arguments) <= len(function.parameters):
                return None
            answer = self._query(function.text, function.parameters, arguments)
            if answer is None or isinstance(answer, bool):
                return None if answer is None else Literal(answer)
            names, rows = answer
            return rows[0][names[0]] if rows and names else None

        return result
