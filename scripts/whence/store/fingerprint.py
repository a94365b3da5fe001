"""The digest of a graph, recalled instead of computed when no file of it has been touched.

Reading and hashing every file costs more than opening the graph it leads to. So the digest is noted beside the
size, the times and the inode of each file, as version control systems do with their index. A note is believed
only when all of these are the same, and it is written only when every file had been at rest for two seconds
before it was read, which is longer than the clock of any file system is wrong: a change always shows. Nobody can
set the time of an inode's change (`ctime`) back.
"""

from __future__ import annotations

import os

from whence.store import cache
from whence.store.layout import GraphFiles

_AT_REST_NANOSECONDS = 2_000_000_000


def digest(files: GraphFiles) -> str:
    """Return `files.digest()`, without reading the files where a note of it can be believed.

    :raises InputError: when a file cannot be read
    """
    try:
        signature, latest = _signature(files)
    except OSError:
        return files.digest()
    known, _, rest = noted(files, "digests").partition("\n")
    if rest == signature:
        return known
    import time

    at_rest = time.time_ns() - latest > _AT_REST_NANOSECONDS
    computed = files.digest()
    if at_rest:
        note(files, "digests", f"{computed}\n{signature}")
    return computed


def noted(files: GraphFiles, kind: str) -> str:
    """Return the text noted about a graph directory, or an empty one."""
    return (cache.recall(kind, name(files)) or b"").decode("utf-8", "surrogateescape")


def note(files: GraphFiles, kind: str, text: str) -> None:
    """Keep a text about a graph directory in the cache, atomically; what cannot be kept is found out again.

    :param kind: the folder of the note
    """
    cache.remember(kind, name(files), text.encode("utf-8", "surrogateescape"))


def _signature(files: GraphFiles) -> tuple[str, int]:
    """Return what tells that no file was touched, and when one was touched last, in nanoseconds."""
    lines = [files.kind_of_digest()]
    latest = 0
    for path in [*files.engine_sources(), *files.taking_part()]:
        status = os.stat(path)
        latest = max(latest, status.st_mtime_ns, status.st_ctime_ns)
        lines.append(f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}")
    return "\n".join(lines), latest


def name(files: GraphFiles) -> str:
    """Return what a note about a graph directory is called in the cache."""
    from zlib import crc32

    return f"{crc32(os.fsencode(files.root)):08x}"
