"""The messages between the front and a worker: one kind byte, two lengths, a JSON head and a body of bytes.

From the front: `ASK` (a `whence.web.message` request). From a worker: `READY` once, then for each request
either `WHOLE` (head and complete body) or `START`, any number of `MORE`, and `END` or `BROKEN`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

__all__ = ["ASK", "BROKEN", "END", "MORE", "READY", "START", "WHOLE", "Reader", "frame"]

ASK, READY, WHOLE, START, MORE, END, BROKEN = range(7)
_PREFIX = struct.Struct("!BII")
_packed = json.JSONEncoder(separators=(",", ":")).encode


def frame(kind: int, head: dict[str, Any] | None = None, body: bytes = b"") -> bytes:
    """Return one message as bytes.

    >>> frame(END)
    b'\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00'
    """
    packed = _packed(head).encode() if head else b""
    return _PREFIX.pack(kind, len(packed), len(body)) + packed + body


class Reader:
    """Takes bytes as they arrive and gives whole messages.

    >>> list(Reader().feed(frame(WHOLE, {"status": 200}, b"x")))
    [(2, {'status': 200}, b'x')]
    """

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, dict[str, Any], bytes]]:
        """Yield kind, head and body of every message that is complete now."""
        buffer = self._buffer
        buffer += data
        at = 0
        while len(buffer) - at >= _PREFIX.size:
            kind, head_size, body_size = _PREFIX.unpack_from(buffer, at)
            middle = at + _PREFIX.size + head_size
            if len(buffer) < middle + body_size:
                break
            head = json.loads(buffer[at + _PREFIX.size : middle].decode("ascii")) if head_size else {}
            body = bytes(buffer[middle : middle + body_size])
            at = middle + body_size
            yield kind, head, body
        del buffer[:at]
