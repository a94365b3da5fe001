"""Connections with bounds: requests must arrive in time and in measure, and only so many may be open.

The HTTP is uvicorn's and httptools'; what is added here is time, number, and two forms of request they read wrong.
"""

from __future__ import annotations

import fcntl
import itertools
import resource
import struct
import termios
import time
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from whence.web.http.requests import MAX_TARGET_BYTES
from whence.web.settings import Settings

MAX_HEAD_BYTES = 128 * 1024
#: Requests of one connection that may wait behind the one that is being answered.
MAX_PIPELINED = 16
_OTHER_DESCRIPTORS = 256
#: How the interim response begins that a client waits for before it sends a body (RFC 9110, section 15.2.1).
_CONTINUE = b"HTTP/1.1 100"


def raise_descriptors() -> None:
    """Allow as many open files as the system does, for this process and those it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Connections:
    """All connections of one process.

    A connection on which no complete headers of a request come in time is closed. When as many are open as may be, a new
    one takes the place of the one that has waited longest for a request, be it for its headers or its body; only when each
    is being answered the new one is refused (503). One whose client reads nothing of an answer that waits is cut off.
    """

    def __init__(self, settings: Settings) -> None:
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        room = settings.connections if most == resource.RLIM_INFINITY else min(settings.connections, most - _OTHER_DESCRIPTORS)
        self._most = max(16, room // settings.workers)
        self._settings = settings
        self.open: set[Connection] = set()
        self.waiting: dict[Connection, float] = {}
        self.stalled: dict[Connection, tuple[float, int]] = {}

    def admit(self, connection: Connection) -> None:
        """Let a new connection in, if there is or can be made room."""
        if len(self.open) >= self._most:
            if not self.waiting:
                connection.refuse(503, "Service Unavailable", "Too many connections are open.", "Retry-After: 5\r\n")
                return
            oldest = next(iter(self.waiting))
            if oldest.unsent:
                oldest.transport.abort()
            else:
                oldest.give_up()
        self.open.add(connection)
        self.wait(connection)

    def wait(self, connection: Connection) -> None:
        """Count the time for a request of this connection from now."""
        self.waiting.pop(connection, None)
        self.waiting[connection] = time.monotonic()

    def end(self, connection: Connection) -> None:
        """Wait for no more requests of a connection that is being closed, and only so long until its client has read what is left."""
        self.waiting.pop(connection, None)
        self.stalled[connection] = time.monotonic(), connection.unsent

    def leave(self, connection: Connection) -> None:
        """Forget a connection."""
        self.open.discard(connection)
        self.waiting.pop(connection, None)
        self.stalled.pop(connection, None)

    def close_overdue(self) -> None:
        """Close the connections on which no request came in time, or nothing is read; to be called every so often."""
        now = time.monotonic()
        for late in [one for one, since in self.waiting.items() if since < now - self._settings.wait_seconds]:
            if late.idle and late.arrived:  # in time: it was this process that had no time to read it
                continue
            if late.unsent:  # it cannot ask for more before it has read what it asked for
                self.stalled.setdefault(late, (now, late.unsent))
                self.wait(late)
            else:
                late.give_up()
        for connection, (since, size) in list(self.stalled.items()):
            if since < now - self._settings.stall_seconds:
                del self.stalled[connection]
                left = connection.unsent
                if left >= size:
                    connection.transport.abort()
                elif left:
                    self.stalled[connection] = now, left

    @property
    def closed(self) -> bool:
        """Whether none is open, and whoever was answered has the whole answer."""
        return not self.open and not self.stalled

    def close_idle(self, kept: float, new: float) -> None:
        """Close what has been idle for so long, for a process that ends.

        :param kept: seconds for connections on which a request was answered, whose clients ask again elsewhere
        :param new: seconds for those on which none was: they are told so (408)
        """
        now = time.monotonic()
        for connection in list(self.open):
            seconds = kept if connection.answered else new
            if connection.idle and self.waiting.get(connection, now) <= now - seconds and not connection.arrived and not connection.unsent:
                connection.give_up()

    def close_waiting(self, abort: bool) -> None:
        """Close whatever waits for a request, for a process that must end now.

        :param abort: break off answers that are being sent, too
        """
        for connection in list(self.open):
            asking = connection in self.waiting and not connection.unsent
            if asking and not connection.arrived:
                connection.give_up()
            elif abort and not asking:
                connection.transport.abort()


class _Joining:
    """A transport that keeps the head of a response until its body comes, so that both are sent as one packet; uvloop sends each write by itself."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._head = b""
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self.is_closing():  # by a client or a refusal, of which the request that is being answered has not been told yet
            self._head = b""
        elif not self._head and data.startswith(b"HTTP/") and not data.startswith(_CONTINUE):
            self._head = data
        elif self._head:
            self._transport.write(self._head + data)
            self._head = b""
        else:
            self._transport.write(data)

    def close(self) -> None:
        self.send_head()
        self._transport.close()

    def send_head(self) -> None:
        """Send the head of a response that has no body."""
        if self._head and not self.is_closing():
            self._transport.write(self._head)
        self._head = b""


class Connection(HttpToolsProtocol):
    """One connection; see `Connections`.

    Requests that come before their turn wait, and are answered in their order. What is refused is the last that is read:
    it is told so, and the connection closed, when those before it have been answered.

    :ivar answered: how many requests on it were
    """

    transport: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._all: Connections = self.app.connections
        self._head_bytes = 0
        self._begun = False
        self._in_head = True
        self._upgrading = False
        self._running: RequestResponseCycle | None = None
        self._refusal = b""
        self.answered = 0

    @property
    def unsent(self) -> int:
        """Bytes that wait for the client to read."""
        return int(self.transport.get_write_buffer_size())

    @property
    def idle(self) -> bool:
        """Whether nothing is being answered or asked."""
        return not self._begun and not self._answering

    @property
    def _answering(self) -> bool:
        """Whether a request is being answered, or about to be when it has come whole."""
        return self._running is not None and not self._running.response_complete

    @property
    def arrived(self) -> bool:
        """Whether there is something to read, which this process has not read yet."""
        try:
            waiting = fcntl.ioctl(self.transport.get_extra_info("socket").fileno(), termios.FIONREAD, b"\0" * 4)
        except OSError:
            return False
        return bool(struct.unpack("i", waiting)[0])

    def connection_made(self, transport: Any) -> None:
        super().connection_made(_Joining(transport))
        self._all.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.leave(self)
        if self._running is not None:  # the protocol below knows the last alone
            self._running.disconnected = self._answering
            self._running.message_event.set()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._all.stalled[self] = time.monotonic(), self.unsent

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._all.stalled.pop(self, None)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        if cycle.more_body:
            self._all.wait(self)
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        if self._refusal:
            return
        if self._in_head:
            if not self._head_bytes and not self._answering:
                self._all.wait(self)
            self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._ignore_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.refuse(400, "Bad Request", "This is not HTTP/1.1 as RFC 9112 has it.")
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES:
            self.refuse(431, "Request Header Fields Too Large", "The headers are too large.")

    def _ignore_upgrade(self, rest: bytes) -> None:
        """Read a request that offers another protocol as if it did not (RFC 9110, section 7.8).

        The parser stops after such a head and would take the body for another request.

        :param rest: what came after the head
        """
        self._upgrading = False
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        if method == b"CONNECT":
            self.refuse(405, "Method Not Allowed", "This server is no proxy.", "Allow: GET, HEAD, OPTIONS\r\n")
            return
        fields = [b"%b: %b\r\n" % field for field in self.headers if field[0] not in (b"upgrade", b"http2-settings")]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"%b %b HTTP/%b\r\n%b\r\n%b" % (method, self.url, version, b"".join(fields), rest))

    def on_message_begin(self) -> None:
        self._begun = True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES + 1000:
            self.refuse(414, "URI Too Long", "The address is too long. Send the query with POST.")

    def on_headers_complete(self) -> None:
        if self._refusal or self.transport.is_closing():
            return
        if self.parser.should_upgrade():
            self._upgrading = True
            return
        if self._head_bytes > MAX_HEAD_BYTES and sum(map(len, itertools.chain(*self.headers))) > MAX_HEAD_BYTES:
            self.refuse(431, "Request Header Fields Too Large", "The headers are too large.")
            return
        if len(self.pipeline) >= MAX_PIPELINED:
            self.refuse(429, "Too Many Requests", "Too many requests wait on this connection.", "Retry-After: 1\r\n")
            return
        if self.url == b"*":  # `OPTIONS *` (RFC 9110, section 9.3.7) has no path that the parser of addresses knows
            self.url = b"/*"
        super().on_headers_complete()  # which raises where the address is none; then its head is at fault, and no request began
        self._in_head = False

    def on_body(self, body: bytes) -> None:
        if not self._in_head and not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._upgrading or self._in_head:
            return
        super().on_message_complete()
        self._in_head, self._begun, self._head_bytes = True, False, 0
        if self._answering:
            self._all.waiting.pop(self, None)

    def on_response_complete(self) -> None:
        self.answered += 1
        self.transport.send_head()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self._all.end(self)
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal:
            self._close_with(self._refusal)
        else:
            self._all.wait(self)

    def give_up(self) -> None:
        """Close it since no request came; say so where one was begun or none has been answered yet."""
        if self._begun or not self.answered:
            self.refuse(408, "Request Timeout", "No complete request came in time.")
        else:
            self._all.end(self)
            self.transport.close()

    def refuse(self, status: int, reason: str, text: str, header: str = "") -> None:
        """Answer nothing more but this, in its turn, and close; close alone where it would be taken for the answer to another request."""
        if self._refusal or self.transport.is_closing():
            return
        fields = f"Content-Type: text/plain\r\nContent-Length: {len(text) + 1}\r\nAccess-Control-Allow-Origin: *\r\n{header}"
        self._refusal = f"HTTP/1.1 {status} {reason}\r\n{fields}Connection: close\r\n\r\n{text}\n".encode()
        running = self._running
        if not self._in_head and running is self.cycle:  # its body is at fault, while it is answered
            self._close_with(b"" if running.response_started else self._refusal)
            return
        if not self._in_head:
            self.pipeline.popleft()
        if self._answering:
            self._all.waiting.pop(self, None)
            self.flow.resume_reading()  # what is unread when it is closed would make the client lose answers
        else:
            self._close_with(self._refusal)

    def _close_with(self, response: bytes) -> None:
        self._all.end(self)
        self.transport.write(response)
        self.transport.close()
