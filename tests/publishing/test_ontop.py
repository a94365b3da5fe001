"""The questions of the catalogue, answered by Ontop and DuckDB over the tables of Parquet; where Maven and Java are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, QueryResultsFormat, QuerySolutions, parse_query_results

pytest.importorskip("pyarrow", reason="the extra frames is not installed")

from whence import catalog, publishing, sparql, validation
from whence.store import layout

ONTOP = Path(__file__).parents[2] / "scripts" / "ontop"
#: Questions that Ontop 5.1.2 does not answer, each for the reason.
REFUSED = {
    "events-of-a-person": "takes longer than 20 seconds",
    "lineage": "takes longer than 20 seconds",
    "weekday-against-date": "takes longer than 20 seconds to plan",
}
#: Questions whose answer differs, each with the reason.
DIFFERENT = {"known-on-a-topic": "SAMPLE may take the row without a value"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | Path]:
    """Name of a question to the file of its answer, or to what Ontop says against it."""
    if not (shutil.which("mvn") and shutil.which("java")):
        pytest.skip("Ontop needs mvn and java")
    folder = tmp_path_factory.mktemp("ontop")
    fetch = ["mvn", "-q", "-B", "-f", str(ONTOP / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={folder / 'lib'}"]
    if subprocess.run(fetch, capture_output=True, check=False, timeout=600).returncode:
        pytest.skip("Maven cannot fetch Ontop")
    files = layout.locate()
    publishing.write(validation.open(files), files.digest(), folder / "tables")
    for name in ("queries", "answers"):
        (folder / name).mkdir()
    for one in catalog.load(files).of_kind("competency"):
        if one.name not in REFUSED:
            (folder / "queries" / one.name).write_text(sparql.written_out(one.query, {})[0], encoding="utf-8")
    (folder / "logback.xml").write_text('<configuration><root level="OFF"/></configuration>', encoding="utf-8")
    start = ["java", f"-Dlogback.configurationFile={folder / 'logback.xml'}", "-cp", f"{folder / 'lib'}/*", str(ONTOP / "Answers.java")]
    done = subprocess.run(
        [*start, str(folder / "tables" / "current"), "duckdb", str(folder / "queries"), str(folder / "answers")], capture_output=True, text=True, check=False, timeout=1200
    )
    found: dict[str, str | Path] = {}
    for line in done.stdout.splitlines():
        name, _, said = line.split("\t", 2)
        found[name] = folder / "answers" / f"{name}.json" if said == "answered" else said
    assert found, done.stderr
    return found


def plain(term: Any) -> Any:
    """A term to compare: SPARQL leaves open in which order GROUP_CONCAT takes its values, and a language may be lost on the way."""
    return tuple(sorted(re.split(r" *[,;|] *", term.value))) if isinstance(term, Literal) else str(term)


def test_nearly_every_question_has_the_same_answer_as_here(answers: dict[str, str | Path]) -> None:
    files = layout.locate()
    store = validation.open(files)
    differing = {}
    for one in catalog.load(files).of_kind("competency"):
        if one.name in REFUSED:
            continue
        there = answers.get(one.name, "no answer")
        if isinstance(there, str):
            differing[one.name] = there
            continue
        read = parse_query_results(there.read_bytes(), format=QueryResultsFormat.JSON)
        here = sparql.run(store, one.query, {})
        if isinstance(read, QuerySolutions):
            shown = [getattr(variable, "value", variable) for variable in here.variables]
            same = sorted(str([plain(row[name]) for name in shown]) for row in read) == sorted(str([plain(term) for term in row]) for row in here)
        else:
            same = bool(read) == bool(here)
        if not same:
            differing[one.name] = "another answer"
    assert {name: said for name, said in differing.items() if name not in DIFFERENT} == {}
