"""What every question needs is kept from one command to the next, and made anew where anything of it is another."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from whence import catalog
from whence.ask import cache as asker_cache
from whence.ask.cache import cached_asker
from whence.store import layout
from whence.store.snapshot import KEEP

SMALL_GRAPH = Path(__file__).parents[1] / "cases" / "graph"
QUESTION = "Who speaks of Iron Garden?"


def test_it_is_kept_and_answers_alike(cache: Path, small_store: pyoxigraph.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    files = layout.locate(SMALL_GRAPH)
    queries = catalog.load(files)
    reply = cached_asker(files, "one", small_store, queries).ask(QUESTION)
    assert reply.choices and reply.state != "not understood"
    (path,) = (cache / "questions").iterdir()
    made = path.stat().st_mtime_ns
    with monkeypatch.context() as patch:
        patch.setattr(asker_cache, "Asker", None)  # nothing is made
        assert cached_asker(files, "one", small_store, queries).ask(QUESTION) == reply
    few = catalog.Catalog([one for one in queries if one.kind != "competency"])
    for digest, asked, damage in (("two", queries, False), ("two", few, False), ("two", few, True)):
        if damage:
            path.write_bytes(path.read_bytes()[:-1])
            made = path.stat().st_mtime_ns
        assert cached_asker(files, digest, small_store, asked).ask(QUESTION) == reply
        before, made = made, path.stat().st_mtime_ns
        assert made != before
    assert list((cache / "questions").iterdir()) == [path]
    for number in range(KEEP):  # of other graphs
        path.with_name(str(number)).write_bytes(b"")
    cached_asker(files, "three", small_store, queries)
    assert path.exists() and len(list((cache / "questions").iterdir())) == KEEP
