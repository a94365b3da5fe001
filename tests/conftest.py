"""Fixtures that all tests share."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
import snapshots

from whence import validation
from whence.store import layout

ROOT = Path(__file__).resolve().parent.parent
SMALL_GRAPH = ROOT / "tests" / "cases" / "graph"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with source texts, suites and questions beside the checkout; without it the test is skipped.

    Where continuous integration runs, such a skip would hide a failure, so it is one.
    """
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("needs ../shared, and nothing may be skipped where CI is set")
        pytest.skip("needs ../shared")
    return folder


@pytest.fixture(autouse=True)
def cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, so that no test depends on what an earlier one remembered.

    A test that names this fixture gets it empty; one that runs commands finds the graphs validated in it.
    """
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("WHENCE_CACHE", str(folder))
    if "whence" in request.fixturenames and "cache" not in inspect.signature(request.function).parameters:
        snapshots.give(folder)
    return folder


@pytest.fixture(scope="session")
def real_graph() -> Iterator[pyoxigraph.Store]:
    """The validated graph of this checkout, to be read only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHENCE_CACHE", str(snapshots.validated()))
        yield validation.open(layout.locate(ROOT))


@pytest.fixture
def small_graph(tmp_path: Path) -> Path:
    """A copy of the small graph of the tests, to be changed at will."""
    return Path(shutil.copytree(SMALL_GRAPH, tmp_path / "graph"))


@pytest.fixture
def whence() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command as a process of its own and returns what it wrote and its exit code."""

    def run(*arguments: str | os.PathLike[str], **options: object) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), **options.pop("env", {})}  # type: ignore[dict-item]
        command = [sys.executable, "-W", "error", "-m", "whence", *map(os.fspath, arguments)]
        settings = {"capture_output": True, "encoding": "utf-8", "env": environment, "timeout": 120, **options}
        return subprocess.run(command, check=False, **settings)  # type: ignore[call-overload]

    return run
