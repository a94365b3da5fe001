"""The application: one ASGI callable over one published graph.

`/sparql` is answered here without a detour; everything else goes through the routes of `whence.web.routes`.
Every response gets its headers of security and CORS, and every request its line in the log, in one place.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any

from whence.errors import WhenceError
from whence.web import reloading
from whence.web.asking import Receive, Request, Scope, Send
from whence.web.delivery import deliver, fetch, pass_on, send_problem
from whence.web.direct import Shortcut
from whence.web.endpoint import SparqlEndpoint
from whence.web.exchange import Broken, Exchange
from whence.web.heads import ALWAYS, Headers
from whence.web.message import Question, parameter
from whence.web.observing import Observer
from whence.web.problems import Problem, of_error
from whence.web.publishing import Published
from whence.web.settings import Settings
from whence.web.terms import Row, rows

__all__ = ["Site"]

#: Rows of a query of our own, such as a page's.
MAX_INNER_ROWS = 50_000
#: Content-Security-Policy level 3; nothing inline, nothing from elsewhere.
POLICY = (
    b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_FOR_PAGES: Headers = [(b"content-security-policy", POLICY), (b"referrer-policy", b"same-origin"), (b"x-frame-options", b"DENY")]


class Site:
    """What all requests share.

    :ivar settings: what the server was asked to do
    :ivar published: the graph being served
    :ivar observer: counters and log
    :ivar refusal: the last change that was not served, or None
    :ivar shortcut: answers some requests before they come here
    """

    def __init__(self, settings: Settings, published: Published, observer: Observer) -> None:
        from whence.web.routes import application

        self.settings = settings
        self.published = published
        self.observer = observer
        self.refusal: WhenceError | None = None
        self._sparql = SparqlEndpoint(self)
        self.shortcut = Shortcut(self, self._sparql)
        self._others = application(self)
        self._tasks: list[asyncio.Task[None]] = []

    def base(self, scope: Scope) -> str:
        """Return the address this site is known by, ending in `/`."""
        if self.settings.base:
            return self.settings.base
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        if not host or not all(char.isalnum() or char in "-._:[]" for char in host):
            server = scope.get("server") or ("localhost", None)
            host = server[0] if not server[1] else f"{server[0]}:{server[1]}"
        return f"{scope.get('scheme', 'http')}://{host}/"

    async def deliver(
        self, question: Question, seconds: float, request: Request, send: Send, more: Headers | None = None
    ) -> None:
        """Answer a question from the graph being served; see `whence.web.delivery.deliver`."""
        published = self.published
        await deliver(published.pool, published.memory, question, seconds, request, send, more)

    async def rows(self, query: str, values: Mapping[str, str | int | float | bool] | None = None, seconds: float | None = None) -> list[Row]:
        """Return the rows of a SELECT, evaluated in a worker within a limit of time.

        :param query: SPARQL text without front matter; the shared prefixes need no declaration
        :param values: variable name to value: `terms.IRI`, text, number or truth value; bound, never pasted
        :raises Problem: when it fails or takes too long
        """
        published = self.published
        bound = [parameter(name, value) for name, value in (values or {}).items()]
        question = Question(query, bound=bound, formats=("json",), rows=MAX_INNER_ROWS)
        _, body = await fetch(published.pool, published.memory, question, seconds or self.settings.timeout)
        return rows(body)

    async def named_graphs(self) -> dict[str, int]:
        """Return the number of triples of each named graph by its IRI, and of the default graph by an empty text."""
        kept = self.published.kept
        if "graphs" not in kept:
            found = {"": int((await self.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))[0]["n"])}
            counted = await self.rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
            found |= {str(row["g"]): int(row["n"]) for row in counted}
            kept["graphs"] = found
        return kept["graphs"]

    async def describe_service(self, request: Request, send: Send) -> None:
        """Answer the service description, or the page for people where they ask for one."""
        from whence.web.service_description import respond

        await respond(self, request, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI event: requests and the start and end of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def go_on(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of the endpoint whose question is with a worker already."""
        await self._answer(scope, receive, send, exchange)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, exchange: Exchange | None = None) -> None:
        begun = time.perf_counter()
        record = _Record(send)
        request: Request | None = None
        self.observer.in_flight += 1
        try:
            request = Request(scope, receive)
            if exchange is not None:
                await pass_on(exchange, request, record)
            elif request.path == "/sparql":
                await self._sparql(request, record)
            else:
                await self._others(scope, receive, record)
        except Problem as problem:
            bug = problem.members.pop("bug", None)
            if bug is not None:
                self.observer.say("error", path=scope["path"], error=bug)
            await self._tell(problem, request, record)
        except Broken as broken:
            self.observer.say("broken", path=scope["path"], reason=str(broken))
        except WhenceError as error:
            await self._tell(of_error(error), request, record)
        except Exception as error:  # a bug of ours: say so, without a traceback to the client
            self._confess(error, scope)
            await self._tell(Problem(500, "The server made a mistake. It has been written to the log."), request, record)
        finally:
            self.observer.in_flight -= 1
            route = scope["path"].split("/", 2)[1]
            taken = time.perf_counter() - begun
            known = route if route in _ROUTES else "other"
            self.observer.note(scope, known, record.status, record.size, taken, record.whole)

    async def _tell(self, problem: Problem, request: Request | None, record: _Record) -> None:
        if record.status:
            return
        if request is not None and self.settings.ui and "html" in (request.accept or ""):
            from whence.web.page_answers import answer_problem

            if await answer_problem(self, problem, request, record):
                return
        await send_problem(problem, request, record)

    def _confess(self, error: Exception, scope: Scope) -> None:
        import traceback

        self.observer.say("error", path=scope["path"], error="".join(traceback.format_exception(error)))

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._tasks.append(asyncio.create_task(self.observer.write()))
        if self.settings.reload:
            self._tasks.append(asyncio.create_task(reloading.watch(self)))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.published.pool.end()
        self.observer.flush()
        await send({"type": "lifespan.shutdown.complete"})


_ROUTES = frozenset(
    ("sparql", "id", "vocab", "ontology", "shape", "view", "page", "data", "query", "graph-store", "health", "metrics", "static",
     "openapi.json", "validation", "sitemap.xml", "robots.txt", ".well-known", "dcat", "search", "")
)  # fmt: skip


class _Record:
    """Passes a response on, adding the headers all have, and keeps what the log wants."""

    __slots__ = ("_send", "size", "status", "whole")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.size = 0
        self.whole = False

    async def __call__(self, event: Any) -> None:
        if event["type"] == "http.response.start":
            self.status = event["status"]
            headers = [*event.get("headers", ()), *ALWAYS]
            if any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers):
                own = {name for name, _ in headers}
                headers += [field for field in _FOR_PAGES if field[0] not in own]
            event = {**event, "headers": headers}
        else:
            self.size += len(event.get("body", b""))
            self.whole = not event.get("more_body", False)
        await self._send(event)
