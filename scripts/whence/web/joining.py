"""What a connection writes to."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["Joining"]

_LARGE_BYTES = 16 * 1024


class Joining:
    """A transport that sends in one piece what is written in one turn of the loop, such as a head and its body.

    Everything else is the transport's own. What was written before `close` is sent before.
    """

    __slots__ = ("_loop", "_pieces", "_shared", "_transport", "is_closing")

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []
        self._shared = False
        self.is_closing = transport.is_closing  # asked for with every request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send bytes at the end of this turn, and many at once."""
        if not self._pieces:
            self._loop.call_soon(self._send)
        self._pieces.append(data)
        if len(data) >= _LARGE_BYTES:  # so that the transport tells in time when the client is slow
            self._send()

    def write_now(self, data: bytes) -> None:
        """Send bytes at once, after those that wait."""
        if self._pieces:
            self._pieces.append(data)
            self._send()
        elif not self.is_closing():
            self._transport.write(data)

    def share(self) -> None:
        """Take note that another process has, or had, the socket too: closing it here does not tell the client then."""
        self._shared = True

    def close(self) -> None:
        """Send what waits and close."""
        self._send()
        if self._shared and not self.is_closing():
            self._transport.write_eof()
        self._transport.close()

    def _send(self) -> None:
        pieces, self._pieces = self._pieces, []
        if pieces and not self._transport.is_closing():
            self._transport.write(b"".join(pieces))
