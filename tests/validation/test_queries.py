"""`whence validate` looks at the query files too: each case is one more file, and all that is said of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from whence import validation
from whence.store import layout
from whence.validation.queries import validate_queries
from whence.sparql.tokens import tokens
from whence.sparql.groups import bound_nowhere

Whence = Callable[..., subprocess.CompletedProcess[str]]
SUMMARY = "#+ summary: Who?\n"
#: Name of a file below queries/, its text, and what is found, without the folder.
CASES = {
    "unknown-key": ("competency/q.rq", f"{SUMMARY}#+  Summery: x\nASK {{}}", "q.rq:2:1 syntax:query: This front matter line is not understood."),
    "misspelt-key": ("competency/q.rq", f"{SUMMARY}#+  sumary: x\nASK {{}}", 'q.rq:2:5 syntax:query: The front matter field "sumary" is unknown.'),
    "no-summary": ("competency/q.rq", "ASK {}", "q.rq:1:1 syntax:query: The query does not say what it asks."),
    "bad-default": (
        "competency/q.rq", f"{SUMMARY}#+ param n: integer = two\nASK {{ ?s ?p ?n }}",
        'q.rq:2:13 syntax:query: The parameter n cannot be "two".',
    ),
    "unused-parameter": (
        "competency/q.rq", f"{SUMMARY}#+ param n: integer = 2\nASK {{ ?s ?p ?o }}",
        "q.rq:2:4 syntax:query: The parameter n is declared, but the query never uses ?n.",
    ),
    "computed-parameter": (
        "competency/q.rq", f"{SUMMARY}#+ param n: integer = 2\nASK {{ ?s ?p ?o BIND(1 AS ?n) }}",
        "q.rq:3:26 syntax:query: ?n is a parameter, but the query computes it (AS ?n).",
    ),
    "undeclared-parameter": (
        "competency/q.rq", f"{SUMMARY}SELECT ?s {{ ?s ?p ?o FILTER(?o > ?n) }}",
        "q.rq:2:34 query:variable-without-value: Nothing gives ?n a value: no pattern, BIND or VALUES names it, and it is no parameter.",
    ),
    "syntax": ("competency/q.rq", f"{SUMMARY}SELECT ?s {{ ?s ?p }}", 'q.rq:2:19 syntax:query: The query is not understood at "}".'),
    "update": ("competency/q.rq", f"{SUMMARY}CLEAR ALL", "q.rq:2:1 syntax:query: This is an update (CLEAR), and whence answers queries only."),
    "not-utf-8": ("competency/q.rq", SUMMARY + "# \udcff\nASK {}", "q.rq:2:1 syntax:query: The query is not UTF-8."),
    "empty": ("competency/q.rq", "", "q.rq:1:1 syntax:query: The query is empty."),
    "same-name": (
        "views/influences-of-a-work.rq", f"{SUMMARY}CONSTRUCT WHERE {{ ?s ?p ?o }}",
        "influences-of-a-work.rq:1:1 syntax:query: Two queries are named influences-of-a-work: the other is",
    ),
    "strange-folder": ("other/q.rq", f"{SUMMARY}ASK {{}}", "q.rq:1:1 syntax:query: The query stands in no folder of the catalogue."),
    "check-without-message": (
        "checks/q.rq", f"{SUMMARY}#+ severity: info\nSELECT ?focus {{ ?focus a ?focus }}", "q.rq:1:1 syntax:query: The check has no message.",
    ),
}  # fmt: skip


def put(graph_directory: Path, name: str, text: str) -> None:
    path = graph_directory / "queries" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_a_file_is_found_with_its_place(case: str, small_graph: Path) -> None:
    name, text, expected = CASES[case]
    put(small_graph, name, text)
    found = validate_queries(layout.locate(small_graph))
    assert len(found) == 1
    place = str(found[0].place).rpartition("/")[2]
    assert f"{place} {found[0].rule}: {found[0].message}".startswith(expected)
    assert found[0].fix or "is an update" in found[0].message or case == "syntax"


def test_validate_shows_every_broken_query_and_the_graph_still_answers(small_graph: Path, whence: Whence) -> None:
    put(small_graph, "competency/one.rq", f"{SUMMARY}#+ oops: x\nASK {{}}")
    put(small_graph, "competency/two.rq", f"{SUMMARY}SELECT ?s {{ ?s ?p }}")
    answer = whence("validate", "--graph", small_graph)
    assert (answer.returncode, answer.stderr) == (3, "")
    assert "2 violations" in answer.stdout
    assert "one.rq:2:4" in answer.stdout
    assert "     2 | SELECT ?s { ?s ?p }\n       |                   ^\n" in answer.stdout
    assert whence("query", "influences-of-a-work", "--graph", small_graph).returncode == 0


def test_a_warning_does_not_fail(small_graph: Path, whence: Whence) -> None:
    put(small_graph, *CASES["undeclared-parameter"][:2])
    answer = whence("validate", "--graph", small_graph)
    assert answer.returncode == 0
    assert "Mend its spelling, or declare it: `#+ param n: type = value -- meaning`." in answer.stdout


def test_a_check_that_is_broken_is_told_once(small_graph: Path) -> None:
    put(small_graph, "checks/q.rq", f"{SUMMARY}#+ oops: x\nSELECT ?focus {{}}")
    files = layout.locate(small_graph)
    outcome = validation.check_queries(files, validation.check(files))
    assert [finding.rule for finding in outcome.report] == ["syntax:query"]


def test_files_in_order_are_not_looked_at_twice_and_changed_ones_are(small_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    real = validation.queries.catalog.each
    monkeypatch.setattr(validation.queries.catalog, "each", lambda files: [looked.append(files), *real(files)][1:])
    for again in (False, False, True):
        assert validate_queries(layout.locate(small_graph), again=again) == []
    assert len(looked) == 2
    put(small_graph, "competency/q.rq", "ASK {}")
    assert validate_queries(layout.locate(small_graph)) == validate_queries(layout.locate(small_graph)) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?a { ?s ?p ?o }", ["?a"]),
        ("SELECT (?a AS ?b) { ?s ?p ?o FILTER(?b > 1) }", ["?a"]),
        ("SELECT * { VALUES (?a ?b) { (1 2) } BIND(?a + ?b AS ?c) FILTER(?c IN (?d)) }", ["?d"]),
        ("SELECT * { ?s ?p (?a ?b) ; ?q [ ?r ?c ] FILTER(?a = ?b && ?c = ?r) }", []),
        ("SELECT * { FILTER NOT EXISTS { ?s ?p ?o FILTER(?o = ?x) } }", ["?x"]),
        ("SELECT * { { SELECT ?s (COUNT(?m) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(?n > 1) } } ORDER BY ?n", ["?m"]),
        ("CONSTRUCT { ?s ?p ?t } WHERE { ?s ?p ?o }", ["?t"]),
        ("CONSTRUCT WHERE { ?s ?p ?o }", []),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } FILTER <x:f>(?g, ?h) } VALUES ?h { 1 }", []),
        ("SELECT * { ?s (<a:a>|^<a:b>)* ?o } GROUP BY (?o AS ?k) ORDER BY DESC(?k)", []),
        ("DESCRIBE ?x", ["?x"]),
        ("SELECT ?x ) } {", ["?x"]),
    ],
)
def test_variables_that_nothing_gives_a_value(text: str, expected: list[str]) -> None:
    assert [token.text for token in bound_nowhere([*tokens(text)])] == expected
