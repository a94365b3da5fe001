"""The short way for what is asked most: GET or POST of the endpoint with a query, answered in one piece.

A request of the same client differs from its last one in the query alone. What everything else of it asks for is
worked out once, by the code that reads all other requests, and remembered; the question to the worker is then put
together from it and the query. What is not of this form goes the way of ASGI, and so does a request whose answer
turns out to be long, or a problem.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from whence.web import asking
from whence.web.exchange import Exchange
from whence.web.frames import ASK, framed, packed
from whence.web.heads import whole
from whence.web.lending import Loan
from whence.web.problems import Problem
from whence.web.remembering import Remembered
from whence.web.usual import MAX_TARGET_BYTES, Asked

if TYPE_CHECKING:
    from whence.web.connections import Connection
    from whence.web.endpoint import SparqlEndpoint
    from whence.web.link import Link
    from whence.web.serving import Serving

__all__ = ["Direct", "Shortcut"]

#: Fields after which more is to be done than to answer.
_MEANING_MORE = (b"if-none-match", b"content-length", b"transfer-encoding", b"expect", b"upgrade")
_PATH = b"/sparql?"
_OF_BODY = {False: "application/sparql-query", True: "application/x-www-form-urlencoded"}


class Shortcut:
    """Tells which requests are of this form, and begins to answer them."""

    def __init__(self, site: Serving, endpoint: SparqlEndpoint) -> None:
        self._site = site
        self._endpoint = endpoint
        self._manners: Remembered[tuple[Any, ...], tuple[bytes, float] | None] = Remembered(512, 4096)

    def begin(self, connection: Connection) -> Direct | None:
        """Begin to answer the request whose headers a connection has just read; None when it is of another form.

        :param connection: nothing else is being answered on it
        """
        url, asked = connection.url, connection.asked
        manner = self._manner(asked, connection.headers)
        if manner is None or len(url) > MAX_TARGET_BYTES or not url.isascii() or b"#" in url:
            return None
        try:
            message = framed(ASK, manner[0], asked.text().encode())
            return Direct(self._site, connection, message, manner[1])
        except (UnicodeDecodeError, Problem):
            return None

    def lend(self, connection: Connection, key: bytes) -> None:
        """Lend a connection to a worker, on which the last requests were of this form and differed in their queries alone.

        :param key: what they have in common, as `whence.web.usual.query_of` takes it
        """
        manner = self._manner(connection.asked, connection.headers)
        if manner is not None:
            self._site.published.pool.lend(Loan(connection, key, connection.asked, *manner))

    def go_on(self, connection: Connection, loan: Loan, link: Link) -> Direct:
        """Answer the request that was read on a connection with what a worker, busy with it already, will say."""
        return Direct(self._site, connection, framed(ASK, loan.head, connection.asked.text().encode()), loan.seconds, link)

    def _manner(self, asked: Asked, headers: list[tuple[bytes, bytes]]) -> tuple[bytes, float] | None:
        """Return the head of the question and the limit of time, or None for another form."""
        key = (asked.method, asked.quoted, asked.rest, *headers)
        if key in self._manners:
            return self._manners[key]
        found = self._read(asked, headers)
        self._manners.keep(key, found, len(asked.rest) + sum(len(name) + len(value) for name, value in headers))
        return found

    def _read(self, asked: Asked, headers: list[tuple[bytes, bytes]]) -> tuple[bytes, float] | None:
        names = [name for name, _ in headers]
        if names.count(b"host") != 1 or any(name in names for name in _MEANING_MORE) or self._site.settings.allow_service:
            return None
        scope = {"method": asked.method, "path": "/sparql", "headers": headers, "query_string": asked.rest}
        try:
            request = asking.Request(scope, _no_body)
            if request.every("query") or (asked.method == "POST" and asking.media_type(request) != _OF_BODY[asked.quoted]):
                return None
            return packed(self._endpoint.question(request, "").fields()), self._endpoint.seconds(request)
        except Problem:
            return None


async def _no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


class Direct:
    """One request on the short way; to its connection it looks like a cycle of uvicorn.

    :ivar scope: as in ASGI
    :ivar keep_alive: whether the connection goes on after the answer
    :ivar response_complete: whether it was answered
    """

    __slots__ = ("_begun", "_connection", "_exchange", "_memory", "_message", "_site", "keep_alive", "response_complete", "scope")

    def __init__(self, site: Serving, connection: Connection, message: bytes, seconds: float, link: Link | None = None) -> None:
        """
        :param link: the worker that is busy with it already, if one is
        """
        self.scope: Any = connection.scope
        self.scope |= {"method": connection.asked.method, "path": "/sparql", "raw_path": b"/sparql", "query_string": connection.url[len(_PATH) :]}
        self.keep_alive = connection.goes_on
        self.response_complete = False
        self._begun = connection.begun
        self._site = site
        self._connection = connection
        self._message = message
        self._memory = site.published.memory
        self._exchange: Exchange | None = None
        remembered = self._memory.get(message) if link is None else None
        if remembered is not None:
            self._send(*remembered)
            return
        site.observer.in_flight += 1
        self._exchange = exchange = Exchange(message, seconds, opened=self._opened)
        if link is not None:
            link.take_up(exchange)
            return
        try:
            site.published.pool.ask(exchange)
        except Problem:
            site.observer.in_flight -= 1
            raise

    def lost(self) -> None:
        """End the query: the client has gone away."""
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.abandon()
            self._site.observer.in_flight -= 1
            self._note(0, 0)

    def _opened(self, exchange: Exchange) -> None:
        if self._exchange is None:  # the client has gone away
            return
        self._exchange = None
        self._site.observer.in_flight -= 1
        if exchange.complete and exchange.head["status"] == 200:
            self._memory.put(self._message, exchange.head, exchange.body)
            self._send(exchange.head, exchange.body)
        else:
            self._connection.take_long_way(self, partial(self._site.go_on, exchange))

    def _note(self, status: int, size: int) -> None:
        self._site.observer.note(self.scope, "sparql", status, size, time.perf_counter() - self._begun, status != 0)

    def _send(self, head: dict[str, Any], body: bytes) -> None:
        connection = self._connection
        connection.transport.write_now(whole(connection.server_state.default_headers, head, body, self.keep_alive))
        self.response_complete = True
        self._note(200, len(body))
        if not self.keep_alive:
            connection.transport.close()
        connection.on_response_complete()
