"""Connections with bounds: requests must arrive in time and in measure, and only so many may be open."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from whence.web.direct import Direct
from whence.web.joining import Joining
from whence.web.remembering import Remembered
from whence.web.usual import GET_START, MAX_TARGET_BYTES, POST_START, PREFIX, Asked, of_url, posted, split

if TYPE_CHECKING:
    from whence.web.lending import Loan
    from whence.web.link import Link

__all__ = ["MAX_CONNECTIONS", "SETTLED", "STALL_SECONDS", "WAIT_SECONDS", "Connection", "close_overdue", "raise_descriptors"]

#: From the opening of a connection, the end of a response or the first byte of a request to the end of its headers.
WAIT_SECONDS = 10.0
#: How long a client may read nothing of an answer that waits for it.
STALL_SECONDS = 20.0
MAX_HEAD_BYTES = 128 * 1024
MAX_CONNECTIONS = 8192
_OTHER_DESCRIPTORS = 256

_END = b"\r\n\r\n"
#: After so many requests in a row that differ in the query alone, a connection may be lent to a worker; after an answer
#: that took long, after so many more.
SETTLED, _SLOW_SETTLED = 4, 30
#: Header fields of requests of the short way as they came, but for the length of a body, to what the parser makes of them,
#: and whether the connection goes on after the answer.
_parsed: Remembered[bytes, tuple[list[tuple[bytes, bytes]], bool]] = Remembered(512, 4096)

_most = MAX_CONNECTIONS

_open: set[Connection] = set()
#: The connections that wait for a request's headers and since when, the one that waits longest first.
_waiting: dict[Connection, float] = {}
#: The connections whose client does not read as fast as is written: since when, and how many bytes waited then.
_stalled: dict[Connection, tuple[float, int]] = {}


def raise_descriptors() -> int:
    """Allow as many open connections as the system does, up to `MAX_CONNECTIONS`; return how many that is.

    Files and workers keep what descriptors they need.
    """
    global _most
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    _most = MAX_CONNECTIONS if most == resource.RLIM_INFINITY else max(16, min(MAX_CONNECTIONS, most - _OTHER_DESCRIPTORS))
    return _most


def close_overdue() -> None:
    """Close the connections on which no request came in time, or nothing is read; to be called every so often."""
    now = time.monotonic()
    while _waiting and next(iter(_waiting.values())) < now - WAIT_SECONDS:
        late = next(iter(_waiting))
        if late.transport.get_write_buffer_size():  # it cannot ask for more before it has read what it asked for
            _watch_reading(late)
        else:
            late.give_up()
    for connection, (since, size) in list(_stalled.items()):
        if since < now - STALL_SECONDS:
            left = connection.transport.get_write_buffer_size()
            if left >= size:
                connection.transport.abort()
            elif left:
                _stalled[connection] = now, left
            else:
                del _stalled[connection]


def _watch_reading(connection: Connection) -> None:
    """Let a connection wait longer whose client reads; that it does is looked at from now on."""
    now = time.monotonic()
    _stalled.setdefault(connection, (now, connection.transport.get_write_buffer_size()))
    del _waiting[connection]
    _waiting[connection] = now


def _refusal(status: int, reason: str, text: str, header: str = "") -> bytes:
    """Return a whole response that ends its connection."""
    fields = f"Content-Type: text/plain\r\nContent-Length: {len(text) + 1}\r\nAccess-Control-Allow-Origin: *\r\n{header}"
    return f"HTTP/1.1 {status} {reason}\r\n{fields}Connection: close\r\n\r\n{text}\n".encode()


class Connection(HttpToolsProtocol):
    """One connection.

    One on which no complete headers of a request come within `WAIT_SECONDS` is closed. When as many are open as may
    be (`raise_descriptors`), a new one takes the place of the one that has waited longest, so requests that never end
    keep nobody out; only when each is being answered the new one is refused (503). One whose client reads nothing for
    `STALL_SECONDS` of an answer that waits is cut off.

    A request that `whence.web.direct` takes is answered there; all others go the way of ASGI.

    :ivar begun: when the first bytes of the request came, on the performance counter
    :ivar asked: what a request of the short way asks
    :ivar goes_on: whether it stays open after the answer
    """

    transport: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.begun = 0.0
        self._head_bytes = 0
        self._in_head = True
        self._answered = 0
        self._messages = 0
        self._direct: Direct | None = None
        self.asked = Asked("", False, b"", b"")
        self._fields = b""
        self._in_a_row = 0
        self._held = b""
        self._first = True
        self.goes_on = False
        self._version = ""

    def connection_made(self, transport: Any) -> None:
        transport = Joining(transport, self.loop)
        super().connection_made(transport)
        if len(_open) >= _most and not _waiting:
            transport.write(_refusal(503, "Service Unavailable", "Too many connections are open.", "Retry-After: 5\r\n"))
            transport.close()
            return
        if len(_open) >= _most:
            next(iter(_waiting)).give_up()
        _open.add(self)
        _waiting[self] = time.monotonic()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        if self._direct is not None:
            self._direct.lost()
            if self.cycle is self._direct:
                self.cycle = None
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        _stalled[self] = time.monotonic(), self.transport.get_write_buffer_size()

    def resume_writing(self) -> None:
        super().resume_writing()
        _stalled.pop(self, None)

    def data_received(self, data: bytes) -> None:
        if not self._in_head:
            self._in_a_row = 0
            super().data_received(data)
            return
        self._first = not self._head_bytes
        if self._first:
            self.begun = time.perf_counter()
        elif self._held:
            data, self._held, self._head_bytes = self._held + data, b"", 0
        if self._head_bytes:
            self._take_head(data)
        elif data.startswith(GET_START):
            self._take_got(data)
        elif data.startswith(POST_START):
            self._take_posted(data)
        else:
            self._take_head(data)

    def _take_head(self, data: bytes) -> None:
        self._in_a_row = min(0, self._in_a_row)
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._end(_refusal(431, "Request Header Fields Too Large", "The headers are too large."))
            return
        super().data_received(data)
        if self._in_head and self._head_bytes == len(data) and self in _waiting:  # most heads come in one piece
            del _waiting[self]
            _waiting[self] = time.monotonic()

    def _take_got(self, data: bytes) -> None:
        """Take what begins like a request of the short way: its headers are parsed once, equal ones never again."""
        url, fields = split(data)
        known = _parsed.get(fields)
        if known is not None and url and self._may_go_direct(fields):
            self._begin(url, *known)
            self.asked = of_url(url)
            if self._go_direct():
                return
        self._take_new(data, fields if fields.find(_END) == len(fields) - len(_END) else b"")

    def _take_posted(self, data: bytes) -> None:
        """Take what begins like a request by POST of the short way; its body may come apart from its head."""
        request = posted(data)
        known = _parsed.get(request.key) if request is not None else None
        if request is not None and known is not None:
            if request.missing:
                self._hold(data)
                return
            if self._may_go_direct(request.key):
                self._begin(b"/sparql", *known)
                self.asked = request.asked()
                if self._go_direct():
                    return
        self._take_new(data, request.key if request is not None and not request.missing else b"")

    def _take_new(self, data: bytes, key: bytes) -> None:
        """Have the parser read what comes, and remember its header fields.

        :param key: what a whole request has in common with the like; empty when it is none
        """
        before = self._messages
        self._take_head(data)
        if key and self._messages == before + 1 and not self._head_bytes and self._version == "1.1":
            lasting = [field for field in self.headers if field[0] != b"content-length"]
            _parsed.keep(key, (lasting, self.goes_on), len(key))

    def _hold(self, data: bytes) -> None:
        """Wait for the rest of a body: as long as for headers, counted from its first piece."""
        if self._first and self in _waiting:
            del _waiting[self]
            _waiting[self] = time.monotonic()
        self._in_a_row = min(0, self._in_a_row)
        self._held, self._head_bytes = data, len(data)

    def _may_go_direct(self, fields: bytes) -> bool:
        """Report whether nothing is being answered, and count requests with the same fields."""
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        self._in_a_row = self._in_a_row + 1 if fields == self._fields else 1
        self._fields = fields
        return True

    def _begin(self, url: bytes, headers: list[tuple[bytes, bytes]], goes_on: bool) -> None:
        self.on_message_begin()
        self.url = url
        self.goes_on = goes_on
        self.headers = self.scope["headers"] = headers

    def _go_direct(self) -> bool:
        """Let the short way begin to answer the request that was read; report whether it does."""
        _waiting.pop(self, None)
        direct = self.app.shortcut.begin(self)
        if direct is not None:
            self.cycle = self._direct = direct
        return direct is not None

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES + 1000:
            self._end(_refusal(414, "URI Too Long", "The address is too long. Send the query with POST."))

    def on_headers_complete(self) -> None:
        self._in_head = False
        _waiting.pop(self, None)
        self._version, self.goes_on = self.parser.get_http_version(), self.parser.should_keep_alive()
        if self.url.startswith(PREFIX) and (self.cycle is None or self.cycle.response_complete):
            if self.parser.get_method() == b"GET" and self._version == "1.1" and self.goes_on:
                self.asked = of_url(self.url)
                if self._go_direct():
                    return
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        if self._direct is None or self.cycle is not self._direct:
            super().on_message_complete()
        self._in_head = True
        self._head_bytes = 0
        self._messages += 1

    def on_response_complete(self) -> None:
        self._answered += 1
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        _waiting[self] = time.monotonic()
        if self._in_a_row >= SETTLED:
            self.loop.call_soon(self._lend)  # once the answer is written

    def _lend(self) -> None:
        """Let a worker read the next requests, unless one has come meanwhile or the client reads slowly."""
        direct, transport = self._direct, self.transport
        if direct is not None and self.cycle is direct and direct.response_complete and self.goes_on and self._in_a_row >= SETTLED:
            if self._in_head and not self._head_bytes and not transport.is_closing() and not transport.get_write_buffer_size():
                self.app.shortcut.lend(self, self._fields)

    @property
    def descriptor(self) -> int:
        """The descriptor of its socket."""
        return int(self.transport.get_extra_info("socket").fileno())

    def leave_home(self) -> None:
        """Read nothing until it comes home: a worker does."""
        self._in_a_row = 0
        _waiting.pop(self, None)
        self.transport.pause_reading()
        self.transport.share()

    def come_home(self, data: bytes = b"", unsent: bytes = b"", slow: bool = False) -> None:
        """Read again, after these bytes and once those are written.

        :param slow: whether the worker sent it home since an answer took long
        """
        if self.transport.is_closing():
            return
        self._in_a_row = -_SLOW_SETTLED if slow else 0
        _waiting[self] = time.monotonic()
        if unsent:
            self.transport.write_now(unsent)
        self.transport.resume_reading()
        if data:
            self.data_received(data)

    def go_on(self, data: bytes, loan: Loan, link: Link) -> None:
        """Come home with a request that the worker is busy with."""
        self._in_a_row = -_SLOW_SETTLED
        self.begun = time.perf_counter()
        request = posted(data) if data.startswith(POST_START) else None
        url = b"/sparql" if request else split(data)[0]
        self._begin(url, self.headers, True)
        self.asked = request.asked() if request else of_url(url)
        self.cycle = self._direct = self.app.shortcut.go_on(self, loan, link)
        if self.transport.is_closing():
            self._direct.lost()
        else:
            self.transport.resume_reading()

    def take_long_way(self, direct: Direct, application: Callable[..., Awaitable[None]]) -> None:
        """Have an ASGI application answer a request whose answer takes more than one piece."""
        cycle = RequestResponseCycle(
            scope=direct.scope, transport=self.transport, flow=self.flow, logger=self.logger, access_logger=self.access_logger,
            access_log=False, default_headers=self.server_state.default_headers, message_event=asyncio.Event(),
            expect_100_continue=False, keep_alive=direct.keep_alive, on_response=self.on_response_complete,
        )  # fmt: skip
        cycle.more_body = False
        if self.cycle is direct:
            self.cycle = cycle
        self._direct = None
        self._start_asgi_task(cycle, application)

    def give_up(self) -> None:
        """Close a connection that waits: with a sentence when its request is late, silently when it is only idle."""
        if self._head_bytes or not self._answered:
            self._end(_refusal(408, "Request Timeout", "The request came too slowly."))
        elif self.transport.get_write_buffer_size():  # closing would wait for a client that reads nothing
            self.transport.abort()
        else:
            self.transport.close()
        self._leave()

    def _leave(self) -> None:
        _open.discard(self)
        _waiting.pop(self, None)
        _stalled.pop(self, None)

    def _end(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(answer)
            self.transport.close()
