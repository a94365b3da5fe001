"""Connections with bounds: requests must arrive in time and in measure, and only so many may be open."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["HEAD_SECONDS", "MAX_CONNECTIONS", "Connection"]

#: From the first byte (or the opening of the connection) to the end of the request's headers.
HEAD_SECONDS = 10.0
MAX_HEAD_BYTES = 128 * 1024
MAX_CONNECTIONS = 8192

_open: set[Connection] = set()


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
        super().connection_made(transport)
        if len(_open) >= MAX_CONNECTIONS:
            transport.write(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
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
            if self._head_timer is None:
                self._expect_head()
            if self._head_bytes > MAX_HEAD_BYTES:
                self._end(b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
        super().data_received(data)

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
        self._end(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def _end(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(answer)
            self.transport.close()

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
