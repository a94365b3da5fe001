"""The questions of the catalogue, answered by Ontop and DuckDB over the tables of Parquet; where Maven and Java are there."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the extra frames is not installed")

import bench_engines

from whence import publishing, validation
from whence.store import layout

#: Questions that Ontop 5.1.2 does not answer, each for the reason.
REFUSED = {
    "weekday-against-date": "takes longer than a minute to plan",
}
#: Questions whose answer differs, each with the reason.
DIFFERENT = {"known-on-a-topic": "SAMPLE may take the row without a value"}


def test_nearly_every_question_has_the_same_answer_as_here(tmp_path: Path) -> None:
    files = layout.locate()
    store = validation.open(files)
    texts = {name: text for name, text in bench_engines.questions(files).items() if name not in REFUSED}
    here = {name: bench_engines.asked(store.query, name, text) for name, text in texts.items()}
    names = {name: bench_engines.columns(store.query(text)) for name, text in texts.items()}
    publishing.write(store, files.digest(), tmp_path / "tables")
    try:
        there = {one.name: one for one in bench_engines.by_ontop(tmp_path, tmp_path / "tables" / "current", "duckdb", texts, names, 60, again=0)}
    except bench_engines.Missing as missing:
        pytest.skip(str(missing))
    assert {name: one.refused for name, one in there.items() if one.refused and name not in DIFFERENT} == {}
    assert {name for name, one in there.items() if not one.same(here[name])} <= set(DIFFERENT)
    assert there.keys() == texts.keys()
