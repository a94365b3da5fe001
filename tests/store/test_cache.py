"""The cache belongs to its user: where it stands, and who may write there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from whence.store import cache as whence_cache
from whence.web import downloads, graph


@pytest.mark.parametrize(("variables", "expected"), [
    ({"WHENCE_CACHE": "/w", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/w"),
    ({"WHENCE_CACHE": "~/w", "HOME": "/h"}, "/h/w"),
    ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/whence"),
    ({"XDG_CACHE_HOME": "x", "HOME": "/h"}, "/h/.cache/whence"),
    ({"HOME": "/h"}, "/h/.cache/whence"),
])  # fmt: skip
def test_the_folder_is_chosen_by_the_environment(variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WHENCE_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert whence_cache.folders()[0] == expected


@pytest.mark.parametrize("variables", [{}, {"HOME": ""}, {"HOME": "relative"}, {"WHENCE_CACHE": "~nobody-of-this-name/x"}, {"WHENCE_CACHE": "~/x"}])
def test_without_a_home_no_folder_is_made_where_one_works(variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WHENCE_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path if "HOME" not in os.environ else path.replace("~", os.environ["HOME"]))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert whence_cache.folders() == [str(tmp_path / f"whence-{os.geteuid()}")]


def test_what_is_made_belongs_to_the_user_whatever_the_mask_says(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        folder = whence_cache.make(str(tmp_path / "a" / "b"), "notes")
        whence_cache.write(f"{folder}/n", b"text")
    finally:
        os.umask(mask)
    assert [(tmp_path / part).stat().st_mode & 0o777 for part in ("a", "a/b", "a/b/notes", "a/b/notes/n")] == [0o700, 0o700, 0o700, 0o600]
    assert whence_cache.read(f"{folder}/n") == b"text"


@pytest.mark.parametrize(("mode", "believed"), [(0o700, True), (0o755, True), (0o1777, True), (0o770, False), (0o777, False)])
def test_a_folder_that_others_may_write_is_no_cache(mode: int, believed: bool, tmp_path: Path) -> None:
    root = tmp_path / "cache"
    whence_cache.make(str(root), "notes")
    root.chmod(mode)
    assert whence_cache.belongs_all(str(root), "notes") == believed
    if not believed:
        with pytest.raises(PermissionError):
            whence_cache.make(str(root), "notes")


def test_a_folder_below_one_that_all_may_write_is_no_cache(tmp_path: Path) -> None:
    around = tmp_path / "around"
    whence_cache.make(str(around / "cache"), "notes")
    around.chmod(0o777)
    assert not whence_cache.belongs_all(str(around / "cache"), "notes")
    around.chmod(0o1777)
    assert whence_cache.belongs_all(str(around / "cache"), "notes")


def test_what_another_user_put_there_first_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "shared"
    root.mkdir()
    root.chmod(0o1777)
    (root / "notes").mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(root / "notes", 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert not whence_cache.belongs_all(str(root), "notes")
    with pytest.raises(PermissionError):
        whence_cache.make(str(root), "notes")


def test_a_link_in_the_temporary_directory_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "precious").mkdir(mode=0o700)
    spare = whence_cache.folders()[-1]
    os.symlink(tmp_path / "precious", spare)
    with pytest.raises(PermissionError):
        whence_cache.make(spare, "notes")
    assert not whence_cache.belongs_all(spare, "notes")


def test_a_link_to_a_note_and_a_pipe_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "note").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "note")
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert [whence_cache.read(str(tmp_path / name)) for name in ("note", "link", "pipe", "nothing")] == [b"x", None, None, None]


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


#: What happens to files that nobody touches.
DAMAGES: dict[str, Callable[[Path], object]] = {
    "one bit": flipped,
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "empty": lambda path: path.write_bytes(b""),
    "an earlier form": lambda path: path.write_bytes(b"[]"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path, 0o600)),
    "a link": lambda path: (path.rename(f"{path}.moved"), path.symlink_to(f"{path}.moved")),
    "too long": lambda path: os.truncate(path, 1 << 40),
    "open to others": lambda path: path.chmod(0o666),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_note_is_none(damage: str, tmp_path: Path) -> None:
    whence_cache.note(str(tmp_path / "note"), b"a text\nof two lines")
    assert whence_cache.noted(str(tmp_path / "note")) == b"a text\nof two lines"
    DAMAGES[damage](tmp_path / "note")
    assert whence_cache.noted(str(tmp_path / "note")) is None


def test_a_note_is_not_taken_for_another(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    whence_cache.note(str(tmp_path / "a" / "note"), b"text")
    for place in (tmp_path / "a" / "other", tmp_path / "b" / "note"):
        place.write_bytes((tmp_path / "a" / "note").read_bytes())
        assert whence_cache.noted(str(place)) is None


def test_the_downloads_of_another_graph_are_none(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir(mode=0o700)
    downloads._keep(str(tmp_path / "a"), "whence.nq", b"<x:a> <x:b> <x:c> .\n")
    (tmp_path / "a" / "downloads").rename(tmp_path / "b" / "downloads")
    assert downloads._kept(str(tmp_path / "b"), "whence.nq") is None


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", ["whence.nq", "whence.nq.sha256"])
def test_a_damaged_download_is_made_again(file: str, damage: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    kept = downloads._keep(str(tmp_path), "whence.nq", b"<x:a> <x:b> <x:c> .\n")
    prepared = downloads._kept(str(tmp_path), "whence.nq")
    assert prepared is not None and (prepared.digest, prepared.size) == (kept, 20)
    DAMAGES[damage](tmp_path / "downloads" / file)
    assert downloads._kept(str(tmp_path), "whence.nq") is None


def test_damaged_versions_are_none(cache: Path) -> None:
    path = Path(whence_cache.make(str(cache), "versions"), "v.json")
    version = '[{"snapshot": "s", "content": "c", "published": 1, "first": true, "changes": []}]'
    whence_cache.note(str(path), version.encode())
    assert [one.content for one in graph._read("v.json")] == ["c"]
    flipped(path)
    assert graph._read("v.json") == ()
