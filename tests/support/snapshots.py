"""Validated graphs for tests that only read: the real one and the small one, each judged once in a run of the tests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

from whence import validation
from whence.store import layout

__all__ = ["give", "validated"]

ROOT = Path(__file__).resolve().parents[2]


@cache
def validated() -> Path:
    """Return a cache folder with both graphs, made when it is first asked for and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="whence-validated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHENCE_CACHE", str(folder))
        for graph in (ROOT, ROOT / "tests" / "cases" / "graph"):
            validation.open(layout.locate(graph))
    return folder


def give(folder: Path) -> None:
    """Put a copy of the validated graphs into a cache folder, which may be damaged or pruned like any other."""
    shutil.copytree(validated() / "snapshots", folder / "snapshots")
