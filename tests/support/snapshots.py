"""Validated graphs for tests that only read: the real one with its packs, the small one, and one's own with a pack; each judged once in a run of the tests."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import packed
import pytest

from whence import packs, validation
from whence.store import layout

__all__ = ["at_hand", "give", "keep_in"]

ROOT = Path(__file__).resolve().parents[2]
#: What nothing writes to once it is there; the rest of a snapshot is copied.
_FIXED = (".sst", "basis")
_place: list[Path] = []


def keep_in(folder: Path) -> None:
    """Say where the graphs are kept, which all processes of a run may share."""
    _place[:] = [folder]


@contextmanager
def at_hand() -> Iterator[Path]:
    """Have these graphs in the cache folder, which is returned; whichever process of the run asks first validates them."""
    (folder,) = _place
    folder.mkdir(mode=0o700, exist_ok=True)
    done = folder / "done"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHENCE_CACHE", str(folder))
        with open(folder / "making", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                subprocess.run([sys.executable, __file__, str(folder)], check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")})
                done.touch()
        yield folder


def give(folder: Path) -> None:
    """Put the validated graphs into a cache folder, which may be pruned like any other, and damaged but for its tables."""
    with at_hand() as kept:
        for name in ("digests", "snapshots"):
            shutil.copytree(kept / name, folder / name, copy_function=_copy, ignore=shutil.ignore_patterns("verified*"))


def _make(folder: Path) -> None:
    """Validate the graphs, in a process of their own, since to open a graph declares its prefixes."""
    packs.open(layout.locate(ROOT))
    validation.open(layout.locate(ROOT / "tests" / "cases" / "graph"))
    packed.make(packed.valid_graph(folder / "own"))
    packs.open(layout.locate(folder / "own"), ["all"])


def _copy(source: str, target: str) -> None:
    if source.endswith(_FIXED):
        try:
            os.link(source, target)
            return
        except OSError:  # another file system
            pass
    shutil.copy2(source, target)


if __name__ == "__main__":
    _make(Path(sys.argv[1]))
