"""Validated graphs kept on disk: published atomically, opened read-only by any number of processes, pruned.

A snapshot is a directory `snapshots/<digest>/` of the cache folder, with `store/` (an Oxigraph store, views as
named graphs), `asserted/` (what of it was not derived, where the next validation can start from it), `findings.json` (what was
found besides violations), `basis` (what else the next validation can start from), `checksums` and `lock`; and what is worked out of the
graph once (`beside`). It is built in a directory beside its place and renamed into it, so a process killed at any moment leaves the old snapshot or none. Whoever uses a
snapshot holds a shared `flock` on its `lock`; pruning takes an exclusive one first, so nothing in use is removed.

A snapshot is believed when nobody else can have written it (`whence.store.cache`) and `checksums` holds its digest, so that none is
taken for another, and the checksums of its files. They are computed again when a file's size, times or inode are no longer those of
the last time, noted in `verified`, or that was long ago; a changed byte shows in either. A snapshot that is not believed is set aside.

Opening is on the path of every query, so this module uses `os` and `fcntl` and imports the rest where it is needed.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator
from errno import EMFILE, ENFILE
from itertools import chain, islice

from pyoxigraph import parse, Quad, RdfFormat, Store

from whence.store import cache

#: How many snapshots pruning leaves, the most recently used ones: a graph, its packs, both together, and those of before an edit.
KEEP = 8
_FOLDER = "snapshots"
_BUILDING = "building-"
_ABANDONED_AFTER_SECONDS = 60
#: How long checksums are believed of files that look untouched: a disk may lose bits without a trace.
_VERIFIED_FOR_SECONDS = 3600.0
#: So many quads are written at a time: the engine holds those it writes in memory, each several times.
_PART = 200_000
_STORES = ("store", "asserted")
#: What is read from until the process ends.
_held_for_good: list[Snapshot | Draft] = []
_DAMAGED = "The validated graph in the cache is damaged, or others could have written it; it is set aside and validated again."


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


    def is_damaged(self) -> bool:
        """Compute all checksums again, and set the snapshot aside when one differs; the store must not be used then."""
        if _has_checksums(self.path):
            return False
        _set_aside(self.path)
        return True


class Draft:
    """A copy of a snapshot that can be changed and published as another one; they share the files that are in both.

    :ivar base: the graph of the other one
    :ivar base_asserted: what of it was not derived; empty where it does not keep that apart
    :ivar store: the graph to be
    :ivar asserted: what of it is not derived, likewise
    :ivar close: ends the draft; no store of it must be used any more
    """

    def __init__(self, base: str, path: str, locks: list[int]) -> None:
        from weakref import finalize

        self._base_path = base
        there = _stores(base)
        self.base, self.base_asserted = (Store.read_only(os.path.join(base, name)) if name in there else Store() for name in _STORES)
        for store, name in zip((self.base, self.base_asserted), there, strict=False):
            store.backup(os.path.join(path, name))
        self.store, self.asserted = (Store(os.path.join(path, name)) if name in there else Store() for name in _STORES)
        self.close = finalize(self, _discard, path, locks)

    def write(self, path: str) -> None:
        """Write both stores into a directory, as they are now."""
        for store, name in zip((self.store, self.asserted), _stores(self._base_path), strict=False):
            try:
                store.flush()
                store.backup(os.path.join(path, name))
            except RuntimeError as error:
                raise OSError(str(error)) from None

    def checksums(self) -> dict[int, str]:
        """Return the checksums of the files that are shared, by inode; the other snapshot was believed when it was opened."""
        found = {}
        for line in (cache.read(os.path.join(self._base_path, "checksums")) or b"").decode().splitlines()[1:]:
            checksum, name = line.split(" ", 1)
            found[os.stat(os.path.join(self._base_path, name)).st_ino] = checksum
        return found


def _discard(path: str, locks: list[int]) -> None:
    import shutil

    for lock in locks:
        os.close(lock)
    shutil.rmtree(path, ignore_errors=True)


def draft(path: str) -> Draft | None:
    """Return a draft that starts as a copy of a snapshot, or None when that cannot be believed or copied.

    :param path: the directory of the snapshot
    """
    lock = _share(path)
    if lock is None:
        return None
    if not _is_believed(path):
        os.close(lock)
        return None
    building, locks = "", [lock]
    try:
        building = _new(os.path.dirname(path))
        locks.append(_own_lock(building))
        return Draft(path, building, locks)
    except (OSError, RuntimeError):
        _discard(building, locks)
        return None


def _new(folder: str) -> str:
    """Make the directory of a snapshot in the making."""
    path = os.path.join(folder, f"{_BUILDING}{os.getpid()}-{os.urandom(6).hex()}")
    os.mkdir(path, 0o700)
    return path


def _own_lock(path: str) -> int:
    lock = os.open(os.path.join(path, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def open_snapshot(digest: str, *, tell: Callable[[str], None] | None = None) -> Snapshot | None:
    """Return the snapshot of a digest, or None when there is none that can be believed and opened.

    :param tell: told a sentence when there was one that is set aside now
    """
    for path, lock in _held(digest, tell):
        try:
            return Snapshot(Store.read_only(os.path.join(path, "store")), path, lock)
        except (OSError, RuntimeError):  # the engine says RuntimeError of some damages
            os.close(lock)
            _set_aside(path, tell)
    return None


def hold_snapshot(digest: str) -> int | None:
    """Return the descriptor of the shared lock on the snapshot that `open_snapshot` would open, or None when there is none.

    The store is not opened, so that the process can still fork: the engine has threads.
    """
    return next((lock for _, lock in _held(digest)), None)


def _held(digest: str, tell: Callable[[str], None] | None = None) -> Iterator[tuple[str, int]]:
    """Yield directory and shared lock of each snapshot of a digest that can be believed; set the others aside."""
    for root in cache.folders():
        path = os.path.join(root, _FOLDER, digest)
        if not os.path.lexists(path) or not cache.belongs_all(root, _FOLDER):
            continue
        lock = _share(path)
        if lock is not None and _is_believed(path):
            yield path, lock
            continue
        if lock is not None:
            os.close(lock)
        elif _can_lock(path):  # it is being removed
            continue
        _set_aside(path, tell)


def _is_believed(path: str) -> bool:
    """Report whether only this user can have written a snapshot, and every file has its checksum."""
    folders = (path, *(os.path.join(path, name) for name in _stores(path)))
    if not all(cache.belongs(folder, folder=True) for folder in folders):
        return False
    verified = os.path.join(path, "verified")
    noted = cache.read(verified)
    try:
        found = _signature(path, (noted or b"").decode("utf-8", "replace").splitlines()[1:])
        if noted and found == noted and 0 <= time.time() - os.stat(verified).st_mtime < _VERIFIED_FOR_SECONDS:
            return True
    except (OSError, ValueError):
        pass
    if not _has_checksums(path):
        return False
    cache.write(verified, _signature(path, ["checksums", *_names(path)]))
    return True


def _signature(path: str, lines: list[str], digest: str = "") -> bytes:
    """Return what tells that the files named in front of each line are untouched, and those of a snapshot.

    :param digest: its own, when its directory is not called so yet
    :raises OSError: one is gone, is a link, or others may write it
    """
    found = [b"%s\n" % (digest or os.path.basename(path)).encode()]
    for line in lines:
        name = line.partition(" ")[0]
        signature = cache.signature(os.path.join(path, name))
        if signature is None:
            raise OSError(f"others could have written {name}")
        found.append(b"%s %s\n" % (name.encode(), signature))
    return b"".join(found)


def _names(path: str) -> list[str]:
    """Return the files of a snapshot that never change, without what the engine logs."""
    files = (f"{store}/{name}" for store in _stores(path) for name in sorted(os.listdir(os.path.join(path, store))) if not name.startswith("LOG"))
    return ["basis", "findings.json", *files]


def _stores(path: str) -> list[str]:
    return [name for name in _STORES if name == "store" or os.path.lexists(os.path.join(path, name))]


def _checksums(path: str, known: dict[int, str], digest: str = "") -> bytes:
    """Return the head of a snapshot and the checksum of each of its files that never changes.

    :param known: those of some files by their inodes; takes the others
    """
    from hashlib import file_digest

    lines = [_head(path, digest)]
    for name in _names(path):
        inode = os.stat(os.path.join(path, name)).st_ino
        if inode not in known:
            with open(os.path.join(path, name), "rb", opener=lambda file, _: cache.open_ours(file)) as stream:
                known[inode] = file_digest(stream, "sha256").hexdigest()
        lines.append(f"{known[inode]} {name}\n")
    return "".join(lines).encode()


def _head(path: str, digest: str) -> str:
    """Return the digest of a snapshot and how many bytes its files have, so that none is read that has become endless.

    :param digest: empty when its directory is called so
    """
    return f"{digest or os.path.basename(path)} {sum(os.stat(os.path.join(path, name)).st_size for name in _names(path))}\n"


def _has_checksums(path: str) -> bool:
    kept = cache.read(os.path.join(path, "checksums")) or b""
    try:
        return kept.startswith(_head(path, "").encode()) and kept == _checksums(path, {})
    except OSError:
        return False


def newest_basis(key: str) -> tuple[bytes, str] | None:
    """Return the basis of the most recently used snapshot whose basis has a key, and the directory of it, or None; any damage counts as none.

    :param key: the first line of the basis
    """
    wanted = key.encode() + b"\n"
    for root in cache.folders():
        folder = os.path.join(root, _FOLDER)
        try:
            paths = [os.path.join(folder, name) for name in os.listdir(folder) if not name.startswith(_BUILDING)]
        except OSError:
            continue
        for path in sorted(paths, key=_last_used, reverse=True):
            if cache.belongs_all(root, _FOLDER, os.path.basename(path)):
                kept = cache.read(os.path.join(path, "basis"))
                if kept and kept.startswith(wanted):
                    return kept, path
    return None


def publish(
    digest: str, store: Store | Callable[[Store], None] | Draft, findings: list[dict[str, object]], basis: bytes = b"", asserted: Iterable[str] = ()
) -> Snapshot:
    """Write a validated graph to disk, put it in its place atomically, and return it opened.

    When another process publishes the same digest meanwhile, its snapshot is used. Older snapshots are pruned.

    :param digest: names the snapshot
    :param store: the whole dataset, read only here; or what fills an empty store with it; or a draft of it, closed when it is in its place
    :param findings: plain records to remember beside it
    :param basis: what `newest_basis` will return; its first line is the key it is found by
    :param asserted: what of the dataset was not derived, as texts of Turtle, for `draft` to start from
    :raises OSError: when there is no folder to write to or the disk is full; nothing is left behind then
    """
    failure: OSError | None = None
    for root in cache.folders():
        try:
            folder = cache.make(root, _FOLDER)
            _build(folder, digest, store, findings, basis, asserted)
            prune(folder)
            snapshot = open_snapshot(digest)
            if snapshot is not None:
                return snapshot
        except OSError as error:
            failure = failure or error
    raise failure or OSError("the snapshot disappeared while it was being published")


def hold(snapshot: Snapshot | Draft) -> Store:
    """Read from a snapshot until the process ends, and count it among those that `any_damaged` looks at; return its store."""
    _held_for_good.append(snapshot)
    return snapshot.store


def path_of(store: Store) -> str | None:
    """Return the directory of the snapshot that a store is held of, or None where it is of none."""
    return next((one.path for one in _held_for_good if isinstance(one, Snapshot) and one.store is store), None)


def beside(path: str, name: str, key: bytes, make: Callable[[], bytes]) -> bytes:
    """Return what is worked out of a graph once and kept in the directory of its snapshot; what cannot be kept is worked out again.

    It is kept where `cache` reads nothing that anybody but this user can have written, so it is to be believed as much as the sources are.

    :param path: the directory
    :param name: of what is kept there
    :param key: of what else it is made of; whatever was kept with another key is made again
    """
    note = os.path.join(path, name)
    kept = cache.noted(note) or b""
    if kept.startswith(key):
        return kept[len(key) :]
    made = make()
    cache.note(note, key + made)
    return made


def any_damaged() -> bool:
    """Compute the checksums of the snapshots that are held again; one that is damaged is set aside."""
    return any(snapshot.is_damaged() for snapshot in _held_for_good if isinstance(snapshot, Snapshot))


def keep(digest: str, fill: Callable[[Store], None], tell: Callable[[str], None] | None, unkept: str, basis: bytes = b"") -> Store:
    """Publish what a function fills a store with, and hold it; return it from memory alone when it cannot be kept.

    :param unkept: what is told then, with `{}` for the reason
    :param basis: what `newest_basis` will return
    """
    try:
        return hold(publish(digest, fill, [], basis))
    except OSError as error:
        if tell is not None:
            tell(unkept.format(reason(error)))
    store = Store()
    fill(store)
    return store


def reason(error: OSError) -> str:
    """Return in a few words why something could not be kept."""
    return str(error.strerror or error).splitlines()[0].rstrip(".")


def prune(folder: str, keep: int = KEEP) -> int:
    """Remove all but the most recently used snapshots of a folder, and what killed processes left there.

    :param folder: where snapshots are kept
    :param keep: how many snapshots stay, besides those in use
    :returns: how many directories were removed
    """
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


def _build(
    folder: str, digest: str, store: Store | Callable[[Store], None] | Draft, findings: list[dict[str, object]], basis: bytes, asserted: Iterable[str]
) -> None:
    import json
    import shutil

    path = _new(folder)
    lock = _own_lock(path)
    try:
        with open(os.path.join(path, "findings.json"), "xb") as stream:
            stream.write(json.dumps(findings, ensure_ascii=False).encode())
        with open(os.path.join(path, "basis"), "xb") as stream:
            stream.write(basis)
        if isinstance(store, Draft):
            store.write(path)
        else:
            _write(os.path.join(path, "store"), store)
            if asserted:
                _write(os.path.join(path, "asserted"), lambda written: _extend(written, _parsed(asserted)))
        _sync(path)
        with open(os.path.join(path, "checksums"), "xb") as stream:
            stream.write(_checksums(path, store.checksums() if isinstance(store, Draft) else {}, digest))
        _sync(path)
        if isinstance(store, Draft):
            store.close()  # files that lose a link look touched
        cache.write(os.path.join(path, "verified"), _signature(path, ["checksums", *_names(path)], digest))
        try:
            os.rename(path, os.path.join(folder, digest))
        except OSError:
            if not os.path.isdir(os.path.join(folder, digest)):
                raise
    finally:
        os.close(lock)
        shutil.rmtree(path, ignore_errors=True)


def _write(path: str, store: Store | Callable[[Store], None]) -> None:
    try:
        written = Store(path)
        if isinstance(store, Store):
            _copy(store, written)
        else:
            store(written)
        written.optimize()  # merges its parts: else each look-up searches every one, and each edit merges them first
        written.flush()
    except RuntimeError as error:
        raise OSError(str(error)) from None
    if isinstance(store, Store) and len(written) != len(store):
        raise OSError("the store on disk is incomplete")


def _parsed(texts: Iterable[str]) -> Iterator[Quad]:
    """Yield the triples of texts of Turtle, each with blank nodes of its own."""
    for text in texts:
        yield from parse(text.removeprefix("\ufeff"), format=RdfFormat.TURTLE, rename_blank_nodes=True)


def _extend(store: Store, quads: Iterator[Quad]) -> None:
    for quad in quads:
        store.bulk_extend(chain((quad,), islice(quads, _PART - 1)))


def _copy(store: Store, written: Store) -> None:
    _extend(written, iter(store))
    for name in store.named_graphs():
        if not written.contains_named_graph(name):  # one without triples
            written.add_graph(name)


def _sync(path: str) -> None:
    """Bring every file below a directory, and the directory itself, onto the disk, for this user alone to write."""
    for folder, _, names in os.walk(path, topdown=False):
        for name in [*names, "."]:
            handle = os.open(os.path.join(folder, name), os.O_RDONLY)
            try:
                os.fchmod(handle, 0o700 if name == "." else 0o600)
                os.fsync(handle)
            finally:
                os.close(handle)


def _share(path: str) -> int | None:
    """Take the shared lock of a snapshot and mark it as used; None when it is not there, no file, or is being removed."""
    name = os.path.join(path, "lock")
    try:
        lock = cache.open_ours(name)
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


def _can_lock(path: str) -> bool:
    """Report whether a snapshot has a lock that this process could take, were it not taken already."""
    try:
        os.close(cache.open_ours(os.path.join(path, "lock")))
    except OSError:
        return False
    return True


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


def _set_aside(path: str, tell: Callable[[str], None] | None = None) -> None:
    """Take a snapshot out of its place, also while others use it; it is removed when nobody does."""
    aside = os.path.join(os.path.dirname(path), f"{_BUILDING}{os.getpid()}-{os.urandom(6).hex()}")
    try:
        os.rename(path, aside) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    except OSError:
        return
    _remove(aside)
    if tell is not None:
        tell(_DAMAGED)


def _remove(path: str) -> bool:
    """Remove a snapshot, or an abandoned building directory, that nobody uses; report whether it is gone."""
    import shutil

    lock = -1  # where there is none that can be taken, nobody uses it
    try:
        lock = os.open(os.path.join(path, "lock"), os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (EMFILE, ENFILE):
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
