"""What every question needs is kept from one command to the next, and made anew where anything of it is another."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from whence import catalog, validation
from whence.ask import Asker
from whence.ask.cache import cached_asker
from whence.store import layout

SMALL_GRAPH = Path(__file__).parents[1] / "cases" / "graph"
QUESTION = "Who speaks of Iron Garden?"


def test_it_is_kept_and_answers_alike(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = layout.locate(SMALL_GRAPH)
    queries = catalog.load(files)
    store = validation.open(files)
    reply = cached_asker(files, store, queries).ask(QUESTION)
    assert reply.choices and reply.state != "not understood"
    (path,) = (cache / "snapshots").glob("*/questions")
    with monkeypatch.context() as patch:
        patch.setattr(Asker, "__init__", None)  # nothing is made
        assert cached_asker(files, validation.open(files), queries).ask(QUESTION) == reply
    few = catalog.Catalog([one for one in queries if one.kind != "competency"])
    made = path.stat().st_mtime_ns
    for asked, damage in ((few, False), (few, True)):
        if damage:
            path.write_bytes(path.read_bytes()[:-1])
            made = path.stat().st_mtime_ns
        assert cached_asker(files, store, asked).ask(QUESTION) == reply
        before, made = made, path.stat().st_mtime_ns
        assert made != before


def test_of_a_graph_that_is_not_kept_nothing_is(cache: Path, small_store: pyoxigraph.Store) -> None:
    files = layout.locate(SMALL_GRAPH)
    assert cached_asker(files, small_store, catalog.load(files)).ask(QUESTION).choices
    assert not list(cache.glob("**/questions"))
