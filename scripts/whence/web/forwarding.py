"""Lets the engine call other servers without a network of its own: it calls a forwarder inside its own process.

Each SERVICE of a query is led to `http://127.0.0.1:PORT/TOKEN/NUMBER`, where only addresses stand behind numbers that
were allowed before; the forwarder makes the call (`whence.web.remote`). The token is made anew for each question, so
that nobody else on the machine can call through it. Joins, blank nodes and SILENT stay what the engine makes of them.
"""

from __future__ import annotations

import errno
import http.server
import secrets
import socket
import threading
import time
from collections.abc import Sequence
from queue import SimpleQueue
from typing import NamedTuple

from whence.errors import QueryError
from whence.web.problems import Problem
from whence.web.remote import Allowance, CallError, Means, Reply, call
from whence.web.services import Address, address, is_allowed

__all__ = ["Calls", "Forwarder", "Limits"]

#: More than any query that a worker takes, after the engine has written it anew.
_LARGEST_QUERY = 1 << 22
_REQUEST_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


class Limits(NamedTuple):
    """What all calls of one query may take together: seconds of waiting, bytes of answers, and how many there may be."""

    seconds: float = 20.0
    size: int = 64 << 20
    calls: int = 100


class Calls:
    """The calls of one question."""

    def __init__(self, base: str, hosts: Sequence[str], means: Means, limits: Limits) -> None:
        self.token = secrets.token_urlsafe(16)
        self._base = f"{base}/{self.token}/"
        self._hosts = tuple(hosts)
        self._means = means
        self._limits = limits
        self._listed: list[tuple[Address, bool]] = []
        self._answered: list[str] = []
        self._failure: CallError | None = None
        self._made, self._ended, self._seconds, self._size = 0, 0, 0.0, 0

    def redirect(self, iri: str, silent: bool) -> str | None:
        """Return what the engine calls instead of an address, or None when that is not allowed: `sparql.run(elsewhere=)`."""
        called = address(iri)
        if called is None or not is_allowed(called, self._hosts):
            return None
        self._listed.append((called, silent))
        return f"{self._base}{len(self._listed) - 1}"

    def make(self, number: str, query: bytes, accept: str) -> Reply:
        """Make the call of this number.

        :raises CallError: it failed, or is one more than is allowed
        :raises LookupError: there is none of this number
        """
        if not number.isdecimal() or int(number) >= len(self._listed):
            raise LookupError(number)
        where, silent = self._listed[int(number)]
        begun = time.monotonic()
        try:
            self._made += 1
            if self._made > self._limits.calls:
                raise CallError(403, f"The query calls other servers more than {self._limits.calls} times. Narrow it.")
            allowance = Allowance(begun + self._limits.seconds - self._seconds, self._limits.size - self._size)
            reply = call(where, query, accept, allowance, self._means)
        except CallError as error:
            self._ended += 1
            if not silent:
                self._failure = self._failure or error
            raise
        finally:
            self._seconds += time.monotonic() - begun
        self._ended += 1
        self._size += len(reply.body)
        self._answered.append(where.host)
        return reply

    def check(self) -> None:
        """Fail where a call did and the engine went on all the same, as it does in a FILTER.

        :raises Problem: of the first call that failed and was not SILENT
        """
        if self._failure is not None:
            raise Problem(self._failure.status, self._failure.detail)

    def problem(self, error: Exception) -> Problem | None:
        """Return the problem behind an error of the engine, if a call is what it is about."""
        if self._failure is not None:
            return Problem(self._failure.status, self._failure.detail)
        if not isinstance(error, (OSError, RuntimeError, QueryError)):
            return None
        said = error.problem.removeprefix("The query cannot be answered: ") if isinstance(error, QueryError) else str(error)
        if self.token in said or self._made > self._ended:  # the forwarder itself failed, for want of memory perhaps
            names = ", ".join(dict.fromkeys(where.host for where, _ in self._listed))
            return Problem(502, f"The call of {names} failed. Ask again.")
        if not self._answered:
            return None
        names = ", ".join(dict.fromkeys(self._answered))
        return Problem(502, f"The query cannot be answered with what {names} sent: {said.strip().rstrip('.')}.")


class Forwarder:
    """Listens for the engine of this process. Its threads keep the network that the one who made it has at that moment.

    :param means: how other servers are found
    :param limits: for each question
    """

    def __init__(self, means: Means | None = None, limits: Limits | None = None) -> None:
        self._means = means or Means()
        self._limits = limits or Limits()
        self._base = ""
        self._calls: dict[str, Calls] = {}
        self._given: SimpleQueue[socket.socket] = SimpleQueue()
        self._listener: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def listen(self, listener: socket.socket | None = None) -> int:
        """Open the listening socket, in the network of the caller, unless it is given; return its port.

        :raises OSError: there is no loopback interface
        """
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        port = int(self._listener.getsockname()[1])
        self._base = f"http://127.0.0.1:{port}"
        self._given.put(self._listener)
        return port

    def begin(self, hosts: Sequence[str]) -> Calls:
        """Return the calls of a question that may call these hosts (of `whence.web.services.allowed_hosts`)."""
        made = Calls(self._base, hosts, self._means, self._limits)
        self._calls[made.token] = made
        return made

    def end(self, calls: Calls) -> None:
        """Let a question's calls be possible no more."""
        self._calls.pop(calls.token, None)

    def of_token(self, token: str) -> Calls | None:
        """Return the calls of a question that goes on."""
        return self._calls.get(token)

    def close(self) -> None:
        """Listen no more."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join()
            self._listener.close()

    def _serve(self) -> None:
        listener = self._given.get()
        while True:
            try:
                channel, _ = listener.accept()
            except OSError as error:
                if error.errno in (errno.EINVAL, errno.EBADF):  # it was closed
                    return
                time.sleep(_PAUSE_SECONDS)  # no descriptor is left, perhaps; the next call may find one
                continue
            try:
                threading.Thread(target=self._one, args=(channel,), daemon=True).start()
            except RuntimeError:  # no memory for a thread: this call fails, and the next one may not
                channel.close()

    def _one(self, channel: socket.socket) -> None:
        with channel:
            try:
                _Request(channel, ("127.0.0.1", 0), self)  # type: ignore[arg-type]
            except (OSError, MemoryError):
                pass  # the engine has gone, or sees that the connection breaks


class _Request(http.server.BaseHTTPRequestHandler):
    """One request of the engine."""

    timeout = _REQUEST_SECONDS
    server: Forwarder  # type: ignore[assignment]

    def do_POST(self) -> None:
        """Make the call that the path names, and pass on what comes of it."""
        _, token, number = ([*self.path.split("/"), "", ""])[:3]
        calls = self.server.of_token(token)
        size = self.headers.get("Content-Length", "")
        if calls is None or not size.isdecimal() or int(size) > _LARGEST_QUERY:
            self._answer(404, "text/plain", b"")
            return
        query = self.rfile.read(int(size))
        self.connection.settimeout(None)  # the engine reads on when its own client does
        try:
            reply = calls.make(number, query, self.headers.get("Accept", "*/*"))
        except LookupError:
            self._answer(404, "text/plain", b"")
        except CallError:
            self._answer(502, "text/plain", b"")
        else:
            self._answer(200, reply.kind, reply.body)

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: standard error is where a worker's last words are looked for."""
