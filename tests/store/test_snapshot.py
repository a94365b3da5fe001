"""Remembered graphs: published whole or not at all, shared while in use, pruned afterwards."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from whence.store import snapshot

SCRIPTS = str(Path(snapshot.__file__).resolve().parents[2])
PUBLISH = """
import sys
from pyoxigraph import Literal, NamedNode, Quad, Store
from whence.store import snapshot
p = NamedNode("https://example.org/p")
store = Store()
store.bulk_extend(Quad(NamedNode(f"https://example.org/{n}"), p, Literal(str(n))) for n in range(20000))
print("ready", flush=True)
for number in range(int(sys.argv[2])):
    snapshot.publish(sys.argv[1] + str(number), store, [])
print("done", flush=True)
"""


def graph_of(size: int) -> Store:
    store = Store()
    predicate = NamedNode("https://example.org/p")
    store.extend([Quad(NamedNode(f"https://example.org/{n}"), predicate, Literal("x")) for n in range(size)])
    return store


def start(digest: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PUBLISH, digest, str(count)]
    environment = {**os.environ, "PYTHONPATH": SCRIPTS}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_what_is_published_is_opened_again_whole(cache: Path) -> None:
    store = graph_of(5)
    store.add(Quad(NamedNode("x:a"), NamedNode("x:b"), Literal("c"), NamedNode("x:view")))
    published = snapshot.publish("d", store, [{"rule": "r"}])
    opened = snapshot.open_snapshot("d")
    assert opened is not None
    assert set(opened.store) == set(store) == set(published.store)
    assert opened.findings() == [{"rule": "r"}]
    assert opened.path == str(cache / "snapshots" / "d")


def test_what_was_not_published_is_not_opened() -> None:
    assert snapshot.open_snapshot("nothing") is None


def test_a_snapshot_is_read_only() -> None:
    opened = snapshot.publish("d", graph_of(1), [])
    with pytest.raises(RuntimeError, match="read-write"):
        opened.store.add(Quad(NamedNode("x:a"), NamedNode("x:b"), Literal("c")))


def test_publishing_twice_uses_what_is_there() -> None:
    first = snapshot.publish("d", graph_of(2), [])
    second = snapshot.publish("d", graph_of(2), [])
    assert len(first.store) == len(second.store) == 2


@pytest.mark.parametrize("damaged", ["CURRENT", "MANIFEST-*", "*.sst"])
@pytest.mark.parametrize("how", ["emptied", "gone", "nonsense"])
def test_a_damaged_snapshot_is_taken_as_missing_and_replaced(cache: Path, damaged: str, how: str) -> None:
    snapshot.publish("d", graph_of(3), []).close()
    for file in (cache / "snapshots" / "d" / "store").glob(damaged):
        file.unlink() if how == "gone" else file.write_bytes(b"" if how == "emptied" else b"nonsense")
    assert snapshot.open_snapshot("d") is None
    assert len(snapshot.publish("d", graph_of(3), []).store) == 3


def test_pruning_keeps_the_most_recently_used(cache: Path) -> None:
    for number in range(snapshot.KEEP + 3):
        snapshot.publish(f"d{number}", graph_of(1), []).close()
        os.utime(cache / "snapshots" / f"d{number}" / "lock", (number, number))
    reopened = snapshot.open_snapshot("d3")
    assert reopened is not None
    reopened.close()
    snapshot.publish("last", graph_of(1), []).close()
    left = {path.name for path in (cache / "snapshots").iterdir()}
    assert {"last", "d3"} <= left
    assert len(left) == snapshot.KEEP


def test_pruning_leaves_what_is_in_use(cache: Path) -> None:
    used = snapshot.publish("used", graph_of(1), [])
    os.utime(cache / "snapshots" / "used" / "lock", (1, 1))
    for number in range(snapshot.KEEP + 1):
        snapshot.publish(f"d{number}", graph_of(1), []).close()
    assert (cache / "snapshots" / "used").is_dir()
    used.close()
    assert snapshot.prune(str(cache / "snapshots"), keep=1) > 0
    assert not (cache / "snapshots" / "used").exists()


def test_pruning_sweeps_what_a_killed_process_left(cache: Path) -> None:
    folder = cache / "snapshots"
    for name, age in (("building-old", 3600), ("building-new", 0)):
        (folder / name).mkdir(parents=True)
        (folder / name / "lock").touch()
        os.utime(folder / name / "lock", (time.time() - age,) * 2)
    snapshot.prune(str(folder))
    assert [path.name for path in folder.iterdir()] == ["building-new"]


def test_a_kill_at_any_moment_leaves_a_whole_snapshot_or_none(cache: Path) -> None:
    chance = random.Random(20261121)
    whole = missing = 0
    for attempt in range(12):
        digest = f"kill{attempt}-"
        process = start(digest, 3)
        time.sleep(chance.uniform(0.0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for number in range(3):
            opened = snapshot.open_snapshot(f"{digest}{number}")
            if opened is None:
                assert not (cache / "snapshots" / f"{digest}{number}").exists()
                missing += 1
            else:
                assert len(opened.store) == 20000
                assert opened.findings() == []
                opened.close()
                whole += 1
        snapshot.prune(str(cache / "snapshots"), keep=0)
    assert whole + missing == 36


def test_many_at_once_on_a_fresh_cache_all_succeed(cache: Path) -> None:
    processes = [start("same", 1) for _ in range(4)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert outputs == ["done\n"] * 4
    assert [process.returncode for process in processes] == [0] * 4
    assert [path.name for path in (cache / "snapshots").iterdir()] == ["same0"]


def test_a_cache_that_is_a_file_is_replaced_by_a_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "file"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    opened = snapshot.publish("d", graph_of(1), [])
    assert opened.path.startswith(str(tmp_path / "whence-"))
    assert snapshot.open_snapshot("d") is not None


def test_no_folder_at_all_is_an_os_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "file"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "file"))
    with pytest.raises(OSError):
        snapshot.publish("d", graph_of(1), [])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_write_that_fails_leaves_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str, store: Store) -> None:
        Path(path).mkdir()
        (Path(path) / "part").write_bytes(b"x")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "_write_store", fail)
    monkeypatch.setenv("TMPDIR", str(cache))
    with pytest.raises(OSError, match="No space left"):
        snapshot.publish("d", graph_of(1), [])
    assert not any((cache / "snapshots").iterdir())


@pytest.mark.parametrize(("variables", "expected"), [
    ({"WHENCE_CACHE": "/w", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/w/snapshots"),
    ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/whence/snapshots"),
    ({"HOME": "/h"}, "/h/.cache/whence/snapshots"),
])  # fmt: skip
def test_the_folder_is_chosen_by_the_environment(variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WHENCE_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert snapshot.folders()[0] == expected
