"""A digest is recalled only as long as nothing was touched, however cleverly."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from whence.store import fingerprint, layout
from whence.errors import InputError
from whence.store.layout import GraphFiles


@pytest.fixture
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every file had been at rest for an hour."""
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 3_600_000_000_000)


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests that were really computed."""
    seen: list[str] = []
    real = GraphFiles.digest

    def count(files: GraphFiles) -> str:
        seen.append(real(files))
        return seen[-1]

    monkeypatch.setattr(GraphFiles, "digest", count)
    return seen


@pytest.mark.usefixtures("at_rest")
def test_a_digest_is_computed_once_while_nothing_changes(small_graph: Path, computed: list[str]) -> None:
    first = fingerprint.digest(layout.locate(small_graph))
    assert [fingerprint.digest(layout.locate(small_graph)) for _ in range(3)] == [first] * 3
    assert computed == [first]


def test_what_was_just_written_is_not_believed(small_graph: Path, computed: list[str]) -> None:
    (small_graph / "triples" / "new.ttl").write_text("<x:a> <x:b> 1 .")
    fingerprint.digest(layout.locate(small_graph))
    fingerprint.digest(layout.locate(small_graph))
    assert len(computed) == 2


def edit_behind_its_back(path: Path) -> None:
    """Change a file, keep its size, and set its time back."""
    status = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("Hana", "Hani"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_mtime_ns == status.st_mtime_ns


def replace(path: Path) -> None:
    copy = path.with_suffix(".new")
    copy.write_bytes(path.read_bytes().replace(b"Hana", b"Hani"))
    copy.rename(path)


@pytest.mark.usefixtures("at_rest")
@pytest.mark.parametrize("change", [
    edit_behind_its_back,
    replace,
    lambda path: path.unlink(),
    lambda path: path.rename(path.with_name("people.ttl")),
    lambda path: path.with_name("more.ttl").write_text("<x:a> <x:b> 1 ."),
])  # fmt: skip
def test_every_change_shows(change: object, small_graph: Path, computed: list[str]) -> None:
    before = fingerprint.digest(layout.locate(small_graph))
    time.sleep(0.02)  # the clock of the file system ticks every few milliseconds
    change(small_graph / "triples" / "entities" / "person.ttl")  # type: ignore[operator]
    after = fingerprint.digest(layout.locate(small_graph))
    assert after != before
    assert computed == [before, after]


@pytest.mark.usefixtures("at_rest")
@pytest.mark.parametrize("note", [b"", b"nonsense", b"\xff\xfe", b"0" * 64 + b"\nwhence 0"])
def test_a_note_that_is_damaged_is_not_believed(note: bytes, small_graph: Path, cache: Path, computed: list[str]) -> None:
    files = layout.locate(small_graph)
    fingerprint.digest(files)
    (path,) = (cache / "digests").iterdir()
    path.write_bytes(note)
    assert fingerprint.digest(files) == computed[0]
    assert len(computed) == 2


@pytest.mark.usefixtures("at_rest")
def test_without_a_cache_it_is_computed_each_time(small_graph: Path, computed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "file"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "file"))
    files = layout.locate(small_graph)
    assert fingerprint.digest(files) == fingerprint.digest(files)
    assert len(computed) == 2


@pytest.mark.usefixtures("at_rest")
def test_a_note_that_others_could_have_written_is_not_believed(small_graph: Path, cache: Path, computed: list[str]) -> None:
    files = layout.locate(small_graph)
    fingerprint.digest(files)
    (path,) = (cache / "digests").iterdir()
    for place in (path, cache / "digests"):
        place.chmod(place.stat().st_mode | 0o022)
        fingerprint.digest(files)
        place.chmod(place.stat().st_mode & ~0o022)
    assert len(computed) == 3


def test_a_file_that_went_away_is_an_input_error(small_graph: Path) -> None:
    files = layout.locate(small_graph)
    (small_graph / "triples" / "documents.ttl").unlink()
    with pytest.raises(InputError, match="no such file"):
        fingerprint.digest(files)
