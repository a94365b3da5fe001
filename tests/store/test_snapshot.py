"""Remembered graphs: published whole or not at all, shared while in use, pruned afterwards."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

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
@pytest.mark.parametrize("how", ["emptied", "gone", "nonsense", "endless"])
def test_a_damaged_snapshot_is_taken_as_missing_and_replaced(cache: Path, damaged: str, how: str) -> None:
    snapshot.publish("d", graph_of(3), []).close()
    for file in (cache / "snapshots" / "d" / "store").glob(damaged):
        if how == "endless":
            os.truncate(file, 1 << 40)
        else:
            file.unlink() if how == "gone" else file.write_bytes(b"" if how == "emptied" else b"nonsense")
    assert snapshot.open_snapshot("d") is None
    assert len(snapshot.publish("d", graph_of(3), []).store) == 3


@pytest.mark.parametrize("how", ["gone", "folder", "pipe", "link", "owner"])
def test_a_snapshot_whose_lock_is_none_is_set_aside(cache: Path, how: str) -> None:
    snapshot.publish("d", graph_of(1), []).close()
    lock = cache / "snapshots" / "d" / "lock"
    if how == "owner":
        if os.geteuid():
            pytest.skip("only root can give a file away")
        os.chown(lock, 12345, 12345)
    else:
        lock.unlink()
    if how == "folder":
        lock.mkdir()
    elif how == "pipe":
        os.mkfifo(lock, 0o600)
    elif how == "link":
        lock.symlink_to("/dev/zero")
    assert snapshot.open_snapshot("d") is None
    assert list((cache / "snapshots").iterdir()) == []


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

    monkeypatch.setattr(snapshot, "_write", fail)
    monkeypatch.setenv("TMPDIR", str(cache))
    with pytest.raises(OSError, match="No space left"):
        snapshot.publish("d", graph_of(1), [])
    assert not any((cache / "snapshots").iterdir())


def files_of(cache: Path, digest: str = "d") -> list[Path]:
    folder = cache / "snapshots" / digest
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size and not path.name.startswith("LOG"))


def flip(path: Path, at: int) -> None:
    """Change one bit of a file, and set its time back."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1 << (at % 8)
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_flipped_bit_anywhere_is_noticed_and_the_snapshot_set_aside(cache: Path) -> None:
    snapshot.publish("d", graph_of(500), [{"rule": "r"}], b"key\nbasis").close()
    names = [path.name for path in files_of(cache)]
    assert {"basis", "checksums", "findings.json", "CURRENT"} <= set(names)
    chance = random.Random(20261128)
    for number in range(len(names)):
        told: list[str] = []
        path = files_of(cache)[number]
        time.sleep(0.01)  # the clock of the file system ticks every few milliseconds
        flip(path, chance.randrange(10**6))
        opened = snapshot.open_snapshot("d", tell=told.append)
        if path.name == "verified":  # which nothing is read from
            assert opened is not None
            opened.close()
            shutil.rmtree(cache / "snapshots")
        else:
            assert opened is None, path
            assert len(told) == 1 and "damaged" in told[0]
            assert [left.name for left in (cache / "snapshots").iterdir()] == []
        snapshot.publish("d", graph_of(500), [{"rule": "r"}], b"key\nbasis").close()


def test_checksums_are_computed_once_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_has_checksums", lambda path: pytest.fail("computed again"))
    first = snapshot.publish("d", graph_of(2), [], b"key\n", [" "])
    draft = snapshot.draft(first.path)
    assert draft is not None
    draft.store.add(Quad(NamedNode("x:a"), NamedNode("x:b"), Literal("c")))
    snapshot.publish("e", draft, [], b"key\n").close()
    assert snapshot.open_snapshot("e") is not None


def test_a_bit_that_the_disk_lost_without_a_trace_is_noticed_after_an_hour_or_when_asked_for(cache: Path) -> None:
    snapshot.publish("d", graph_of(1), []).close()
    flip(cache / "snapshots" / "d" / "findings.json", 0)
    path = str(cache / "snapshots" / "d")
    snapshot.cache.write(f"{path}/verified", snapshot._signature(path, snapshot._names(path)))
    opened = snapshot.open_snapshot("d")
    assert opened is not None and opened.is_damaged()
    assert snapshot.open_snapshot("d") is None
    snapshot.publish("d", graph_of(1), []).close()
    flip(cache / "snapshots" / "d" / "findings.json", 0)
    snapshot.cache.write(f"{path}/verified", snapshot._signature(path, snapshot._names(path)))
    os.utime(f"{path}/verified", (time.time() - 3700,) * 2)
    assert snapshot.open_snapshot("d") is None


def test_a_copy_is_believed_by_its_checksums(cache: Path, tmp_path: Path) -> None:
    snapshot.publish("d", graph_of(3), []).close()
    folder = cache / "snapshots"
    shutil.copytree(folder / "d", tmp_path / "copy")
    shutil.rmtree(folder / "d")
    (tmp_path / "copy").rename(folder / "d")
    opened = snapshot.open_snapshot("d")
    assert opened is not None and len(opened.store) == 3


@pytest.mark.parametrize("place", ["", "store", "store/CURRENT", "findings.json"])
@pytest.mark.parametrize("how", ["group", "others", "owner", "link"])
def test_what_others_could_have_written_is_not_believed(place: str, how: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot.publish("d", graph_of(3), []).close()
    path = cache / "snapshots" / "d" / place
    if how == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif how != "owner":
        path.chmod(path.stat().st_mode | (0o020 if how == "group" else 0o002))
    elif os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert snapshot.open_snapshot("d") is None
    monkeypatch.undo()
    monkeypatch.setenv("WHENCE_CACHE", str(cache))
    assert len(snapshot.publish("d", graph_of(3), []).store) == 3


@pytest.mark.parametrize("verified", [True, False])
def test_a_snapshot_is_not_taken_for_another(cache: Path, verified: bool) -> None:
    for name, size in (("d", 1), ("other", 2)):
        snapshot.publish(name, graph_of(size), []).close()
    folder = cache / "snapshots"
    shutil.rmtree(folder / "d")
    (folder / "other").rename(folder / "d")
    if not verified:
        (folder / "d" / "verified").unlink()
    assert snapshot.open_snapshot("d") is None


def test_a_lock_can_be_taken_without_opening_the_store(cache: Path) -> None:
    assert snapshot.hold_snapshot("d") is None
    snapshot.publish("d", graph_of(1), []).close()
    held = snapshot.hold_snapshot("d")
    assert held is not None
    assert snapshot.prune(str(cache / "snapshots"), keep=0) == 0
    os.close(held)
    assert snapshot.prune(str(cache / "snapshots"), keep=0) == 1


def test_a_draft_is_published_beside_the_snapshot_that_it_starts_from(cache: Path) -> None:
    whole, asserted = graph_of(9), graph_of(5)
    first = snapshot.publish("first", whole, [], b"key\n", [asserted.dump(format=RdfFormat.TURTLE, from_graph=DefaultGraph()).decode()])
    draft = snapshot.draft(first.path)
    assert draft is not None
    assert (set(draft.store), set(draft.asserted)) == (set(whole), set(asserted)) == (set(draft.base), set(draft.base_asserted))
    quad = Quad(NamedNode("x:a"), NamedNode("x:b"), Literal("c"), NamedNode("x:view"))
    draft.store.add(quad)
    draft.store.remove(next(iter(draft.base)))
    second = snapshot.publish("second", draft, [], b"key\n")
    assert len(second.store) == 9 and quad in second.store
    assert len(first.store) == 9 and quad not in first.store
    shared = {path.stat().st_ino for path in files_of(cache, "first")} & {path.stat().st_ino for path in files_of(cache, "second")}
    assert shared
    assert sorted(path.name for path in (cache / "snapshots").iterdir()) == ["first", "second"]
    assert not second.is_damaged() and not first.is_damaged()


def test_what_cannot_be_believed_is_no_draft(cache: Path) -> None:
    damaged = snapshot.publish("damaged", graph_of(5), [], b"key\n", [" "])
    flip(files_of(cache, "damaged")[0], 0)
    assert snapshot.draft(damaged.path) is None
    assert snapshot.draft(str(cache / "snapshots" / "none")) is None


def test_a_draft_of_a_snapshot_that_keeps_nothing_apart_has_nothing_apart(cache: Path) -> None:
    draft = snapshot.draft(snapshot.publish("without", graph_of(5), [], b"key\n").path)
    assert draft is not None
    assert set(draft.store) == set(graph_of(5)) and not set(draft.asserted)
    draft.store.extend(graph_of(6))
    again = snapshot.publish("again", draft, [], b"key\n")
    assert set(again.store) == set(graph_of(6)) and not os.path.exists(os.path.join(again.path, "asserted"))


def test_what_is_written_in_many_parts_is_kept_in_one_part_of_each_index(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(store: Store) -> None:
        for part in range(3):
            store.bulk_extend(quad for number, quad in enumerate(graph_of(60)) if number % 3 == part)

    monkeypatch.setattr(snapshot, "_PART", 20)
    snapshot.publish("copied", graph_of(60), []).close()
    assert len(snapshot.keep("filled", fill, None, "{}")) == 60
    once = Store(str(cache / "once"))
    once.bulk_extend(graph_of(60))
    once.optimize()
    once.flush()
    folders = [cache / "snapshots/copied/store", cache / "snapshots/filled/store", cache / "once"]
    copied, filled, wanted = (sum(name.endswith(".sst") for name in os.listdir(folder)) for folder in folders)
    assert copied == filled == wanted
