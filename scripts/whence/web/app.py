"""The application of a worker: one ASGI callable over one graph.

`/sparql` is answered here without a detour; everything else goes through the router. Every response gets its headers of
security and CORS, and every request its line in the log, in one place.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.routing import Match, Mount, Route, Router

from whence.errors import WhenceError
from whence.web.http.problems import Problem, of_error, render
from whence.web.http.requests import FORMATS, Receive, Request, Scope, Send, require_host
from whence.web.http.responses import ALWAYS, FOR_PAGES, VARY, send_allowed, send_whole
from whence.web.http.static_files import Files
from whence.web.iris import as_written
from whence.web.pages.relations import RELATIONS
from whence.web.process.log import SHOWN
from whence.web.query.limits import Gone
from whence.web.query.responding import Broken
from whence.web.routes import dataset, linked_data, named_queries, openapi, operations, pages, reconcile, sparql
from whence.web.worker_state import Site

Handler = Callable[[Site, Request, Send], Awaitable[None]]
_READING = "GET, HEAD, OPTIONS"
_STATIC = Path(__file__).parent / "static"
_ROUTES = frozenset(
    ("sparql", "id", "vocab", "ontology", "shape", "view", "page", "data", "context.jsonld", "draft.schema.json", "query", "graph-store", "health", "metrics", "static", "editor",
     "openapi.json", "validation", "sitemap.xml", "robots.txt", ".well-known", "dcat", "search", "picture", "suggestions", "about", "licence", "download", "changes", "feed", "reconcile", *RELATIONS, "")
)  # fmt: skip
#: The parameters of addresses that have some and do not see to it themselves; the reconciliation API leaves out what it does not know, as its clients expect.
_OF_PICTURE = ("direction", "steps", "policy", "comparisons", "edges")
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "/page/{path:path}": ("class", "said", "start", *_OF_PICTURE, *FORMATS),
    "/picture": ("thing", *_OF_PICTURE),
    "/search": ("q",),
    "/suggestions": ("q",),
    "/editor": ("query", "example"),
    "/query": ("q", *FORMATS),
    "/graph-store": ("graph", "default", *FORMATS),
    **dict.fromkeys(("/health", "/validation", "/openapi.json", "/.well-known/void", "/dcat"), FORMATS),
    **dict.fromkeys(("/data/{path:path}", "/ontology", *(f"/{kind}/{{path:path}}" for kind in ("id", "vocab", "ontology", "shape", "view"))), FORMATS),
}
#: Addresses that see to their parameters themselves.
_OWN = ("/query/{name}", "/reconcile", *(f"/{name}" for name in RELATIONS))


class Application:
    """Routes the requests of a worker."""

    def __init__(self, site: Site) -> None:
        self.connections = site.connections
        self._site = site
        self._router = _router(site.settings.ui)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        begun = time.perf_counter()
        record = _Record(send, self._site)
        request: Request | None = None
        self._site.in_flight += 1
        try:
            raw = scope.get("raw_path") or b""
            if b"%" in raw:
                scope["path"] = as_written(scope["path"], raw.decode("latin-1"), self._site.graph.knows)
            request = Request(scope, receive, self._site.budget)
            require_host(request)
            if request.path == "/sparql":
                await sparql.respond(self._site, request, record)
            elif request.path == "/*" and request.method == "OPTIONS":
                await send_whole(record, 204, [(b"allow", sparql.ALLOWED.encode())], b"", True)
            else:
                scope["site"], scope["request"] = self._site, request
                await self._router(scope, receive, record)
        except (Broken, Gone) as broken:
            self._site.log.say("broken", path=scope["path"][:SHOWN], reason=str(broken) or "The client has gone away.")
        except Exception as error:
            await self._tell(error, request, record)
        finally:
            self._site.in_flight -= 1
            if request is not None:
                request.held.give(request.held.size)
            self._note(scope, record, time.perf_counter() - begun)

    async def _tell(self, error: Exception, request: Request | None, record: _Record) -> None:
        """Tell the client of an error, as a page where a person asks, unless the answer has begun."""
        if isinstance(error, Problem):
            problem = error
        elif isinstance(error, WhenceError):
            problem = of_error(error)
        else:  # a bug of ours: say so, without a traceback to the client
            self._site.log.say("error", path=request.path[:SHOWN] if request else "", error="".join(traceback.format_exception(error)))
            problem = Problem(500, "The server made a mistake. It has been written to the log.")
        if record.status:
            return
        if request is not None and self._site.settings.ui and "html" in (request.accept or ""):
            if await pages.answer_problem(self._site, problem, request, record):
                return
        await send_problem(problem, request, record)

    def _note(self, scope: Scope, record: _Record, seconds: float) -> None:
        """Count a request that has ended, and log it."""
        route = scope["path"].split("/", 2)[1]
        self._site.metrics.count(route if route in _ROUTES else "other", scope["method"], record.status, record.size, seconds)
        self._site.log.request(scope, record.status, record.size, seconds, record.whole)


class _Record:
    """Passes a response on, adding the headers all have, and keeps what the log wants."""

    __slots__ = ("_send", "_site", "size", "status", "whole")

    def __init__(self, send: Send, site: Site) -> None:
        self._send = send
        self._site = site
        self.status = 0
        self.size = 0
        self.whole = False

    async def __call__(self, event: Any) -> None:
        if event["type"] == "http.response.start":
            self.status = event["status"]
            own = event["headers"]
            headers = [*own, *ALWAYS]
            fields = dict(own)
            if fields.get(b"content-type", b"").startswith(b"text/html"):
                if b"content-security-policy" in fields:  # a page that says itself who may frame it
                    fields[b"x-frame-options"] = b""
                headers += [field for field in FOR_PAGES if field[0] not in fields]
            if self._site.retiring:
                headers.append((b"connection", b"close"))
            event["headers"] = headers
        else:
            self.size += len(event.get("body", b""))
            self.whole = not event.get("more_body", False)
        await self._send(event)


async def send_problem(problem: Problem, request: Request | None, send: Send) -> None:
    """Send a problem as the client reads it."""
    accept = request.accept or "" if request else ""
    agent = request.field(b"user-agent") or "" if request else ""
    kind, body = render(problem, accept, agent)
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store"), VARY]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send_whole(send, problem.status, headers, body, bool(request) and request.method == "HEAD")


class _Endpoint:
    """Answers one route: methods and parameters checked, path parameters in `request.scope["path_params"]`.

    :param parameters: the names of its parameters, or None where the handler sees to them
    """

    def __init__(self, handler: Handler, allowed: str = _READING, parameters: tuple[str, ...] | None = None) -> None:
        self._handler = handler
        self._allowed = allowed
        self._parameters = parameters

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        request: Request = scope["request"]
        request.scope = scope
        if request.method == "OPTIONS":
            await send_allowed(send, self._allowed, b"Accept, If-None-Match")
            return
        if request.method not in self._allowed.split(", "):
            raise Problem(405, f"{request.method} is not allowed here.", {"Allow": self._allowed})
        if self._parameters is not None:
            request.take_only(self._parameters)
        await self._handler(scope["site"], request, send)


def _router(ui: bool) -> Router:
    paths: dict[str, Handler] = {
        "/health": operations.health,
        "/metrics": operations.metrics,
        "/validation": operations.validation,
        "/graph-store": sparql.whole_graph,
        "/query": named_queries.catalogue,
        "/query/{name}": named_queries.respond,
        "/openapi.json": openapi.respond,
        "/.well-known/void": dataset.void,
        "/dcat": dataset.dcat,
        "/sitemap.xml": dataset.sitemap,
        "/download/{name}": dataset.download,
        "/feed": dataset.feed,
        "/reconcile/suggest/{kind}": reconcile.suggest,
        "/reconcile/flyout/{kind}": reconcile.flyout,
        "/reconcile/preview": reconcile.preview,
        "/reconcile/properties": reconcile.properties,
        "/robots.txt": dataset.robots,
        "/data/{path:path}": linked_data.data,
        "/context.jsonld": linked_data.context,
        "/draft.schema.json": linked_data.draft_schema,
        "/static/lineage.css": pages.style,
        **{f"/{name}": pages.relation for name in RELATIONS},
        "/ontology": linked_data.identified,
        **{f"/{kind}/{{path:path}}": linked_data.identified for kind in ("id", "vocab", "ontology", "shape", "view", "pack")},
    }
    if ui:
        paths |= pages.routes()
    routes: list[Any] = [
        Route(path, _Endpoint(handler, parameters=None if path.startswith(_OWN) else _PARAMETERS.get(path, ()))) for path, handler in paths.items()
    ]
    routes.append(Route("/reconcile", _Endpoint(reconcile.respond, reconcile.ALLOWED)))
    if ui and _STATIC.is_dir():
        routes.append(Mount("/static", Files(directory=_STATIC)))
    return Router(routes, redirect_slashes=False, default=_missing)


async def _missing(scope: Scope, receive: Receive, send: Send) -> None:
    if linked_data.is_below_base(scope["site"], scope["path"]):  # the base may have any path, which is known when a graph is served
        await _Endpoint(linked_data.identified)(scope, receive, send)
        return
    request: Request = scope["request"]
    without = request.path.rstrip("/")
    if without and without != request.path and any(route.matches({**scope, "path": without})[0] is Match.FULL for route in scope["router"].routes):
        query = scope["query_string"].decode("latin-1")
        location = scope["site"].base(request) + quote(without.removeprefix("/")) + (f"?{query}" if query else "")
        await send_whole(send, 308, [(b"location", location.encode()), (b"cache-control", b"no-cache")], b"", request.method == "HEAD")
        return
    raise Problem(404, f"There is nothing at {scope['path'][:200]}. The SPARQL endpoint is at /sparql.")


