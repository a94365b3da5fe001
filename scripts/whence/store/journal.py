"""Changes to the files of a graph directory: several files at once or none, one writer at a time, and the last one taken back.

A change is prepared in a folder of its own below `.whence/`, with what each file held before and is to hold. Renaming
that folder to `.pending` decides: from then on the change is carried out, if need be by the next process that looks
(`recover`), after a kill at any moment. All that needs room on the disk is written before that. A file that meanwhile
holds neither what it held nor what it is to hold was edited by somebody: then the change is taken back, and theirs stays.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EXDEV
from hashlib import sha256
from typing import Any, ClassVar
from zlib import compress

from whence.errors import InputError, UsageError
from whence.rdf.atomic import mode_of, replacing

FOLDER = ".whence"
#: So many changes are kept to be taken back.
_KEPT = 50
_TICK = 0.05
#: What tells, in the folder of a change, which files it is of.
_HEAD = "change.json"
#: The graph of an installed whence, which the next version replaces.
_INSTALLED = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "_graph")


class Conflict(InputError):
    """A file was edited since it was read, so nothing was written."""


class Damaged(InputError):
    """What is kept of a change is not what was written there, or leads out of the graph."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change that was carried out.

    :ivar files: name in the graph directory to what it held before and after; None where there was no such file
    :ivar time: when it was written, in seconds since 1970
    :ivar ours: whether this process wrote it
    :ivar note: what the writer noted of it, as JSON has it
    :ivar undoes: the number of the change that it took back, or None
    """

    number: int
    time: float
    ours: bool
    files: dict[str, tuple[bytes | None, bytes | None]]
    note: dict[str, object]
    undoes: int | None


class Journal:
    """The changes of one graph directory; made by `writing`, which holds the lock.

    :ivar begun: the changes, of any graph, that this process has begun to write: the paths of their folders when they are done
    :ivar told: sentences about changes of killed processes that had to be taken back
    """

    begun: ClassVar[set[str]] = set()

    def __init__(self, root: str) -> None:
        self.root = root
        self.folder = os.path.join(root, FOLDER)
        self.told: list[str] = []

    def commit(self, files: dict[str, bytes | None], expected: dict[str, bytes | None], note: dict[str, object], undoes: int | None = None) -> int:
        """Write all files, or none, and return the number of the change.

        :param files: absolute paths with what they are to hold; None for a file that is to go
        :param expected: what each of them held when it was read; None where there was no such file
        :param note: kept with the change
        :raises Conflict: one of them holds something else now
        :raises InputError: they cannot be written; all are as they were
        """
        files = {path: content for path, content in files.items() if content != expected.get(path)}
        for path in files:
            self._inside(os.path.relpath(path, self.root))
        number = max(self._numbers(), default=0) + 1
        prepared = os.path.join(self.folder, f"{number:06}.tmp")
        pending = os.path.join(self.folder, f"{number:06}.pending")
        try:
            self._prepare(prepared, files, expected, note, undoes)
            for path, before in expected.items():
                if path in files and held(path) != before:
                    raise _edited(path)
            Journal.begun.add(self._done(number))
            os.rename(prepared, pending)
            _sync(self.folder)
        except OSError as error:
            Journal.begun.discard(self._done(number))
            raise _unwritable(self.root, error) from None
        finally:
            _remove(prepared)
        try:
            self._carry_out(pending)
        except InputError:
            if not os.path.lexists(pending):  # all is as it was, and the number is free for another process
                Journal.begun.discard(self._done(number))
            raise
        return number

    def last(self) -> Entry | None:
        """Return the last change that was not taken back, or None."""
        done = [(number, _change(folder)) for number in sorted(self._numbers("done"), reverse=True) if os.path.isfile(os.path.join(folder := self._done(number), _HEAD))]
        gone = {head["undoes"] for _, head in done}
        for number, head in done:
            if head["undoes"] is None and number not in gone:
                return self._entry(number, head)
        return None

    def settle(self) -> None:
        """Carry out what was decided and not finished, and remove what was not decided.

        :raises InputError: what was decided cannot be written, or is no change of this graph
        """
        for name in sorted(os.listdir(self.folder)):
            path = os.path.join(self.folder, name)
            if name.endswith(".tmp"):
                _remove(path)
            elif name.endswith(".pending"):
                try:
                    self._carry_out(path)
                except Conflict as conflict:
                    self.told.append(f"A change that was interrupted is taken back: {conflict.file} was edited meanwhile.")

    def _prepare(self, folder: str, files: dict[str, bytes | None], expected: dict[str, bytes | None], note: dict[str, object], undoes: int | None) -> None:
        os.mkdir(folder)
        listed = []
        for place, (path, after) in enumerate(sorted(files.items())):
            before = expected.get(path)
            listed.append({"path": os.path.relpath(path, self.root), "before": _digest(before), "after": _digest(after)})
            if before is not None:
                _write(os.path.join(folder, f"{place}.before"), compress(before))
            if after is not None:
                _write(os.path.join(folder, f"{place}.after"), compress(after))
                _write(os.path.join(folder, f"{place}.new"), after)
                os.chmod(os.path.join(folder, f"{place}.new"), mode_of(path))
        _write(os.path.join(folder, _HEAD), json.dumps({"files": listed, "note": note, "undoes": undoes}, ensure_ascii=False).encode())
        _sync(folder)

    def _carry_out(self, pending: str) -> None:
        """Put every file in place; where one was edited by somebody, or cannot be written, take the others back.

        :raises InputError: that is so
        """
        files = _change(pending)["files"]
        for one in files:
            self._inside(one["path"])
        try:
            states = [_state(os.path.join(self.root, one["path"]), one) for one in files]
            for place, (one, state) in enumerate(zip(files, states, strict=True)):
                if state == "other":
                    raise _edited(os.path.join(self.root, one["path"]))
                if state == "before":
                    self._put(os.path.join(self.root, one["path"]), os.path.join(pending, f"{place}.new"), one["after"])
        except (OSError, InputError) as error:
            try:
                self._take_back(pending, files)
            except (OSError, InputError):
                fix = "The change is half written; the next command that can write finishes it or takes it back."
                raise InputError(f"The graph cannot be written: {error}", fix=fix, file=self.root) from None
            if isinstance(error, InputError):
                raise
            raise _unwritable(self.root, error) from None
        with suppress(OSError):  # all is written; the next command renames it
            os.rename(pending, pending.removesuffix("pending") + "done")
        for number in sorted(self._numbers("done"))[:-_KEPT]:
            _discard(self._done(number))

    def _put(self, path: str, staged: str, after: str | None) -> None:
        target = os.path.realpath(path)
        if after is None:
            os.unlink(target)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            try:
                os.replace(staged, target)
            except OSError as error:
                if error.errno != EXDEV:
                    raise
                with replacing(target) as stream:  # a folder of the graph on another disk
                    stream.write(held(staged) or b"")
        _sync(os.path.dirname(target))

    def _take_back(self, pending: str, files: list[dict[str, Any]]) -> None:
        """Restore what the files held before, where they hold what they were to; nobody else's words are touched."""
        for place, one in enumerate(files):
            path = os.path.join(self.root, one["path"])
            if one["before"] == one["after"] or _state(path, one) != "after":
                continue
            if one["before"] is None:
                os.unlink(os.path.realpath(path))
                continue
            before = _unpacked(os.path.join(pending, f"{place}.before"), one["before"])
            os.makedirs(os.path.dirname(os.path.realpath(path)), exist_ok=True)
            with replacing(path) as stream:
                stream.write(before or b"")
        _discard(pending)

    def _inside(self, name: str) -> None:
        """See that a file is one of the graph: not elsewhere, by its name or by links, and not hidden.

        :raises Damaged: it is not
        """
        real, root = os.path.realpath(os.path.join(self.root, name)), os.path.realpath(self.root)
        within = os.path.relpath(real, root)
        if os.path.isabs(name) or any(part.startswith(".") for part in (*name.split(os.sep), *within.split(os.sep))):
            raise Damaged("The file is outside of the graph directory, or hidden, so it is not written.", fix="Keep the files of a graph in its directory.", file=os.path.join(self.root, name))

    def _numbers(self, state: str = "") -> list[int]:
        names = [name.partition(".") for name in os.listdir(self.folder)]
        return [int(number) for number, _, ending in names if number.isascii() and number.isdecimal() and (not state or ending == state)]

    def _done(self, number: int) -> str:
        return os.path.join(self.folder, f"{number:06}.done")

    def _entry(self, number: int, head: dict[str, Any]) -> Entry:
        files: dict[str, tuple[bytes | None, bytes | None]] = {}
        for place, one in enumerate(head["files"]):
            before, after = (_unpacked(os.path.join(self._done(number), f"{place}.{when}"), one[when]) for when in ("before", "after"))
            files[one["path"]] = (before, after)
        folder = self._done(number)
        return Entry(number, os.path.getmtime(os.path.join(folder, _HEAD)), folder in self.begun, files, head["note"], head["undoes"])


@contextmanager
def writing(root: str, seconds: float = 30) -> Iterator[Journal]:
    """Hold the lock of a graph directory, with every earlier change settled, and yield its journal.

    :param seconds: how long to wait for another process that writes
    :raises InputError: another one goes on writing, the directory cannot be written, or a change left half done is damaged
    :raises UsageError: it is the graph that was installed with whence
    """
    if os.path.abspath(root) == _INSTALLED:
        raise UsageError("This graph came with whence and is not written to.", fix="Name one of your own with --graph DIR; whence init DIR starts one.")
    folder = os.path.join(root, FOLDER)
    if os.path.islink(folder):
        raise InputError("The folder of changes is a link, and may be that of something else.", fix="Delete the link; a folder is made in its place.", file=folder)
    try:
        if not os.path.isdir(folder):
            os.makedirs(folder, exist_ok=True)
            _write(os.path.join(folder, ".gitignore"), b"*\n")
        handle = os.open(os.path.join(folder, "lock"), os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise _unwritable(root, error) from None
    try:
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise InputError("Another process is writing into this graph.", fix="Nothing was changed; try again when it is done.", file=root) from None
                time.sleep(_TICK)
        journal = Journal(root)
        journal.settle()
        yield journal
    finally:
        os.close(handle)


def retired(root: str) -> list[dict[str, Any]]:
    """Return what was noted of the changes that were taken back, as far as they are kept.

    :raises Damaged: what is kept of one is not what was written there
    """
    folder = os.path.join(root, FOLDER)
    try:
        names = [name for name in sorted(os.listdir(folder)) if name.removesuffix(".done").isdecimal() and os.path.isfile(os.path.join(folder, name, _HEAD))]
        heads = {int(name.partition(".")[0]): _change(os.path.join(folder, name)) for name in names}
    except OSError:
        return []
    return [heads[head["undoes"]]["note"] for head in heads.values() if head["undoes"] in heads]


def recover(root: str) -> None:
    """Finish a change that was decided when its process was killed; without one, or where nothing can be written, do nothing.

    :raises Damaged: what is kept of it is not what was written there
    """
    try:
        pending = any(name.endswith(".pending") for name in os.listdir(os.path.join(root, FOLDER)))
    except OSError:
        return
    if pending:
        try:
            with writing(root):
                pass
        except Damaged:
            raise
        except InputError:
            return


def _change(folder: str) -> dict[str, Any]:
    """Return what is kept of a change: its files with their digests, its note, what it undoes.

    :raises Damaged: it is not as `Journal.commit` writes it
    """
    try:
        with open(os.path.join(folder, _HEAD), "rb") as stream:
            found = json.load(stream)
        digests = all(isinstance(one["path"], str) and isinstance(one["before"], str | None) and isinstance(one["after"], str | None) for one in found["files"])
        good = digests and "\0" not in "".join(one["path"] for one in found["files"]) and isinstance(found["note"], dict) and isinstance(found["undoes"], int | None)
    except (ValueError, TypeError, KeyError, FileNotFoundError, NotADirectoryError, RecursionError):
        good = False
    if not good:
        raise _damaged(folder)
    return found  # type: ignore[no-any-return]


def _unpacked(path: str, expected: str | None) -> bytes | None:
    """Return what a file held.

    :raises Damaged: something else is kept
    """
    from zlib import decompress, error

    try:
        packed = held(path)
        content = None if packed is None else decompress(packed)
    except error:
        raise _damaged(os.path.dirname(path)) from None
    if _digest(content) != expected:
        raise _damaged(os.path.dirname(path))
    return content


def _state(path: str, one: dict[str, str]) -> str:
    digest = _digest(held(path))
    return "after" if digest == one["after"] else "before" if digest == one["before"] else "other"


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def held(path: str) -> bytes | None:
    """Return what a file holds, or None where there is none."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: str) -> None:
    """Bring the names of a folder onto the disk, as far as its file system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _remove(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _discard(folder: str) -> None:
    """Remove what is kept of a change, so that a kill leaves all of it or what `Journal.settle` removes."""
    gone = os.path.splitext(folder)[0] + ".tmp"
    _remove(gone)
    os.rename(folder, gone)
    _remove(gone)


def _damaged(folder: str) -> Damaged:
    fix = "Look at the files of the graph, with git diff, and delete this folder."
    return Damaged("What is kept of a change is damaged, so the change is neither carried out nor taken back.", fix=fix, file=folder)


def _edited(path: str) -> Conflict:
    return Conflict("The file was edited since it was read, so nothing was written.", fix="Run the command again; it starts from the file as it is now.", file=path)


def _unwritable(root: str, error: OSError) -> InputError:
    return InputError(f"The graph cannot be written: {error.strerror or error}.", fix="Nothing was changed.", file=error.filename if isinstance(error.filename, str) else root)
