"""Several files change at once or not at all: killed, out of room, forbidden, or edited at any step."""

from __future__ import annotations

import json
import os
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from zlib import compress

import pytest
from interrupting import at_step, killed_at

from whence.errors import InputError, UsageError
from whence.store import journal
from whence.store.journal import Conflict, Journal, recover, writing

BEFORE = {"a.ttl": b"a 1\n", "sub/b.ttl": b"b 1\n", "gone.ttl": b"gone\n"}
AFTER = {"a.ttl": b"a 2\n", "sub/b.ttl": b"b 2\n", "new/c.ttl": b"c 2\n"}
#: What the journal asks of the system; each of them is a step at which it may end.
STEPS = ("replace", "rename", "unlink", "mkdir", "makedirs", "fsync", "chmod")


def make(root: Path) -> None:
    for name, content in BEFORE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def held(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file() and journal.FOLDER not in path.parts}


def commit(root: Path) -> None:
    files: dict[str, bytes | None] = {str(root / name): content for name, content in AFTER.items()}
    files[str(root / "gone.ttl")] = None
    expected = {path: Path(path).read_bytes() if os.path.exists(path) else None for path in files}
    with writing(str(root)) as changes:
        changes.commit(files, expected, {"sentences": []})


def test_a_kill_at_any_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    outcomes = []
    for number in range(1, 200):
        root = tmp_path / str(number)
        make(root)
        killed = killed_at(root, number, commit, STEPS)
        recover(str(root))
        assert held(root) in (BEFORE, AFTER), number
        outcomes.append(held(root) == AFTER)
        if not killed:
            break
        if held(root) == BEFORE:
            commit(root)
        assert held(root) == AFTER and not [name for name in os.listdir(root / journal.FOLDER) if name.endswith((".tmp", ".pending"))]
    assert not killed and outcomes == sorted(outcomes) and len(outcomes) > 15 and outcomes[-2], "early kills leave the old files, late ones the new"


def test_no_room_or_no_right_at_any_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    for number in range(1, 200):
        root = tmp_path / str(number)
        make(root)
        back = at_step(number, fail, STEPS)
        try:
            commit(root)
            told = ""
        except InputError as error:
            told = str(error)
        finally:
            back()
        recover(str(root))
        assert held(root) in (BEFORE, AFTER), number
        assert not told or "No space left on device" in told
        assert not told or "half written" in told or held(root) == BEFORE
        if not told and number > 60:
            break


def test_a_limit_on_the_size_of_files_leaves_the_old_ones(tmp_path: Path) -> None:
    import resource

    make(tmp_path)
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        try:
            commit(tmp_path)
        except InputError as error:
            os._exit(3 if "File too large" in str(error) else 4)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert held(tmp_path) == BEFORE


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / journal.FOLDER).write_text("in the way")
    with pytest.raises(InputError, match="cannot be written: .*Nothing was changed"):
        commit(tmp_path)


def test_the_graph_that_was_installed_is_not_written_to() -> None:
    with pytest.raises(UsageError, match="whence init DIR starts one"), writing(str(Path(journal.__file__).parents[1] / "_graph")):
        pass


def test_a_second_writer_waits_and_then_says_so(tmp_path: Path) -> None:
    with writing(str(tmp_path)), pytest.raises(InputError, match="Another process is writing"), writing(str(tmp_path), seconds=0.2):
        pass


def test_a_file_edited_since_it_was_read_is_never_overwritten(tmp_path: Path) -> None:
    make(tmp_path)
    a, b = str(tmp_path / "a.ttl"), str(tmp_path / "sub" / "b.ttl")
    with writing(str(tmp_path)) as changes, pytest.raises(Conflict, match="edited since it was read"):
        changes.commit({a: b"a 2\n", b: b"b 2\n"}, {a: BEFORE["a.ttl"], b: b"what I read\n"}, {})
    assert held(tmp_path) == BEFORE


def test_an_edit_after_a_kill_stays_and_the_rest_is_taken_back(tmp_path: Path) -> None:
    edited = 0
    for number in range(1, 200):
        root = tmp_path / str(number)
        make(root)
        if not killed_at(root, number, commit, STEPS):
            break
        if list(root.glob(f"{journal.FOLDER}/*.pending")) and (root / "a.ttl").read_bytes() == AFTER["a.ttl"]:
            (root / "sub" / "b.ttl").write_bytes(b"mine\n")
            with writing(str(root)) as changes:
                assert "taken back" in changes.told[0]
            assert held(root) == {**BEFORE, "sub/b.ttl": b"mine\n"}
            edited += 1
    assert edited


def test_permissions_stay_and_links_stay_links(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "real.ttl").write_bytes(BEFORE["a.ttl"])
    (tmp_path / "a.ttl").unlink()
    (tmp_path / "a.ttl").symlink_to("real.ttl")
    (tmp_path / "real.ttl").chmod(0o640)
    commit(tmp_path)
    assert (tmp_path / "a.ttl").is_symlink() and (tmp_path / "real.ttl").read_bytes() == AFTER["a.ttl"]
    assert (tmp_path / "real.ttl").stat().st_mode & 0o777 == 0o640


def test_the_last_change_is_the_last_that_was_not_taken_back(tmp_path: Path) -> None:
    path = str(tmp_path / "a.ttl")
    with writing(str(tmp_path)) as changes:
        assert changes.last() is None
        first = changes.commit({path: b"1"}, {path: None}, {"n": 1})
        second = changes.commit({path: b"2"}, {path: b"1"}, {"n": 2})
        assert isinstance(changes, Journal) and (entry := changes.last()) and entry.number == second and entry.files["a.ttl"] == (b"1", b"2")
        changes.commit({path: b"1"}, {path: b"2"}, {}, undoes=second)
        assert (entry := changes.last()) and entry.number == first and entry.note == {"n": 1}
    assert journal.retired(str(tmp_path)) == [{"n": 2}]


def planted(root: Path, ending: str, change: str, **contents: bytes) -> Path:
    """A change as somebody else may have left it in a graph that is copied or cloned."""
    folder = root / journal.FOLDER / f"000900.{ending}"
    folder.mkdir(parents=True)
    (folder / "change.json").write_text(change)
    for name, content in contents.items():
        (folder / f"0.{name}").write_bytes(content)
    return folder


def overwriting(path: str, before: bytes | None) -> str:
    digests = {
        when: content and sha256(content).hexdigest() for when, content in (("before", before), ("after", b"theirs"))
    }
    return json.dumps({"files": [{"path": path, **digests}], "note": {}, "undoes": None})


@pytest.mark.parametrize(
    "path",
    [
        "../outside.ttl",
        "link.ttl",
        "linked/outside.ttl",
        ".git/hooks/post-checkout",
        "sub/../../outside.ttl",
        "{}/outside.ttl",
    ],
)
@pytest.mark.parametrize("before", [b"mine", None])
def test_a_change_that_came_with_a_graph_writes_nothing_outside_of_it(
    tmp_path: Path, path: str, before: bytes | None
) -> None:
    root = tmp_path / "graph"
    make(root)
    outside = tmp_path / "outside.ttl"
    if before:
        outside.write_bytes(before)
    (root / "link.ttl").symlink_to(outside)
    (root / "linked").symlink_to(tmp_path)
    planted(root, "pending", overwriting(path.format(tmp_path), before), new=b"theirs")
    with pytest.raises(journal.Damaged, match=r"outside of the graph directory, or hidden"):
        recover(str(root))
    with pytest.raises(journal.Damaged), writing(str(root)):
        pass
    assert (outside.read_bytes() if before else outside.exists()) == (before or False) and not (root / ".git").exists()


def test_a_folder_of_changes_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "graph"
    (elsewhere / "important.tmp").mkdir(parents=True)
    root.mkdir()
    (root / journal.FOLDER).symlink_to(elsewhere)
    with pytest.raises(InputError, match="is a link"), writing(str(root)):
        pass
    assert [path.name for path in elsewhere.iterdir()] == ["important.tmp"]


@pytest.mark.parametrize("ending", ["pending", "done"])
@pytest.mark.parametrize(
    "change",
    ["", "{", "[]", "3", '{"files": 3}', '{"files": [{}], "note": {}, "undoes": null}', '{"files": [], "note": 3, "undoes": null}', "[" * 5000, "\xff",
     '{"files": [{"path": "a\\u0000b", "before": null, "after": null}], "note": {}, "undoes": null}'],
)  # fmt: skip
def test_what_is_damaged_is_told(tmp_path: Path, ending: str, change: str) -> None:
    make(tmp_path)
    folder = planted(tmp_path, ending, change)
    with pytest.raises(journal.Damaged, match="damaged") as told, writing(str(tmp_path)) as changes:
        changes.last()
    assert told.value.file == str(folder) and held(tmp_path) == BEFORE


def test_a_change_whose_former_contents_are_damaged_is_not_taken_back(tmp_path: Path) -> None:
    make(tmp_path)
    commit(tmp_path)
    kept = next(tmp_path.glob(f"{journal.FOLDER}/*.done/0.before"))
    for content in (b"", b"no zlib", compress(b"other")):
        kept.write_bytes(content)
        with pytest.raises(journal.Damaged), writing(str(tmp_path)) as changes:
            changes.last()


def test_what_a_kill_left_of_a_change_that_was_being_removed_is_no_change(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / journal.FOLDER / "000001.done").mkdir(parents=True)
    (tmp_path / journal.FOLDER / "٣.done").mkdir()
    with writing(str(tmp_path)) as changes:
        assert changes.last() is None
    assert journal.retired(str(tmp_path)) == []
