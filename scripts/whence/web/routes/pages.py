"""Pages as answers: which address leads to which page of `whence.web.pages`, who wants one, and how its HTML goes out.

How things stand to each other has an address a relation: a page where HTML is wanted most, else JSON or a picture.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from whence.lineage.svg import stylesheet
from whence.rdf.formats import GRAPHS, SOLUTIONS
from whence.web.graph import Graph, published
from whence.web.http.negotiation import HTML, quality
from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.http.responses import Headers, send_once
from whence.web.pages import PAGES, Context
from whence.web.pages.relations import RELATIONS, document
from whence.web.routes import linked_data
from whence.web.routes.documents import send_document, send_text
from whence.web.worker_state import Site

_PAGE = b"text/html; charset=utf-8"
#: Pages that show named queries.
_OF_QUESTIONS = ("queries", "query", "sparql", "api", "/editor")


def wants_page(name: str, request: Request) -> bool:
    """Report whether a page of the name exists and the client wants HTML more than anything else."""
    accept = request.accept or ""
    if name not in PAGES or request.method == "POST" or any(word != "html" for word in request.formats):
        return False
    html = max(quality(accept, kind) for kind in HTML.media_types) if "html" in accept else 0.0
    return html > 0 and html >= max(quality(accept, one.media_type) for one in (*SOLUTIONS.values(), *GRAPHS.values()))


async def answer_page(site: Site, name: str, request: Request, send: Send, told: Mapping[str, Any] | None = None) -> None:
    """Send a page; it is rendered once for a graph, and not at all for a client that holds it already.

    :param told: what the page is to tell of the server besides
    """
    context = _context(site, request)
    context.told = told or {}
    headers: Headers = [(b"vary", b"Accept")]
    if request.path.startswith("/page/"):
        headers.append((b"link", linked_data.links(site, request, context.path).encode()))

    async def make() -> tuple[bytes, bool]:
        body = await _rendered(site, request, name, context)
        if context.status == 200 and context.lasting:
            return body, True
        await send_once(request, send, context.status, [(b"content-type", _PAGE), (b"cache-control", b"no-store"), *headers], body)
        return b"", False

    query = request.scope["query_string"].decode("latin-1")
    shown = site.graph.questions if name in _OF_QUESTIONS else published(site.graph) if name == "/changes" else ""
    if name == "thing":
        shown = f"{context.day.isoformat()} {site.settings.texts}"  # citations say when they were read
    await send_document(site, request, send, _PAGE.decode(), f"page {shown} {name} {context.base} {request.path}?{query}", make, headers)


async def answer_problem(site: Site, problem: Problem, request: Request, send: Send) -> bool:
    """Send a problem as a page where there is one for it and a person asks; report whether that was done."""
    if request.path.startswith(("/sparql", "/graph-store", "/data/")) or not wants_page("problem", request):
        return False
    failed = "query" if request.path.startswith("/query/") else request.path
    context = _context(site, request, problem, failed)
    try:
        body = await _rendered(site, request, "problem", context)
    except Problem:
        return False  # the graph cannot be asked just now: plain words do
    headers: Headers = [(b"content-type", _PAGE), (b"vary", b"Accept"), (b"cache-control", b"no-store")]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send_once(request, send, context.status, headers, body)
    return True


async def _rendered(site: Site, request: Request, name: str, context: Context) -> bytes:
    """Return a page, made in a thread and within the limits of a query."""

    def render(_: object) -> bytes:
        return PAGES[name](context).encode()

    asks = "query" in context.parameters or bool(context.name)
    return await site.run(request, render, min(site.settings.page_seconds, site.settings.timeout), page=not asks)


def _context(site: Site, request: Request, problem: Problem | None = None, failed: str = "", graph: Graph | None = None) -> Context:
    found = request.scope.get("path_params", {})
    return Context(
        graph or site.graph, base=site.base(request), path=found.get("path", request.path), name=found.get("name", ""),
        parameters=dict(reversed(request.parameters)), ui=site.settings.ui, problem=problem, failed=failed, quotes=site.quotes,
    )  # fmt: skip


def routes() -> dict[str, Callable[[Site, Request, Send], Awaitable[None]]]:
    """Return the addresses of pages with their handlers."""

    def handler(name: str) -> Callable[[Site, Request, Send], Awaitable[None]]:
        async def respond(site: Site, request: Request, send: Send) -> None:
            path = linked_data.canonical(site, request.scope["path_params"]["path"]) if name == "thing" else None
            if path is not None:
                location = f"{site.base(request)}page/{quote(path)}".encode()
                await send_once(request, send, 303, [(b"location", location), (b"content-type", b"text/plain; charset=utf-8")], location + b"\n")
                return
            await answer_page(site, name, request, send)

        return respond

    fixed = {"home": "/", "thing": "/page/{path:path}", "search": "/search"}
    found = {path: handler(name) for name, path in fixed.items() if name in PAGES}
    return found | {name: handler(name) for name in PAGES if name.startswith("/")}


async def page_or_none(site: Site, name: str, request: Request, send: Send, told: Mapping[str, Any] | None = None) -> bool:
    """Answer the page of a name where there is one and the client wants HTML most; report whether that was done."""
    if not site.settings.ui or not wants_page(name, request):
        return False
    await answer_page(site, name, request, send, told)
    return True


async def relation(site: Site, request: Request, send: Send) -> None:
    """Answer a relation of things.

    :raises Problem: 400 for what is wrong in the address, 404 for a name that nothing has, 406 for a format there is not
    """
    name = request.path.removeprefix("/")
    for given, _ in request.parameters:
        request.one(given)
    if await page_or_none(site, name, request, send):
        return
    formats = RELATIONS[name].formats
    words, accept = request.every("format"), (request.accept or "").strip()
    format = words[0] if words else next((one for one, kind in formats.items() if not accept or quality(accept, kind.partition(";")[0]) > 0), "")
    if format not in formats:
        raise Problem(406, f"This is told as a page (text/html) and, by format=, as {', '.join(formats)}.")

    def text(graph: Graph) -> bytes:
        return document(_context(site, request, graph=graph), name, format)

    query = request.scope["query_string"].decode("latin-1")
    await send_text(site, request, send, formats[format], f"{name} {format} {query}", text, [(b"vary", b"Accept")])


async def style(site: Site, request: Request, send: Send) -> None:
    """Answer the rules of the pictures of lineages, which pages load beside their own."""
    await send_text(site, request, send, "text/css; charset=utf-8", "lineage.css", lambda _: stylesheet("picture.css").encode())
