"""What every question needs is kept from one command to the next, and made anew where anything of it is another."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from whence import catalog
from whence.ask import kept
from whence.ask.kept import kept as kept_asker
from whence.store import layout

SMALL_GRAPH = Path(__file__).parents[1] / "cases" / "graph"
QUESTION = "Who speaks of Iron Garden?"


def test_it_is_kept_and_answers_alike(cache: Path, small_store: pyoxigraph.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    files = layout.locate(SMALL_GRAPH)
    queries = catalog.load(files)
    reply = kept_asker(files, "one", small_store, queries).ask(QUESTION)
    assert reply.choices and reply.state != "not understood"
    (path,) = (cache / "questions").iterdir()
    made = path.stat().st_mtime_ns
    with monkeypatch.context() as patch:
        patch.setattr(kept, "Asker", None)  # nothing is made
        assert kept_asker(files, "one", small_store, queries).ask(QUESTION) == reply
    few = catalog.Catalog([one for one in queries if one.kind != "competency"])
    for digest, asked, damage in (("two", queries, False), ("two", few, False), ("two", few, True)):
        if damage:
            path.write_bytes(path.read_bytes()[:-1])
        assert kept_asker(files, digest, small_store, asked).ask(QUESTION) == reply
        before, made = made, path.stat().st_mtime_ns
        assert made != before
    assert list((cache / "questions").iterdir()) == [path]
