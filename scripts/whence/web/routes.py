"""Which path is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.routing import Mount, Route, Router

from whence.web import dataset_documents, graph_store, linked_data, named_queries, openapi, operations
from whence.web.asking import Receive, Request, Scope, Send
from whence.web.delivery import send_whole
from whence.web.problems import Problem

if TYPE_CHECKING:
    from whence.web.serving import Serving

__all__ = ["application"]

Handler = Callable[["Serving", Request, Send], Awaitable[None]]
_READING = "GET, HEAD, OPTIONS"
_STATIC = Path(__file__).parent / "static"


class _Endpoint:
    """Answers one route: methods checked, path parameters in `request.scope["path_params"]`."""

    def __init__(self, site: Serving, handler: Handler, allowed: str = _READING) -> None:
        self._site = site
        self._handler = handler
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method == "OPTIONS":
            headers = [(b"allow", self._allowed.encode()), (b"access-control-allow-methods", self._allowed.encode())]
            await send_whole(send, 204, [*headers, (b"access-control-allow-headers", b"Accept, If-None-Match")], b"", True)
            return
        if request.method not in self._allowed.split(", "):
            raise Problem(405, f"{request.method} is not allowed here.", {"Allow": self._allowed})
        await self._handler(self._site, request, send)


def application(site: Serving) -> Router:
    """Return the router of everything but the SPARQL endpoint."""

    def to(path: str, handler: Handler) -> Route:
        return Route(path, _Endpoint(site, handler))

    routes: list[Any] = [
        to("/health", operations.health),
        to("/metrics", operations.metrics),
        to("/validation", operations.validation),
        to("/graph-store", graph_store.respond),
        to("/query", named_queries.catalogue),
        to("/query/{name}", named_queries.respond),
        to("/openapi.json", openapi.respond),
        to("/.well-known/void", dataset_documents.void),
        to("/dcat", dataset_documents.dcat),
        to("/sitemap.xml", dataset_documents.sitemap),
        to("/robots.txt", dataset_documents.robots),
        to("/data/{path:path}", linked_data.data),
        to("/ontology", linked_data.identified),
        *(to(f"/{kind}/{{path:path}}", linked_data.identified) for kind in ("id", "vocab", "ontology", "shape", "view")),
    ]
    if site.settings.ui:
        from whence.web.page_answers import page_routes
        from whence.web.static_files import Files

        routes += [Route(path, _Endpoint(site, handler)) for path, handler in page_routes()]
        if _STATIC.is_dir():
            routes.append(Mount("/static", Files(directory=_STATIC)))
    return Router(routes, redirect_slashes=False, default=_missing)


async def _missing(scope: Scope, _: Receive, __: Send) -> None:
    raise Problem(404, f"There is nothing at {scope['path'][:200]}. The SPARQL endpoint is at /sparql.")
