"""What is nested or chained too far for the engine's stack is refused before the engine sees it; what is allowed fits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from pyoxigraph import Store

from whence import sparql
from whence.errors import QueryError
from whence.sparql import query

#: A query nested or chained so many times.
CHAINS: dict[str, Callable[[int], str]] = {
    "groups": lambda n: "ASK" + "{" * n + "}" * n,
    "parentheses": lambda n: "ASK{FILTER(" + "(" * n + "1" + ")" * n + ")}",
    "calls": lambda n: "ASK{FILTER(" + "STR(" * n + "1" + ")" * n + ")}",
    "subqueries": lambda n: "ASK{" + "{SELECT*{" * n + "}}" * n + "}",
    "optionals": lambda n: "ASK{" + "OPTIONAL{" * n + "}" * n + "}",
    "exists": lambda n: "ASK{" + "FILTER EXISTS{?s ?p ?o " * n + "}" * n + "}",
    "negations": lambda n: "ASK{FILTER(" + "!" * n + "true)}",
    "negations in IN": lambda n: "ASK{FILTER(1 IN(" + "!" * n + "1))}",
    "sums in IN": lambda n: "ASK{FILTER(1 IN(1" + "+1" * n + "))}",
    "alternatives in IN": lambda n: "ASK{FILTER(1 IN(1" + "||1" * n + "))}",
    "conjunctions": lambda n: "ASK{FILTER(1" + "&&1" * n + ")}",
    "filters": lambda n: "ASK{" + "FILTER(1!=1)" * n + "}",
    "unions": lambda n: "ASK{{}" + "UNION{}" * n + "}",
    "bindings": lambda n: "ASK{" + "".join(f"BIND(1 AS ?b{m})" for m in range(n)) + "}",
    "columns": lambda n: "SELECT" + "".join(f"(1 AS ?b{m})" for m in range(n)) + "{}",
    "aggregates": lambda n: "SELECT" + "".join(f"(COUNT(?s) AS ?b{m})" for m in range(n)) + "{?s ?p ?o}",
    "path": lambda n: "ASK{?s <p:p>" + "/<p:p>" * n + " ?o}",
    "nested path": lambda n: "ASK{?s " + "(" * n + "<p:p>" + ")*" * n + " ?o}",
    "list": lambda n: "ASK{?s ?p (" + "1 " * n + ")}",
    "list of lists": lambda n: "ASK{?s ?p " + "(" * n + "1" + ")" * n + "}",
    "list after VALUES": lambda n: "ASK{VALUES ?x {1} ?x a (" + "1 " * n + ")}",
    "list of truths": lambda n: "ASK{?s ?p (" + "true " * n + ")}",
    "blank nodes": lambda n: "ASK{?s ?p " + "[<p:p> " * n + "1" + "]" * n + "}",
    "annotations": lambda n: "ASK{?s ?p ?o " + "{|?p ?o " * n + "|}" * n + "}",
    "reifiers": lambda n: "ASK{?s ?p ?o " + "~?r" * n + "}",
    "descriptions": lambda n: "DESCRIBE" + " <p:p>" * n,
}
#: Of what these are made, the engine plans for minutes long before its stack ends.
SLOW = {"exists", "blank nodes", "annotations", "reifiers", "path", "list", "list after VALUES", "list of truths", "optionals", "list of lists"}
RUN = """import sys, threading
from pyoxigraph import Store
def run():
    try:
        answer = Store().query(sys.stdin.read())
        list(answer) if hasattr(answer, "__iter__") else bool(answer)
    except (SyntaxError, RuntimeError):
        pass
threading.stack_size(8 << 20)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


def allowed(chain: str) -> int:
    """How often a query may be nested or chained."""
    low, high = 1, 50_000
    while high - low > 1:
        middle = (low + high) // 2
        try:
            query.check_weight(CHAINS[chain](middle))
            low = middle
        except QueryError:
            high = middle
    return low


@pytest.mark.parametrize("chain", CHAINS)
def test_a_query_that_would_end_the_process_is_refused(chain: str) -> None:
    with pytest.raises(QueryError, match="nested or chained too far here") as refused:
        sparql.run(Store(), CHAINS[chain](50_000))
    assert refused.value.line == 1 and refused.value.column


@pytest.mark.parametrize("chain", sorted(set(CHAINS) - SLOW))
def test_what_is_allowed_fits_into_the_usual_stack(chain: str) -> None:
    text = CHAINS[chain](allowed(chain))
    done = subprocess.run([sys.executable, "-c", RUN], input=text, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { VALUES ?x { " + "1 " * 20_000 + "} }",
        "SELECT ?x { VALUES ?x { " + "-1 true 'a'@en <p:p> '1'^^<p:p> UNDEF " * 5_000 + "} }",
        "SELECT ?x { VALUES (?x ?y) { " + "(1 2) " * 20_000 + "} }",
        "SELECT ?x { BIND(0 AS ?x) FILTER(?x NOT IN (" + ", ".join(["1"] * 20_000) + ")) }",
        "SELECT ?x { BIND(0 AS ?x) FILTER(?x NOT IN (" + ", ".join(["-1"] * 20_000) + ")) }",
        "SELECT ?x { BIND(1 AS ?x) FILTER(" + "(" * 300 + "?x" + ")" * 300 + ") }",
        "SELECT ?x { } # " + "{" * 20_000,
        'SELECT ?x { BIND("' + "{" * 20_000 + '" AS ?x) }',
    ],
)
def test_data_and_text_may_be_of_any_length(text: str) -> None:
    assert list(sparql.run(Store(), text))
