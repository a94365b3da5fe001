"""Parts of the server by themselves: counting rows, media types, limits, the budget of bytes, settings."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from jinja2 import DictLoader, Environment
from jinja2.bccache import Bucket
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, Store

from whence import sparql
from whence.errors import LimitError
from whence.rdf import results
from whence.rdf.formats import SOLUTIONS
from whence.store import cache
from whence.web.http.requests import Budget, Holding, pairs
from whence.web.http.negotiation import choose
from whence.web.http.problems import Problem
from whence.web.pages.rendering import _Compiled, render
from whence.web.query.stream import COUNTERS, Answer, Sink
from whence.web.routes.sparql import seconds
from whence.web.settings import Settings

# What confuses counters: marks of the formats themselves, quotes, escapes, line ends.
TEXTS = st.lists(st.sampled_from([*"a,{}\"\\\n\r\t<>&[]:résult☃", "<result>", "</result>"]), max_size=12).map("".join)


@given(rows=st.lists(st.tuples(st.none() | TEXTS, st.none() | TEXTS), max_size=8), size=st.integers(1, 40), form=st.sampled_from(sorted(COUNTERS)))
def test_rows_are_counted_at_any_division(rows: list[tuple[str | None, str | None]], size: int, form: str) -> None:
    terms = ["(" + " ".join("UNDEF" if text is None else str(Literal(text)) for text in row) + ")" for row in rows]
    out = io.BytesIO()
    results.write(sparql.run(Store(), f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {' '.join(terms)} }} }}"), form, out)
    counter = COUNTERS[form]()
    whole = out.getvalue()
    found = [counter(whole[at : at + size]) for at in range(0, len(whole), size)]
    assert found[-1] == len(rows)
    assert found == sorted(found)


_PIECES = st.sampled_from(
    [b"%", b"%%", b"%4", b"%41", b"%c3%a9", b"%C3", b"%0A", b"%3D", b"%25", b"%00", b"=", b"&", b"+", b" ", b"\t", b"_", b"\n", b"\r", b"a", b"f", b"\xc3\xa9", b"\xc3"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=12).map(b"".join))
def test_parameters_are_those_of_the_standard_library(raw: bytes) -> None:
    try:
        expected: object = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        expected = 400
    try:
        found: object = pairs(raw)
    except Problem as problem:
        found = problem.status
    assert found == expected


@given(st.text(max_size=60))
def test_no_accept_is_too_strange(accept: str) -> None:
    chosen = choose(accept, SOLUTIONS)
    assert chosen is None or chosen[1] in SOLUTIONS[chosen[0]].media_types


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
    chosen = choose(accept, SOLUTIONS)
    assert (chosen and chosen[0]) == name


def sink(sent: list[Any], size: int = 0, rows: int = 0, form: str = "") -> Sink:
    return Sink(sent.append, Answer(200, {}), size, rows, COUNTERS.get(form), None)


def test_the_head_is_held_back_until_there_is_something_to_send() -> None:
    sent: list[Any] = []
    one = sink(sent)
    one.write(b"x" * 1000)
    assert sent == []
    one.write(b"x" * 70_000)
    assert [type(piece) for piece in sent] == [Answer]
    one.write(b"y")
    assert one.finish() == b"y"


def test_a_small_answer_is_whole() -> None:
    one = sink([])
    one.write(b"x")
    found = one.finish()
    assert isinstance(found, Answer) and found.body == b"x"


def test_an_answer_stops_at_its_limit() -> None:
    one = sink([], 100, 2, "tsv")
    one.write(b"?x\n1\n2\n3\n")
    with pytest.raises(LimitError):
        one.finish()
    with pytest.raises(LimitError):
        sink([], 100).write(b"x" * 101)


def test_the_rows_of_every_piece_are_counted() -> None:
    one = sink([], 0, 70_000, "tsv")
    with pytest.raises(LimitError, match="70,000 rows"):
        for _ in range(80):
            one.write(b"1\n" * 1000)
        one.finish()


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "1e999", "soon", "0.0001"])
def test_a_time_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        seconds(text, 30)


def test_settings_survive_the_way_to_the_server_process() -> None:
    settings = Settings(graph="/a b", allow_service=("x",), timeout=1.5, ui=False)
    assert Settings.from_json(settings.to_json()) == settings


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


def test_a_page_has_no_character_that_html_must_not_have() -> None:
    assert "a\ufffd\ufffd\ufffd\ufffd\n\tb" in render("licence.html", text="a\x7f\x85\0\ufdd0\n\tb", scripts="/s")


def test_what_has_waited_longest_makes_room_for_others() -> None:
    async def run() -> list[str]:
        budget = Budget(100)
        told: list[str] = []

        async def hold(name: str, size: int) -> None:
            held = Holding(budget)
            try:
                async with held.waiting(5):
                    held.take(size)
                    told.append(f"{name} holds")
                    await asyncio.sleep(1 if name != "last" else 0)
            except TimeoutError:
                told.append(f"{name} made room")
            finally:
                held.give(held.size)

        tasks = []
        for name, size in (("first", 60), ("second", 30), ("last", 60)):
            tasks.append(asyncio.create_task(hold(name, size)))
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)
        Holding(budget).take(100)  # all was given back
        return told

    assert asyncio.run(run()) == ["first holds", "second holds", "last holds", "first made room"]


def test_more_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(Problem, match="holds as much as it can"):
        Holding(Budget(100)).take(101)


def test_compiled_templates_are_kept_and_read_where_nobody_else_can_have_written_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where they are kept instead
    source = "{{ 1 + 1 }}"

    def rendered() -> str:
        return Environment(loader=DictLoader({"page": source}), bytecode_cache=_Compiled()).get_template("page").render()

    assert rendered() == "2"
    kept = next((tmp_path / "cache" / "templates").iterdir())
    other = Bucket(Environment(), kept.name, _Compiled().get_source_checksum(source))
    other.code = other.environment.compile("3")
    cache.note(str(kept), other.bytecode_to_string())
    assert rendered() == "3"
    whole = kept.read_bytes()
    for damaged in (whole[:-1], b"", whole.replace(b"3", b"4")):
        kept.write_bytes(damaged)
        assert rendered() == "2"
    kept.write_bytes(whole)
    kept.chmod(0o622)
    assert rendered() == "2"
    (tmp_path / "cache" / "templates").chmod(0o777)
    assert rendered() == "2"
