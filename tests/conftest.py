"""Fixtures that all tests share."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import snapshots
from hypothesis import HealthCheck, settings

from whence import namespaces, packs, validation
from whence.store import layout

ROOT = Path(__file__).resolve().parent.parent
SMALL_GRAPH = ROOT / "tests" / "cases" / "graph"

# How long an example takes says nothing on a machine that does other things too.
settings.register_profile("whence", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("whence")

#: What the quick part leaves out, besides whatever needs ../shared: servers, the real graph, suites of many cases, and what takes more than seconds.
SLOW = (
    "ask/test_questions", "cli", "curation", "evidence", "identity/test_command", "identity/test_homonyms", "identity/test_proposing", "identity/test_shipped",
    "lineage", "mapping/test_madb_shipped", "mapping/test_readers", "model", "ontology/test_pages", "ontology/test_quality", "ontology/test_reasoning", "packs",
    "project", "proof", "publishing", "rdf/test_context", "rdf/test_linear", "rdf/test_read_back", "rdf/test_turtle_documents", "revisions",
    "shacl/test_against", "shacl/test_incremental", "shacl/test_literals", "shacl/test_refused", "shacl/test_suite", "sparql/test_size", "sparql/test_tokens",
    "store/test_journal", "store/test_settings", "store/test_snapshot", "test_export", "test_hints", "test_linear", "test_own_graphs", "things",
    "validation/test_faults_of_curators", "validation/test_own_rules", "validation/test_edit_basis", "web",
)  # fmt: skip
assert all(any((ROOT / "tests").glob(f"{name}*")) for name in SLOW)
#: Files whose tests time what a server does when it is pressed: no two of them run at once.
TIMED = ("test_faults", "test_limits", "test_reload", "test_retiring")
#: The files that take longest, the longest first, so that no processor waits for one of them at the end.
LONGEST = (*TIMED, "test_pages_browser", "test_larger_stores", "test_ontop", "test_shipped", "test_annotate_browser", "test_readme", "test_questions", "test_competency", "test_reasoning", "test_editor_browser", "test_making", "test_opening", "test_proofs", "test_saving", "test_failing_endpoints", "test_site", "test_madb_shipped")  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="run the quick part alone")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the slow files unread where the quick part alone is run."""
    return (config.getoption("--quick") and str(collection_path).startswith(tuple(str(ROOT / "tests" / name) for name in SLOW))) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        left = {item for item in items if "shared" in getattr(item, "fixturenames", ())}
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one process, so that what its tests share is made once, and those of `TIMED` to the same."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "timed" if Path(file).stem in TIMED else file

    return ByFile(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was skipped, each with the reason, which names what would run it."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped if isinstance(report.longrepr, tuple))
    told = "; ".join(f"{count}: {reason}" for reason, count in reasons.most_common())
    terminalreporter.write_line(f"Skipped, {told}." if told else "Nothing was skipped.")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with source texts, suites and questions beside the checkout; without it the test is skipped.

    Where continuous integration runs, such a skip would hide a failure, so it is one.
    """
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("needs ../shared, and nothing may be skipped where CI is set")
        pytest.skip("needs ../shared, the folder with texts and suites beside the checkout")
    return folder


@pytest.fixture(autouse=True, scope="session")
def validated_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The place of the validated graphs, below the temporary directory of the run, which its processes share."""
    base = tmp_path_factory.getbasetemp()
    snapshots.keep_in((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "validated")


@pytest.fixture(autouse=True, scope="module")
def prefixes() -> None:
    """The prefixes of a new process, without those of graphs that other modules opened."""
    namespaces.PREFIXES.clear()
    namespaces.PREFIXES.update(namespaces.BUILT_IN)
    namespaces._declared[:] = [("id", namespaces.ID)]
    namespaces.declare({})


@pytest.fixture(autouse=True)
def cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, so that no test depends on what an earlier one remembered.

    A test that names this fixture gets it empty; one that runs commands, or asks for `validated`, finds those of `snapshots` in it.
    """
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("WHENCE_CACHE", str(folder))
    if {"whence", "validated"} & set(request.fixturenames) and "cache" not in inspect.signature(request.function).parameters:
        snapshots.give(folder)
    return folder


@pytest.fixture
def validated() -> None:
    """Asks for the validated graphs in the cache folder of the test."""


@pytest.fixture(scope="session")
def real_graph() -> pyoxigraph.Store:
    """The validated graph of this checkout, to be read only."""
    with snapshots.at_hand():
        return validation.open(layout.locate(ROOT))


@pytest.fixture(scope="session")
def real_packs() -> packs.Opened:
    """The validated graph of this checkout with its packs, to be read only."""
    with snapshots.at_hand():
        return packs.open(layout.locate(ROOT))


@pytest.fixture(scope="session")
def small_store() -> pyoxigraph.Store:
    """The validated small graph of the tests, to be read only."""
    with snapshots.at_hand():
        return validation.open(layout.locate(SMALL_GRAPH))


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
