"""Validated graphs kept on disk: published atomically, opened read-only by any number of processes, pruned.

A snapshot is a directory `snapshots/<digest>/` of the cache folder, with `store/` (an Oxigraph store, views as
named graphs), `findings.json` (what was found besides violations), `basis` (what the next validation can start from)
and `lock`. It is built in a directory beside
its place and renamed into it, so a process killed at any moment leaves the old snapshot or none. Whoever uses a
snapshot holds a shared `flock` on its `lock`; pruning takes an exclusive one first, so nothing in use is removed.

Opening is on the path of every query, so this module uses `os` and `fcntl` and imports the rest where it is needed.
"""

from __future__ import annotations

import fcntl
import os

from pyoxigraph import Store

__all__ = ["KEEP", "Snapshot", "folders", "newest_basis", "open_snapshot", "prune", "publish"]

#: How many snapshots pruning leaves, the most recently used ones.
KEEP = 4
_BUILDING = "building-"
_ABANDONED_AFTER_SECONDS = 60


class Snapshot:
    """One validated graph, opened read-only; its shared lock is held until `close` or the end of the process.

    :ivar store: the graph: layers 1 to 3 and what follows in the default graph, one named graph a view
    :ivar path: the snapshot's directory
    """

    __slots__ = ("store", "path", "_lock")

    def __init__(self, store: Store, path: str, lock: int) -> None:
        self.store = store
        self.path = path
        self._lock = lock

    def findings(self) -> list[dict[str, object]]:
        """Return the remembered findings as plain records, in report order; empty when there were none."""
        import json

        with open(os.path.join(self.path, "findings.json"), encoding="utf-8") as stream:
            return json.load(stream)

    def close(self) -> None:
        """Release the lock, so that the snapshot may be pruned; the store must not be used any more."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def folders() -> list[str]:
    """Return the folders that may hold snapshots, the preferred one first.

    That is `WHENCE_CACHE`, else `XDG_CACHE_HOME/whence`, else `~/.cache/whence`; and after it a folder of this
    user's own below the temporary directory, for machines where the first cannot be written.
    """
    environment = os.environ
    chosen = environment.get("WHENCE_CACHE")
    if not chosen:
        base = environment.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        chosen = os.path.join(base, "whence")
    spare = os.path.join(environment.get("TMPDIR") or "/tmp", f"whence-{os.getuid()}")
    return [os.path.join(folder, "snapshots") for folder in (os.path.abspath(chosen), spare)]


def open_snapshot(digest: str) -> Snapshot | None:
    """Return the snapshot of a digest, or None when there is none that can be opened."""
    for folder in folders():
        path = os.path.join(folder, digest)
        lock = _share(path) if _is_own(folder) else None
        if lock is None:
            continue
        try:
            return Snapshot(Store.read_only(os.path.join(path, "store")), path, lock)
        except (OSError, RuntimeError):  # the engine says RuntimeError of some damages
            os.close(lock)
            _remove(path)
    return None


def newest_basis(key: str) -> bytes | None:
    """Return the basis of the most recently used snapshot whose basis has a key, or None; any damage counts as none.

    :param key: the first line of the basis
    """
    wanted = key.encode() + b"\n"
    for folder in filter(_is_own, folders()):
        try:
            paths = [os.path.join(folder, name) for name in os.listdir(folder) if not name.startswith(_BUILDING)]
        except OSError:
            continue
        for path in sorted(paths, key=_last_used, reverse=True):
            try:
                with open(os.path.join(path, "basis"), "rb") as stream:
                    if stream.read(len(wanted)) == wanted:
                        return wanted + stream.read()
            except OSError:
                continue
    return None


def publish(digest: str, store: Store, findings: list[dict[str, object]], basis: bytes = b"") -> Snapshot:
    """Write a validated graph to disk, put it in its place atomically, and return it opened.

    When another process publishes the same digest meanwhile, its snapshot is used. Older snapshots are pruned.

    :param digest: names the snapshot
    :param store: the whole dataset, read only here
    :param findings: plain records to remember beside it
    :param basis: what `newest_basis` will return; its first line is the key it is found by
    :raises OSError: when there is no folder to write to or the disk is full; nothing is left behind then
    """
    failure: OSError | None = None
    for folder in folders():
        try:
            _prepare(folder)
            _build(folder, digest, store, findings, basis)
            prune(folder)
            snapshot = open_snapshot(digest)
            if snapshot is not None:
                return snapshot
        except OSError as error:
            failure = failure or error
    raise failure or OSError("the snapshot disappeared while it was being published")


def prune(folder: str, keep: int = KEEP) -> int:
    """Remove all but the most recently used snapshots of a folder, and what killed processes left there.

    :param folder: one of `folders()`
    :param keep: how many snapshots stay, besides those in use
    :returns: how many directories were removed
    """
    import time

    now = time.time()
    aged: list[tuple[float, str]] = []
    removed = 0
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        used = _last_used(path)
        if not name.startswith(_BUILDING):
            aged.append((used, path))
        elif now - used > _ABANDONED_AFTER_SECONDS:
            removed += _remove(path)
    for _, path in sorted(aged, reverse=True)[keep:]:
        removed += _remove(path)
    return removed


def _prepare(folder: str) -> None:
    """Make the folder if need be, and refuse one below the temporary directory that another user made."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if not _is_own(folder):
        raise PermissionError(13, "the folder belongs to somebody else", folder)


def _is_own(folder: str) -> bool:
    """Report whether a folder may be trusted: below the temporary directory anybody can make one in our name."""
    if folder != folders()[-1]:
        return True
    try:
        return os.stat(folder).st_uid == os.stat(os.path.dirname(folder)).st_uid == os.getuid()
    except OSError:
        return False


def _build(folder: str, digest: str, store: Store, findings: list[dict[str, object]], basis: bytes) -> None:
    import json
    import shutil

    path = os.path.join(folder, f"{_BUILDING}{os.getpid()}-{os.urandom(6).hex()}")
    os.mkdir(path, 0o700)
    lock = os.open(os.path.join(path, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with open(os.path.join(path, "findings.json"), "w", encoding="utf-8") as stream:
            json.dump(findings, stream, ensure_ascii=False)
        with open(os.path.join(path, "basis"), "wb") as kept:
            kept.write(basis)
        _write_store(os.path.join(path, "store"), store)
        _sync(path)
        try:
            os.rename(path, os.path.join(folder, digest))
        except OSError:
            if not os.path.isdir(os.path.join(folder, digest)):
                raise
    finally:
        os.close(lock)
        shutil.rmtree(path, ignore_errors=True)


def _write_store(path: str, store: Store) -> None:
    try:
        written = Store(path)
        written.bulk_extend(store)
        for name in store.named_graphs():
            if not written.contains_named_graph(name):  # one without triples
                written.add_graph(name)
        written.flush()
    except RuntimeError as error:
        raise OSError(str(error)) from None
    if len(written) != len(store):
        raise OSError("the store on disk is incomplete")


def _sync(path: str) -> None:
    """Bring every file below a directory, and the directory itself, onto the disk."""
    for folder, _, names in os.walk(path, topdown=False):
        for name in [*names, "."]:
            handle = os.open(os.path.join(folder, name), os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _share(path: str) -> int | None:
    """Take the shared lock of a snapshot and mark it as used; None when it is not there or is being removed."""
    name = os.path.join(path, "lock")
    try:
        lock = os.open(name, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.stat(name).st_ino == os.fstat(lock).st_ino:
            _touch(name)
            return lock
    except OSError:
        pass
    os.close(lock)
    return None


def _touch(name: str) -> None:
    try:
        os.utime(name)
    except OSError:
        pass  # a cache that others own: being used does not count there


def _last_used(path: str) -> float:
    for name in (os.path.join(path, "lock"), path):
        try:
            return os.stat(name).st_mtime
        except OSError:
            continue
    return 0.0


def _remove(path: str) -> bool:
    """Remove a snapshot, or an abandoned building directory, that nobody uses; report whether it is gone."""
    import shutil

    try:
        lock = os.open(os.path.join(path, "lock"), os.O_RDWR)
    except FileNotFoundError:
        lock = -1
    except OSError:
        return False
    try:
        if lock >= 0:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        doomed = os.path.join(os.path.dirname(path), f"{_BUILDING}{os.getpid()}-{os.urandom(6).hex()}")
        os.rename(path, doomed)
        shutil.rmtree(doomed, ignore_errors=True)
        return True
    except OSError:
        return False
    finally:
        if lock >= 0:
            os.close(lock)
