"""Validation as a whole: each case lays a few files over the small graph and says exactly what is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from whence import validation
from whence.store import layout
from whence.errors import InputError
from whence.findings import Finding

CASES = Path(__file__).parents[1] / "cases" / "validation"
NAMES = sorted(path.name for path in CASES.iterdir())


def lay_over(small_graph: Path, name: str) -> None:
    for path in (CASES / name).iterdir():
        if path.is_dir():
            shutil.copytree(path, small_graph / path.name, dirs_exist_ok=True)


def line(finding: Finding, root: Path) -> str:
    place = str(finding.place).replace(str(root) + os.sep, "") if finding.place else "nowhere"
    sentence = f"{finding.message} {finding.fix}" if finding.fix else finding.message
    return f"{place} {finding.rule} {finding.severity.value}: {sentence}"


def found(small_graph: Path) -> str:
    try:
        outcome = validation.check(layout.locate(small_graph))
    except InputError as error:
        return f"refused: {str(error).replace(str(small_graph) + os.sep, '')}\n"
    lines = [line(finding, small_graph) for finding in outcome.report]
    verdict = "unreadable" if validation.unreadable(outcome.report) else "conforms" if outcome.report.conforms else "violations"
    assert (outcome.store is not None) == outcome.report.conforms
    return "\n".join([*lines, verdict]) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, small_graph: Path) -> None:
    lay_over(small_graph, name)
    assert found(small_graph) == (CASES / name / "expected.txt").read_text(encoding="utf-8")


OPENED = """import sys
paths = []
def note(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(sys.argv[1]):
        paths.append(arguments[0])
sys.addaudithook(note)
from whence import cli
cli.main([*sys.argv[2:], "--graph", sys.argv[1]])
print(*paths, sep="\\n")
"""


@pytest.mark.parametrize("command", [["validate"], ["query", "ASK {}"]])
def test_a_validation_from_nothing_reads_each_file_once(command: list[str], small_graph: Path) -> None:
    scripts = str(Path(validation.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(small_graph), *command], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": scripts}
    )
    opened = Counter(line for line in done.stdout.splitlines() if line.startswith(str(small_graph)))
    files = layout.locate(small_graph)
    assert set(files.taking_part()) <= set(opened)
    assert {path: count for path, count in opened.items() if count > 1} == {}
