"""A disk that is full while the validated graph is remembered: the answer comes all the same, with one warning."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from whence import validation
from whence.store import layout, snapshot

Whence = Callable[..., subprocess.CompletedProcess[str]]
ANSWER = "influencer,speaker,polarity\nIron Garden,Hana Mori,denied\nIron Garden,Joe Writer,affirmed\n"
QUERY = ["query", "influences-of-a-work", "--format", "csv"]


def check(answer: subprocess.CompletedProcess[str]) -> None:
    assert answer.returncode == 0
    assert answer.stdout == ANSWER
    (warning,) = answer.stderr.splitlines()
    assert warning.startswith("whence: The validated graph could not be remembered (")
    assert warning.endswith("), so the next command validates again.")


@pytest.mark.parametrize("kilobytes", [0, 1, 20, 40])
def test_no_room_for_a_file(kilobytes: int, small_graph: Path, cache: Path, whence: Whence) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    environment = {"TMPDIR": str(cache / "tmp")}
    check(whence(*QUERY, "--graph", small_graph, preexec_fn=no_room, env=environment))
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    assert whence(*QUERY, "--graph", small_graph).stderr == ""


@pytest.fixture(params=["16k", "100k", "260k"])
def full_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A file system of a few kilobytes; only the superuser may have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full(full_disk: Path, small_graph: Path, whence: Whence) -> None:
    environment = {"WHENCE_CACHE": str(full_disk / "cache"), "TMPDIR": str(full_disk)}
    check(whence(*QUERY, "--graph", small_graph, env=environment))
    assert [path for path in full_disk.rglob("*") if path.is_file()] == []


def test_the_library_tells_and_answers_from_memory(small_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    told: list[str] = []
    monkeypatch.setattr(snapshot, "_write", fail)
    store = validation.open(layout.locate(small_graph), tell=told.append)
    assert len(store) > 100
    assert told == ["The validated graph could not be remembered (No space left on device), so the next command validates again."]


def test_what_changes_while_a_graph_is_validated_is_validated_next_time(small_graph: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def edit(stage: str) -> None:
        if stage == "shapes":
            with open(small_graph / "triples" / "documents.ttl", "a", encoding="utf-8") as stream:
                stream.write("# edited\n")

    before = layout.locate(small_graph)
    validation.open(before, progress=edit)
    assert [path.name for path in (cache / "snapshots").iterdir()] == [before.digest()]
    assert layout.locate(small_graph).digest() != before.digest()


def test_warnings_are_remembered(small_graph: Path) -> None:
    (small_graph / "triples" / "more.ttl").write_text(
        "<https://w3id.org/whence/id/moon> a <https://w3id.org/whence/ontology#Series> .\n", encoding="utf-8"
    )
    files = layout.locate(small_graph)
    validation.open(files)
    remembered = snapshot.open_snapshot(files.digest())
    assert remembered is not None
    (finding,) = remembered.findings()
    assert finding["severity"] == "Warning"
    assert finding["place"] == ["triples/more.ttl", 1, 1]
