"""Every named question of the catalogue has a case, and its answer from the real graph is the expected one.

A case is a file in `cases/competency/`: the question in words, the query's name, the parameters, how a row becomes
an answer (`{column}` stands for the column's value) and the answers expected. `expected` is the whole set of answers;
`includes` names some that must be among more; `unless` leaves out the rows with these values, for questions that ask for fewer than the
query tells; `alsoKnownAs` gives another wording of an answer.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from growth import is_below, seconds

from whence import catalog, hints, sparql
from whence.store import layout
from whence.namespaces import shorten

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases" / "competency"
FILES = sorted(CASES.glob("*.json"))
NUMBERED = [path for path in FILES if re.fullmatch(r"Q[0-9]{3}", path.stem)]


@pytest.fixture(scope="module")
def store(real_graph: pyoxigraph.Store) -> pyoxigraph.Store:
    """The validated graph of this checkout."""
    return real_graph


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def word(term: Any) -> str:
    """A term as a case writes it: a shortened IRI, or the text of a literal."""
    if term is None:
        return ""
    return shorten(term.value) if isinstance(term, pyoxigraph.NamedNode) else term.value


def answers(store: pyoxigraph.Store, case: dict[str, Any]) -> list[str]:
    """The distinct answers that a case's query gives, in the order of its rows."""
    named = catalog.find(layout.locate(ROOT), case["query"])
    solutions = sparql.run(store, named.query, case["parameters"])
    columns = [getattr(variable, "value", variable) for variable in solutions.variables]
    rows = [dict(zip(columns, map(word, tuple(row)), strict=True)) for row in solutions]
    rows = [row for row in rows if not any(row[column] == value for column, value in case.get("unless", {}).items())]
    return list(dict.fromkeys(template.format(**row) for template in case["answer"] for row in rows))


def plain(answers: Iterable[object]) -> set[str]:
    """Answers without the differences that spelling may have: case, quotation marks, spaces, a closing bracket of a kind."""
    table = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
    return {" ".join(unicodedata.normalize("NFC", str(answer)).translate(table).lower().split()) for answer in answers}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_answer_is_the_expected_one(path: Path, store: pyoxigraph.Store) -> None:
    case = read(path)
    found = answers(store, case)
    if "expected" in case:
        assert sorted(found) == sorted(case["expected"])
    else:
        assert case["includes"] and set(case["includes"]) <= set(found)


@pytest.mark.parametrize("path", NUMBERED, ids=[path.stem for path in NUMBERED])
def test_answer_is_that_of_the_shared_question(path: Path, store: pyoxigraph.Store, shared: Path) -> None:
    lines = (shared / "questions" / "competency.jsonl").read_text(encoding="utf-8").splitlines()
    asked = {question["id"]: question["expected_answer"] for question in map(json.loads, filter(None, lines))}
    assert [each.stem for each in NUMBERED] == sorted(asked)
    expected = asked[path.stem]
    case = read(path)
    other_words = case.get("alsoKnownAs", {})
    found = []
    for answer in answers(store, case):
        for own, theirs in other_words.items():
            answer = answer.replace(own, theirs)
        found.append(answer)
    assert plain(found) == plain(expected if isinstance(expected, list) else [expected])


def test_every_query_has_a_case() -> None:
    covered = {read(path)["query"] for path in FILES}
    asked = {named.name for named in catalog.load(layout.locate(ROOT)).of_kind("competency")}
    assert covered == asked


def test_every_case_gives_parameters_that_its_query_has() -> None:
    for path in FILES:
        case = read(path)
        named = catalog.find(layout.locate(ROOT), case["query"])
        assert set(case["parameters"]) <= {parameter.name for parameter in named.parameters}, path.name


def test_no_query_names_its_answer() -> None:
    for path in FILES:
        case = read(path)
        text = catalog.find(layout.locate(ROOT), case["query"]).query.text
        body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
        assert not re.findall(r"(?<![\w/])id:[\w-]+", body), f"{case['query']} names one thing; make it a parameter"


def test_no_query_takes_the_premise_of_a_question_for_an_affirmation() -> None:
    """Each position asked for as affirmed is shown with its commitment, or has one that is no premise."""
    for named in catalog.load(layout.locate(ROOT)).of_kind("competency"):
        body = "\n".join(line for line in named.query.text.splitlines() if not line.startswith("#"))
        shown = body.partition("WHERE")[0]
        for position in re.findall(r"[^.{}]*wh:polarity wh:Affirmed[^.{}]*", body):
            commitment = re.search(r"wh:commitment (\?\w+|wh:\w+)", position)
            assert commitment, f"{named.name}: {position.strip()}"
            left_out = re.search(rf"\{commitment[1]} != wh:QuestionPremise", body) or commitment[1].startswith("wh:")
            assert left_out or commitment[1] in shown or named.name == "lineage", f"{named.name}: {position.strip()}"  # which ranks premises last


def told(store: pyoxigraph.Store, query: sparql.Query, values: dict[str, str]) -> None:
    """Answer a question, and say what every face says of the answer."""
    rows = [tuple(row) for row in sparql.run(store, query, values)]
    if hints.is_empty(rows):
        hints.unanswered(store, query, values)
    hints.left_out(store, query, values, rows)


@pytest.mark.parametrize("thing", ["", "id:metallic-rouge", "id:star-trek"])
def test_every_question_costs_no_more_than_a_dozen_looks_at_every_triple(thing: str, store: pyoxigraph.Store) -> None:
    """With its defaults, and with a thing that much or little is said of in the place of each parameter that takes one."""

    def look() -> float:
        return seconds(lambda: list(store.query("SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }")), 1)

    least = look()

    def ratio(query: sparql.Query, values: dict[str, str]) -> float:
        found = seconds(lambda: told(store, query, values), 1) / least
        return found if found < 12 else found * least / look()  # the machine may have slowed down since

    slow = []
    for named in catalog.load(layout.locate(ROOT)).of_kind("competency"):
        for name in [one.name for one in named.parameters if one.type == "iri"] if thing else [""]:
            if not is_below(12, partial(ratio, named.query, {name: thing} if thing else {})):
                slow.append((named.name, name))
    assert slow == []


def test_every_query_projects_and_orders() -> None:
    for named in catalog.load(layout.locate(ROOT)).of_kind("competency"):
        body = "\n".join(line for line in named.query.text.splitlines() if not line.startswith("#"))
        assert not re.search(r"SELECT\s+(DISTINCT\s+)?\*", body), named.name
        assert re.search(r"^ORDER BY ", body, re.MULTILINE), named.name


#: Values that a question does not expect: what is not known, things of other kinds, a thing of which nobody claims anything.
ODD = ("id:no-such-thing", "id:toshihiro-kawamoto", "role:director", "id:document-003", "id:metallic-rouge", "id:rouge-redstar", "wh:Work")
#: What stands for a required parameter beside the odd one.
PLAIN = {"iri": "id:metallic-rouge", "string": "a", "integer": "1", "decimal": "1", "boolean": "true", "date": "2024-01-11", "lang-string": "x@en"}


def odd() -> list[tuple[str, str, str]]:
    """Each parameter of each question that is a thing, with one of the odd values, another one for the next."""
    files = layout.locate(ROOT)
    every = [(named.name, one.name) for named in catalog.each(files) if named.query.form == "select" for one in named.query.front_matter.parameters if one.type == "iri"]
    return [(name, parameter, ODD[number % len(ODD)]) for number, (name, parameter) in enumerate(every)]


@pytest.mark.parametrize(("name", "parameter", "value"), odd())
def test_an_odd_value_gets_no_bare_no(store: pyoxigraph.Store, name: str, parameter: str, value: str) -> None:
    query = catalog.find(layout.locate(ROOT), name).query
    required = {one.name: PLAIN[one.type] for one in query.front_matter.parameters if one.default is None}
    values = {**required, parameter: value}
    rows = [tuple(row) for row in sparql.run(store, query, values)]
    told = hints.of_values(store, query, values)
    assert value != ODD[0] or any("does not know id:no-such-thing" in one for one in told)
    assert not hints.is_empty(rows) or hints.unanswered(store, query, values).startswith("The graph holds nothing on it, which is no")
    said = {getattr(cell, "value", "") for row in rows for cell in row}
    if {"no", "false"} & said:
        assert "wh:CompletenessStatement" in query.text, "only what a document is known to be silent on is answered with no"


@pytest.mark.parametrize(("name", "one", "other"), [
    ("influence-or-comparison", "work", "source"), ("role-said", "agent", "work"), ("known-on-a-topic", "one", "other"), ("world-fact-said", "subject", "value"),
    ("contribution-said", "agent", "work"), ("kind-said", "thing", "kind"),
])  # fmt: skip
def test_of_a_thing_and_itself_or_in_a_graph_without_documents_nothing_is_denied(store: pyoxigraph.Store, name: str, one: str, other: str) -> None:
    query = catalog.find(layout.locate(ROOT), name).query
    for graph, values in ((store, {one: "id:metallic-rouge", other: "id:metallic-rouge"}), (pyoxigraph.Store(), {})):
        answers = {cell.value for row in sparql.run(graph, query, values) for cell in row if cell is not None}
        assert {"yes", "not known"} & answers and "no" not in answers
