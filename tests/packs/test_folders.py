"""The folder of a pack at any moment: the old one or the new one, never half."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path

import pytest
from interrupting import at_step, killed_at

from whence.errors import InputError
from whence.packs import folders
from whence.store import layout

OLD, NEW = {"pack.toml": "old\n", "data/a.ttl": "old\n", "data/gone.ttl": "old\n"}, {"pack.toml": "new\n", "data/a.ttl": "new\n", "data/b.ttl": "new\n"}


def write(folder: Path, contents: dict[str, str]) -> bool:
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return True


def graph(root: Path, contents: dict[str, str]) -> Path:
    root.mkdir(parents=True)
    (root / "whence.toml").write_text('title = "G"\nbase = "https://example.org/g/"\nprefix = "g"\n')
    if contents:
        write(root / "triples" / "packs" / "p", contents)
    return root


def seen(root: Path) -> dict[str, str]:
    """What a reader finds of the pack."""
    folder = layout.GraphFiles(root).packs.get("p")
    return {os.path.relpath(path, folder): Path(path).read_text() for at, _, names in os.walk(folder) for path in (os.path.join(at, name) for name in names)} if folder else {}


def put(root: Path) -> None:
    folders.put(str(root), "p", lambda folder: write(Path(folder), NEW), anew=bool(seen(root)))


def take_away(root: Path) -> None:
    folders.take_away(str(root), "p")


CHANGES = [pytest.param({}, put, NEW, id="add"), pytest.param(OLD, put, NEW, id="update"), pytest.param(OLD, take_away, {}, id="remove")]


@pytest.mark.parametrize(("before", "change", "after"), CHANGES)
def test_a_kill_at_any_step_leaves_the_old_pack_or_the_new_one(before: dict[str, str], change: Callable[[Path], None], after: dict[str, str], tmp_path: Path) -> None:
    outcomes = []
    for number in range(1, 300):
        root = graph(tmp_path / str(number), before)
        killed = killed_at(root, number, change)
        assert seen(root) in (before, after), number
        outcomes.append(seen(root) == after)
        if not killed:
            break
        put(root)
        assert seen(root) == NEW
        assert os.listdir(root / "triples" / "packs") == ["p"], "what the killed one left is gone"
        shutil.rmtree(root)
    assert not killed
    assert outcomes == sorted(outcomes) and len(outcomes) > 3 and outcomes[-1], "early kills leave the old one, late ones the new"


@pytest.mark.parametrize(("before", "change", "after"), CHANGES)
def test_no_room_at_any_step_leaves_the_old_pack_or_the_new_one_and_is_told(before: dict[str, str], change: Callable[[Path], None], after: dict[str, str], tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    told = []
    for number in range(1, 60):
        root = graph(tmp_path / str(number), before)
        back = at_step(number, fail)
        try:
            change(root)
            told.append("")
        except InputError as error:
            told.append(str(error))
        finally:
            back()
        assert seen(root) == (before if told[-1] else after), (number, told[-1])
        assert not told[-1] or "No space left on device" in told[-1]
        packs = root / "triples" / "packs"
        assert not told[-1] or not packs.is_dir() or set(os.listdir(packs)) <= {"p"}, "nothing is left beside it"
        shutil.rmtree(root)
    assert any(told) and not told[-1]


def test_a_pack_that_another_process_builds_is_left_alone(tmp_path: Path) -> None:
    root = graph(tmp_path / "g", OLD)

    def slow(folder: str) -> bool:
        put(root)
        assert os.path.isdir(folder), "it is still being built"
        return write(Path(folder), OLD)

    folders.put(str(root), "q", slow, anew=False)
    assert sorted(os.listdir(root / "triples" / "packs")) == ["p", "q"]


def test_what_is_built_may_turn_out_not_to_be_needed(tmp_path: Path) -> None:
    root = graph(tmp_path / "g", OLD)
    folders.put(str(root), "p", lambda folder: not write(Path(folder), NEW), anew=bool(seen(root)))
    assert seen(root) == OLD
    assert os.listdir(root / "triples" / "packs") == ["p"]


def test_others_may_read_a_pack_as_they_may_the_graph(tmp_path: Path) -> None:
    root = graph(tmp_path / "g", {})
    put(root)
    pack = root / "triples" / "packs" / "p"
    assert pack.stat().st_mode == (root / "triples").stat().st_mode


@pytest.mark.parametrize(("before", "other", "told"), [({}, put, "A pack p was added"), (OLD, take_away, "A pack p was removed")])
def test_what_another_process_did_meanwhile_is_told_and_stays(before: dict[str, str], other: Callable[[Path], None], told: str, tmp_path: Path) -> None:
    root = graph(tmp_path / "g", before)

    def fill(folder: str) -> bool:
        other(root)
        return write(Path(folder), OLD)

    with pytest.raises(InputError, match=told):
        folders.put(str(root), "p", fill, anew=bool(before))
    assert seen(root) == ({} if before else NEW)
