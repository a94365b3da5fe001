"""The commands of a contributor: what they promise before they install anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from whence import catalog
from whence.store import layout

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ["scripts/run", "scripts/test", "scripts/bench", "scripts/supply", ".ci/run"]


@pytest.mark.parametrize("script", [*SCRIPTS, "scripts/setup.sh"])
def test_the_shell_reads_it(script: str) -> None:
    subprocess.run(["sh", "-n", str(ROOT / script)], check=True)


@pytest.mark.parametrize("script", SCRIPTS)
def test_it_can_be_run_and_says_what_it_does(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    first, second = (ROOT / script).read_text(encoding="utf-8").splitlines()[:2]
    assert first == "#!/bin/sh"
    assert second.startswith("# ")


def test_continuous_integration_runs_the_same_tests() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "export CI=1" in text
    assert text.splitlines()[-2:] == ["scripts/test --quick", 'scripts/test "$@"']


def test_the_showcase_is_in_the_catalogue() -> None:
    text = (ROOT / "scripts" / "run").read_text(encoding="utf-8")
    (showcase,) = re.findall(r"^showcase=(\S+)$", text, re.MULTILINE)
    assert showcase in catalog.names(layout.locate(ROOT))


def test_a_benchmark_that_is_not_there_is_answered_with_those_that_are() -> None:
    answer = subprocess.run([str(ROOT / "scripts" / "bench"), "nothing"], check=False, capture_output=True, text=True)
    assert answer.returncode == 2
    assert "\n  cold\n" in answer.stderr


def test_without_a_python_it_says_so(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("whence", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "dirname", "cat", "tr"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    answer = subprocess.run(
        [str(tmp_path / "scripts" / "run")], check=False, capture_output=True, text=True, env={"PATH": str(tools)}
    )
    assert answer.returncode == 1
    assert answer.stderr.endswith("No Python 3.11 or later was found. Install it and try again.\n")
