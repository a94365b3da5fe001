"""The messages between the front and a worker: one kind byte, two lengths, a head of plain values and a body of bytes.

Both ends are this program run by the same interpreter, so heads are packed with `marshal`, in a tenth of JSON's time.
From the front: `ASK` (a `whence.web.message` question). From a worker: `READY` once, then for each request
either `WHOLE` (head and complete body) or `START`, any number of `MORE`, and `END` or `BROKEN`. The others are of
connections on loan: from the front `LEND` and `RECALL`, from a worker `HOME` and `NOTES` (`whence.web.borrowing`).
"""

from __future__ import annotations

import marshal
import struct
from typing import Any, Protocol

__all__ = [
    "ASK", "BROKEN", "END", "HOME", "LEND", "MORE", "NOTES", "READY", "RECALL", "START", "WHOLE", "Reader", "Tell", "frame", "framed",
    "packed", "unpacked",
]  # fmt: skip

ASK, READY, WHOLE, START, MORE, END, BROKEN, LEND, RECALL, HOME, NOTES = range(11)
_PREFIX = struct.Struct("!BII")
#: The version of the format without references between values, so that equal heads are equal bytes.
_FORMAT = 2


class Tell(Protocol):
    """Takes the messages of an answer, as `frame` does."""

    def __call__(self, kind: int, head: dict[str, Any] | None = None, body: bytes = b"") -> None: ...


def frame(kind: int, head: dict[str, Any] | None = None, body: bytes = b"") -> bytes:
    """Return one message as bytes.

    >>> frame(END)
    b'\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00'
    """
    return framed(kind, packed(head) if head else b"", body)


def framed(kind: int, head: bytes, body: bytes = b"") -> bytes:
    """Return one message whose head is packed already."""
    return _PREFIX.pack(kind, len(head), len(body)) + head + body


def packed(head: dict[str, Any]) -> bytes:
    """Return a head as bytes, its members in their order."""
    return marshal.dumps(head, _FORMAT)


def unpacked(head: bytes) -> dict[str, Any]:
    """Return what was packed.

    >>> unpacked(packed({"status": 200}))
    {'status': 200}
    """
    return marshal.loads(head) if head else {}  # type: ignore[no-any-return]


class Reader:
    """Takes bytes as they arrive and gives whole messages.

    >>> Reader().feed(frame(END, None, b"x"))
    [(5, b'', b'x')]
    """

    __slots__ = ("_buffer", "_needed")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._needed = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes, bytes]]:
        """Return kind, packed head and body of every message that is complete now."""
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return []
            data = bytes(self._buffer)
            self._buffer.clear()
        found = []
        at, size, end = 0, len(data), _PREFIX.size
        while size - at >= _PREFIX.size:
            kind, head_size, body_size = _PREFIX.unpack_from(data, at)
            middle = at + _PREFIX.size + head_size
            end = middle + body_size
            if size < end:
                break
            found.append((kind, data[at + _PREFIX.size : middle], data[middle:end]))
            at = end
        if at < size:
            self._needed = max(end, at + _PREFIX.size) - at
            self._buffer += data[at:]
        return found
