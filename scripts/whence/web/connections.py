"""Connections with bounds: requests must arrive in time and in measure, and only so many may be open."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from whence.web.asking import MAX_TARGET_BYTES

__all__ = ["HEAD_SECONDS", "MAX_CONNECTIONS", "Connection"]

#: From the first byte (or the opening of the connection) to the end of the request's headers.
HEAD_SECONDS = 10.0
MAX_HEAD_BYTES = 128 * 1024
MAX_CONNECTIONS = 8192
_LARGE_BYTES = 16 * 1024

_open: set[Connection] = set()


def _refusal(status: int, reason: str, text: str, header: str = "") -> bytes:
    """Return a whole response that ends its connection."""
    fields = f"Content-Type: text/plain\r\nContent-Length: {len(text) + 1}\r\nAccess-Control-Allow-Origin: *\r\n{header}"
    return f"HTTP/1.1 {status} {reason}\r\n{fields}Connection: close\r\n\r\n{text}\n".encode()


class _Joining:
    """A transport that sends in one piece what is written in one turn of the loop, such as a head and its body.

    Everything else is the transport's own. What was written before `close` is sent before.
    """

    __slots__ = ("_loop", "_pieces", "_transport")

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send bytes at the end of this turn, and many at once."""
        if not self._pieces:
            self._loop.call_soon(self._send)
        self._pieces.append(data)
        if len(data) >= _LARGE_BYTES:  # so that the transport tells in time when the client is slow
            self._send()

    def close(self) -> None:
        """Send what waits and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        pieces, self._pieces = self._pieces, []
        if pieces and not self._transport.is_closing():
            self._transport.write(b"".join(pieces))


class Connection(HttpToolsProtocol):
    """One connection.

    One that is open without a complete request's headers for `HEAD_SECONDS` is closed, so half-open requests never
    hold more than `MAX_CONNECTIONS` connections for longer than that. A connection above the number is closed at once.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = True

    def connection_made(self, transport: Any) -> None:
        transport = _Joining(transport, self.loop)
        super().connection_made(transport)
        if len(_open) >= MAX_CONNECTIONS:
            transport.write(_refusal(503, "Service Unavailable", "Too many connections are open.", "Retry-After: 5\r\n"))
            transport.close()
            return
        _open.add(self)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        _open.discard(self)
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._end(_refusal(431, "Request Header Fields Too Large", "The headers are too large."))
                return
        super().data_received(data)
        if self._in_head and self._head_bytes and self._head_timer is None:  # most heads come in one piece
            self._expect_head()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES + 1000:
            self._end(_refusal(414, "URI Too Long", "The address is too long. Send the query with POST."))

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True
        self._head_bytes = 0

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _too_slow(self) -> None:
        self._end(_refusal(408, "Request Timeout", "The request came too slowly."))

    def _end(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(answer)
            self.transport.close()

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
