"""The cache folder of a user: where it stands, whom it may be believed, and small notes in it.

What another user can have written is never read. So everything from the root of the file system to a cached file has to
belong to this user or to root, and from the cache folder on nobody else may write there; links are not followed below it.

This module is on the path of every command, so it uses `os` and little else.
"""

from __future__ import annotations

import os
import stat
from zlib import crc32

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
#: What is longer, in bytes, is nothing that whence reads at once, and no file of the cache that it wrote.
_LONGEST = 1 << 30


def folders() -> list[str]:
    """Return the folders that may be the cache, absolute, the preferred one first.

    That is `WHENCE_CACHE`, else `XDG_CACHE_HOME/whence`, else `~/.cache/whence`, where these say a place at all (the XDG base
    directory specification ignores relative ones); and after it a folder of this user's own below the temporary
    directory, for machines where the first cannot be written or belongs to somebody else.
    """
    environment = os.environ
    chosen = environment.get("WHENCE_CACHE")
    if chosen:
        chosen = os.path.expanduser(chosen)
        chosen = "" if chosen.startswith("~") else os.path.abspath(chosen)
    else:
        base = environment.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.join(os.path.expanduser("~"), ".cache")
        chosen = os.path.join(base, "whence") if os.path.isabs(base) else ""
    spare = os.path.abspath(os.path.join(environment.get("TMPDIR") or "/tmp", f"whence-{os.geteuid()}"))
    return [chosen, spare] if chosen else [spare]


def is_ours(status: os.stat_result, *, folder: bool = False) -> bool:
    """Report whether an `os.lstat` is of a regular file, or a folder, of this user's or root's that nobody else may write."""
    kind = stat.S_ISDIR if folder else stat.S_ISREG
    return kind(status.st_mode) and status.st_uid in (0, os.geteuid()) and not status.st_mode & _OTHERS_WRITE


def belongs(path: str, *, folder: bool) -> bool:
    """Report whether a file or folder, not a link, is this user's or root's and nobody else may write it."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return is_ours(status, folder=folder)


def belongs_all(root: str, *below: str) -> bool:
    """Report whether a cache folder, all folders around it, and folders below it, outermost first, may be believed.

    :param root: one of `folders()`
    :param below: names that lead on from there
    """
    if root == folders()[-1] and os.path.islink(root):  # anybody may have put it into the temporary directory
        return False
    path = os.path.realpath(root)
    around = path
    try:
        while True:
            status = os.stat(around)
            shared = status.st_mode & (_OTHERS_WRITE if around == path else stat.S_IWOTH)
            if status.st_uid not in (0, os.geteuid()) or (shared and not status.st_mode & stat.S_ISVTX):
                return False
            if around == os.path.dirname(around):
                break
            around = os.path.dirname(around)
    except OSError:
        return False
    for name in below:
        path = os.path.join(path, name)
        if not belongs(path, folder=True):
            return False
    return True


def make(root: str, name: str) -> str:
    """Make a folder of the cache, and the cache, where they are not there, writable to this user alone; return its path.

    :raises OSError: it cannot be made, or belongs to somebody else
    """
    missing = [os.path.join(root, name)]
    while not os.path.isdir(missing[-1]) and os.path.dirname(missing[-1]) != missing[-1]:
        missing.append(os.path.dirname(missing[-1]))
    for folder in reversed(missing):
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            pass
    if not belongs_all(root, name):
        raise PermissionError(13, "the cache folder can be written by somebody else", root)
    return os.path.join(root, name)


def read(path: str) -> bytes | None:
    """Return what a file of the cache holds, or None when it is no file, cannot be read, or others could have written it."""
    try:
        handle = open_ours(path)
    except OSError:
        return None
    try:
        if os.fstat(handle).st_size > _LONGEST:
            return None
        with os.fdopen(handle, "rb", closefd=False) as stream:
            return stream.read()
    except OSError:
        return None
    finally:
        os.close(handle)


def open_ours(path: str) -> int:
    """Return the descriptor of a file of the cache, which waits for nobody.

    :raises OSError: it is no file, cannot be read, or others could have written it
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not is_ours(os.fstat(handle)):
        os.close(handle)
        raise PermissionError(13, "it is no file, or others could have written it", path)
    return handle


def write(path: str, content: bytes) -> None:
    """Write a file of the cache atomically; what cannot be kept is found out again."""
    temporary = f"{path}.{os.getpid()}"
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(temporary, path)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            pass


def note(path: str, content: bytes) -> None:
    """Write a note, as `write` does, with a checksum of it and its place, for `noted`."""
    write(path, b"%08x\n%s" % (_checksum(path, content), content))


def noted(path: str) -> bytes | None:
    """Return what `note` wrote there, or None when nothing can be read, it is damaged, or was written for another place."""
    checksum, _, content = (read(path) or b"").partition(b"\n")
    return content if checksum == b"%08x" % _checksum(path, content) else None


def remember(kind: str, name: str, content: bytes) -> str | None:
    """Keep a note in the first cache folder that takes it; what cannot be kept is found out again.

    :param kind: the folder of the note
    :returns: the path of that folder, or None when no cache takes it
    """
    for root in folders():
        try:
            folder = make(root, kind)
        except OSError:
            continue
        note(os.path.join(folder, name), content)
        return folder
    return None


def recall(kind: str, name: str) -> bytes | None:
    """Return what `remember` kept, or None when nothing is there that can be believed."""
    for root in folders():
        path = os.path.join(root, kind, name)
        kept = noted(path) if os.path.lexists(path) and belongs_all(root, kind) else None
        if kept is not None:
            return kept
    return None


def _checksum(path: str, content: bytes) -> int:
    return crc32(content, crc32(os.fsencode("/".join(path.split(os.sep)[-2:]))))


def signature(path: str) -> bytes | None:
    """Return what tells that a file of the cache is untouched, or None when it is none, or others could have written it."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return b"%d %d %d %d" % (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino) if is_ours(status) else None
