"""Parts of the server by themselves: counting rows, media types, messages, settings, the sandbox; and the modules' examples."""

from __future__ import annotations

import doctest
import importlib
import io
import pkgutil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, Store

import whence.web
from whence import sparql
from whence.rdf import results
from whence.errors import LimitError
from whence.web import media
from whence.web.counting import COUNTERS
from whence.web.endpoint import seconds
from whence.web.frames import END, MORE, START, WHOLE, Reader, frame, unpacked
from whence.web.message import Question
from whence.web.problems import Problem
from whence.web.settings import Settings
from whence.web.sink import Sink

MODULES = [name for _, name, _ in pkgutil.iter_modules(whence.web.__path__, "whence.web.") if not name.endswith(("__main__", "pages"))]
# What confuses counters: marks of the formats themselves, quotes, escapes, line ends.
TEXTS = st.lists(st.sampled_from([*"a,{}\"\\\n\r\t<>&[]:résult☃", "<result>", "</result>"]), max_size=12).map("".join)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_hold(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


@given(rows=st.lists(st.tuples(st.none() | TEXTS, st.none() | TEXTS), max_size=8), size=st.integers(1, 40), form=st.sampled_from(sorted(COUNTERS)))
def test_rows_are_counted_at_any_division(rows: list[tuple[str | None, str | None]], size: int, form: str) -> None:
    terms = ["(" + " ".join("UNDEF" if text is None else str(Literal(text)) for text in row) + ")" for row in rows]
    out = io.BytesIO()
    results.write(sparql.run(Store(), f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {' '.join(terms)} }} }}"), form, out)
    counter = COUNTERS[form]()
    whole = out.getvalue()
    found = [counter(whole[at : at + size]) for at in range(0, len(whole), size)]
    assert found[-1] == (max(1, len(rows)) if form == "json" else len(rows))
    assert found == sorted(found)


@given(st.lists(st.tuples(st.sampled_from([WHOLE, START, MORE, END]), st.dictionaries(st.text(max_size=5), st.integers(), max_size=2), st.binary(max_size=50)), max_size=6), st.integers(1, 20))
def test_messages_arrive_whole_at_any_division(messages: list[tuple[int, dict[str, int], bytes]], size: int) -> None:
    data = b"".join(frame(*message) for message in messages)
    reader = Reader()
    found = [message for at in range(0, len(data), size) for message in reader.feed(data[at : at + size])]
    assert [(kind, unpacked(head), body) for kind, head, body in found] == messages


@given(st.text(max_size=60))
def test_no_accept_is_too_strange(accept: str) -> None:
    chosen = media.choose(accept, media.SOLUTIONS)
    assert chosen is None or chosen[1] in media.SOLUTIONS[chosen[0]]


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/*", "csv"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.5", "xml"),
        ("application/json;q=0.9, text/csv", "csv"),
        ("*/*;q=0.1, application/sparql-results+json;q=0", "xml"),
        ("text/csv;q=nonsense", None),
        ("text/csv ; Q=1", "csv"),
        ("image/*", None),
    ],
)
def test_a_format_is_chosen_by_weight(accept: str | None, name: str | None) -> None:
    chosen = media.choose(accept, media.SOLUTIONS)
    assert (chosen and chosen[0]) == name


def test_a_sink_holds_the_head_back_until_there_is_something_to_send() -> None:
    sent: list[int] = []
    sink = Sink(lambda kind, head=None, body=b"": sent.append(kind), {"status": 200, "headers": {}}, 0, 0, None, None)
    sink.write(b"x" * 1000)
    assert sent == []
    sink.write(b"x" * 70_000)
    sink.finish()
    assert sent == [START, MORE, END]


def test_a_sink_stops_at_its_limit() -> None:
    sink = Sink(lambda *_: None, {"status": 200, "headers": {}}, 100, 2, COUNTERS["tsv"], None)
    sink.write(b"?x\n1\n2\n3\n")
    with pytest.raises(LimitError):
        sink.finish()
    with pytest.raises(LimitError):
        Sink(lambda *_: None, {}, 100, 0, None, None).write(b"x" * 101)


def test_a_sink_counts_the_rows_of_every_piece() -> None:
    sink = Sink(lambda *_: None, {"status": 200, "headers": {}}, 0, 70_000, COUNTERS["tsv"], None)
    with pytest.raises(LimitError, match="70000 rows"):
        for _ in range(80):
            sink.write(b"1\n" * 1000)
        sink.finish()


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "1e999", "soon", "0.0001"])
def test_a_time_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        seconds(text, 30)


def test_settings_survive_the_way_to_the_server_process() -> None:
    settings = Settings(graph="/a b", allow_service=("x",), timeout=1.5, ui=False)
    assert Settings.from_json(settings.to_json()) == settings


def test_a_question_sends_what_differs_alone() -> None:
    question = Question("ASK {}", default_graphs=[], page=0)
    assert question.fields() == {"default_graphs": [], "page": 0}
    [(_, head, query)] = Reader().feed(question.framed())
    assert Question(query.decode(), **unpacked(head)) == question


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "70000"], "not a port"),
        (["--base", "ftp://x/"], "not an http or https address"),
        (["--max-bytes", "much"], "not a size"),
        (["--workers", "0"], "not a positive whole number"),
        (["--timeout", "-1"], "not a positive number of seconds"),
        (["--graph", "/no/such/folder"], "not a directory"),
    ],
)
def test_wrong_arguments_are_told_in_one_sentence(whence: Any, arguments: list[str], told: str) -> None:
    done = whence("serve", *arguments)
    assert done.returncode in (2, 3)
    assert told in done.stderr and "Traceback" not in done.stderr and done.stderr.count("\n") == 1


