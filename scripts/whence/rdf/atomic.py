"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from whence.errors import InputError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Yield a stream whose content takes the file's place when all of it is on the disk.

    Permissions stay as they were, and a symbolic link stays one. What is there and is no plain file (a pipe, a
    terminal, a device) is written to, never replaced.

    :raises InputError: the file cannot be written; what was there is unchanged
    """
    name = os.path.realpath(path)
    folder, base = os.path.split(name)
    temporary = None
    try:
        if os.path.exists(name) and not os.path.isfile(name):
            handle = os.open(name, os.O_WRONLY | os.O_NONBLOCK)  # a pipe that nobody reads is not waited for
            os.set_blocking(handle, True)
            with open(handle, "wb") as stream:
                yield stream
            return
        handle, temporary = tempfile.mkstemp(prefix=f".{base[:100]}.", dir=folder)
        with open(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, mode_of(name))
        os.replace(temporary, name)
        temporary = None
    except OSError as error:
        raise InputError(
            f"The file cannot be written: {error.strerror or error}.",
            fix="What was there before is unchanged.",
            file=os.fspath(path),
        ) from None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def mode_of(name: str) -> int:
    """The permissions of the file that is replaced, or those a new file gets."""
    try:
        return os.stat(name).st_mode & 0o777
    except FileNotFoundError:
        return 0o666 & ~mask()


def mask() -> int:
    """The permissions that nothing new gets."""
    found = os.umask(0)
    os.umask(found)
    return found
