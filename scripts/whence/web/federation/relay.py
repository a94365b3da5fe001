"""Lets the engine call other servers without a network of its own: it calls a relay inside its own process.

Each SERVICE of a query is led to `http://127.0.0.1:PORT/TOKEN/NUMBER`, where only addresses stand behind numbers that
were allowed before; the relay makes the call (`whence.web.federation.client`). The token is made anew for each query, so
that nobody else on the machine can call through it. Joins, blank nodes and SILENT stay what the engine makes of them.
"""

from __future__ import annotations

import http.server
import secrets
import socket
import socketserver
import threading
import time
from queue import SimpleQueue
from typing import Any

from whence.errors import QueryError
from whence.sparql.service_calls import CallRefused
from whence.web.federation.allowlist import Address, address, is_allowed, require_plain
from whence.web.federation.client import Network, call
from whence.web.http.problems import Problem

#: More than any query that a worker takes, after the engine has written it anew.
_LARGEST_QUERY = 1 << 22
_REQUEST_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


class Relay:
    """Listens for the engine of this process, unless no server may be called.

    :ivar isolated: whether queries can reach nothing but it; otherwise their text is read with suspicion
    """

    def __init__(self, hosts: tuple[str, ...], network: Network = Network(), size: int = 64 << 20, most: int = 100) -> None:  # noqa: B008
        """
        :param hosts: that may be called, of `whence.web.federation.allowlist.allowed_hosts`
        :param size: bytes of the answers that all calls of one query get
        :param most: calls that one query may make
        """
        self.isolated = False
        self.hosts, self.network, self.size, self.most = hosts, network, size, most
        self._base = ""
        self.open: dict[str, Calls] = {}  # by token, while their query goes on
        self._listening: SimpleQueue[_Server] = SimpleQueue()
        self._server: _Server | None = None

    def start(self) -> None:
        """Start the thread that will make the calls; it keeps the network that its maker has at this moment."""
        threading.Thread(target=lambda: self._listening.get().serve_forever(None), daemon=True).start()

    def listen(self) -> int:
        """Open the listening socket, in the network that the caller has now, and return its port.

        :raises OSError: there is no loopback interface
        """
        self._server = _Server(self)
        port = int(self._server.server_address[1])
        self._base = f"http://127.0.0.1:{port}"
        self._listening.put(self._server)
        return port

    def calls(self, query: str, seconds: float) -> Calls:
        """Return the calls of a query, which are possible until they are closed.

        :param seconds: of waiting for other servers, in all
        :raises Problem: 403 where the text must be read with suspicion, and mentions SERVICE in another way than to call a listed host
        """
        if not self.isolated:
            require_plain(query, self.hosts)
        made = Calls(self, self._base, seconds)
        self.open[made.token] = made
        return made

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.socket.shutdown(socket.SHUT_RDWR)
            self._server.shutdown()
            self._server.server_close()


class Calls:
    """The calls of one query, of `Relay.calls`."""

    def __init__(self, relay: Relay, base: str, seconds: float) -> None:
        self.token = secrets.token_urlsafe(16)
        self._relay = relay
        self._base = f"{base}/{self.token}/"
        self._seconds, self._size = seconds, relay.size  # what is left
        self._listed: list[tuple[Address, bool]] = []
        self._answered: list[str] = []
        self._failure: Problem | None = None
        self._made = 0

    def close(self) -> None:
        """Let no more calls be made."""
        self._relay.open.pop(self.token, None)

    def redirect(self, iri: str, silent: bool) -> str | None:
        """Return what the engine calls instead of an address, or None when that is not allowed: `sparql.run(elsewhere=)`."""
        called = address(iri)
        if called is None or not is_allowed(called, self._relay.hosts):
            return None
        self._listed.append((called, silent))
        return f"{self._base}{len(self._listed) - 1}"

    def make(self, number: str, query: bytes, accept: str) -> tuple[str, bytes]:
        """Make the call of this number.

        :raises Problem: it failed, or is one more than is allowed
        :raises LookupError: there is none of this number
        """
        if not number.isdecimal() or int(number) >= len(self._listed):
            raise LookupError(number)
        where, silent = self._listed[int(number)]
        begun = time.monotonic()
        self._made += 1
        try:
            if self._made > self._relay.most:
                raise Problem(403, f"The query calls other servers more than {self._relay.most} times. Narrow it.")
            kind, body = call(where, query, accept, self._seconds, self._size, self._relay.network)
        except Exception as error:
            problem = error if isinstance(error, Problem) else Problem(502, f"The call of {where.host} failed. Ask again.")
            if not silent:
                self._failure = self._failure or problem
            raise problem from None
        finally:
            self._seconds -= time.monotonic() - begun
        self._size -= len(body)
        self._answered.append(where.host)
        return kind, body

    def check(self) -> None:
        """Fail where a call did and the engine went on all the same, as it does in a FILTER.

        :raises Problem: of the first call that failed and was not SILENT
        """
        if self._failure is not None:
            raise self._failure

    def problem(self, error: Exception) -> Problem | None:
        """Return the problem behind an error of the query, if a call is what it is about."""
        if self._failure is not None:
            return self._failure
        if isinstance(error, CallRefused):
            known = f" Allowed: {', '.join(self._relay.hosts)}." if self._relay.hosts else ""
            return Problem(403, error.problem + known, line=error.line, column=error.column, excerpt=error.excerpt)
        if not isinstance(error, (OSError, RuntimeError, QueryError)):
            return None
        told = error.problem.removeprefix("The query cannot be answered: ") if isinstance(error, QueryError) else str(error)
        if self.token in told:  # the relay cannot be reached, for want of descriptors perhaps
            names = ", ".join(dict.fromkeys(where.host for where, _ in self._listed))
            return Problem(502, f"The call of {names} failed. Ask again.")
        if not self._answered:
            return None
        names = ", ".join(dict.fromkeys(self._answered))
        return Problem(502, f"The query cannot be answered with what {names} sent: {told.strip().rstrip('.')}.")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, relay: Relay) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.relay = relay

    def get_request(self) -> tuple[socket.socket, Any]:
        try:
            return super().get_request()
        except OSError:
            time.sleep(_PAUSE_SECONDS)  # no descriptor is left, perhaps; the next attempt may find one
            raise

    def handle_error(self, *_: object) -> None:
        """Say nothing: the engine has gone, or sees that the connection breaks."""


class _Request(http.server.BaseHTTPRequestHandler):
    """One request of the engine."""

    timeout = _REQUEST_SECONDS
    server: _Server

    def do_POST(self) -> None:
        """Make the call that the path names, and pass on what comes of it."""
        _, token, number = ([*self.path.split("/"), "", ""])[:3]
        calls = self.server.relay.open.get(token)
        size = self.headers.get("Content-Length", "")
        if calls is None or not size.isdecimal() or int(size) > _LARGEST_QUERY:
            return self._answer(404)
        query = self.rfile.read(int(size))
        self.connection.settimeout(None)  # the engine reads on when its own client does
        try:
            reply = calls.make(number, query, self.headers.get("Accept", "*/*"))
        except LookupError:
            return self._answer(404)
        except Problem:
            return self._answer(502)
        return self._answer(200, *reply)

    def _answer(self, status: int, kind: str = "text/plain", body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: standard error is where a worker's last words are looked for."""
