"""The side of the pages that faces the server: what a page may ask for, and how its HTML goes out.

`whence.web.pages` holds `PAGES`, a mapping from a name to an async function that takes a `Context` and returns
HTML. The names the server itself leads to are `home` (`/`), `thing` (`/page/...`), `sparql` (`/sparql` where HTML
is wanted), `queries` (`/query`), `query` (`/query/NAME`), `search` (`/search`), `validation`
(`/validation`), and `problem` (any error). A name
that starts with `/` is a route of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from whence import __version__
from whence.web import linked_data, media, schema_org
from whence.web.asking import Request, Send
from whence.web.heads import Headers
from whence.web.problems import Problem
from whence.web.representing import Document, send_once
from whence.web.terms import Row

if TYPE_CHECKING:
    from whence.web.site import Site

__all__ = ["Context", "answer_page", "answer_problem", "page_routes", "pages", "together", "wants_page"]

Renderer = Callable[["Context"], Awaitable[str]]
_PAGE = b"text/html; charset=utf-8"
#: Pages that show named queries.
_OF_QUESTIONS = ("queries", "query", "sparql", "/editor")
_HTML = {"html": ("text/html", "application/xhtml+xml")}


class Context:
    """What a page knows of its request and of the graph.

    :ivar path: the path of the request; of a thing's page what follows `/page/`
    :ivar base: the address of the site, ending in `/`
    :ivar iri: the thing of its page, or an empty text
    :ivar parameters: the parameters of the address, the first value of each
    :ivar problem: the error an error page is about, or None
    :ivar status: the status to answer with; a page may change it
    :ivar lasting: whether the page stays the same while the graph does; a page that does not says so
    """

    def __init__(self, site: Site, request: Request, problem: Problem | None = None) -> None:
        self.base = site.base(request.scope)
        self.path = request.scope.get("path_params", {}).get("path", request.path)
        self.iri = linked_data.iri_of(self.path) if request.path.startswith("/page/") else ""
        self.parameters = dict(reversed(request.parameters))
        self.name: str = request.scope.get("path_params", {}).get("name", "")
        self.problem = problem
        self.status = 200 if problem is None else problem.status
        self.lasting = True
        self.site = site

    async def select(self, query: str, values: Mapping[str, str | int | float | bool] | None = None) -> list[Row]:
        """Return the rows of a SELECT, each a mapping from variable name to `terms.Term`; unbound ones are left out.

        :param values: variable name to value: `terms.IRI`, text, number, truth value; bound, never pasted
        :raises Problem: when the query fails or takes too long
        """
        return await self.site.rows(query, values)

    async def ask(self, query: str, values: Mapping[str, str | int | float | bool] | None = None) -> bool:
        """Return the answer of an ASK."""
        return bool(await self.site.rows(query, values))

    async def schema_org(self) -> str:
        """Return the thing of this page as JSON-LD of schema.org, safe inside `<script type="application/ld+json">`."""
        document = await schema_org.describe(self.site, self.iri, self.base)
        return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

    def queries(self) -> list[dict[str, Any]]:
        """Return the catalogue of named queries as plain records."""
        from whence.web.named_queries import listing

        return listing(self.site, self.base)

    def page_address(self, iri: str) -> str:
        """Return the path of a thing's page, or the IRI itself when it is not one of ours."""
        path = linked_data.path_of(iri)
        return f"/page/{path}" if path is not None else iri

    def data_addresses(self) -> dict[str, str]:
        """Return the address of the thing's data by suffix."""
        return {suffix: f"/data/{self.path}.{suffix}" for suffix in media.DATA}


async def together(*asked: Awaitable[Any]) -> list[Any]:
    """Return the answers to questions that are asked at the same time; when one fails, the others are given up.

    What is a task already goes on, since others may wait for it: to them its end would look like the end of their request.

    :raises Problem: what the first to fail raised
    """
    own = [asyncio.ensure_future(one) for one in asked if not asyncio.isfuture(one)]
    started = iter(own)
    try:
        return await asyncio.gather(*(one if asyncio.isfuture(one) else next(started) for one in asked))
    except BaseException:
        for task in own:
            task.cancel()
        await asyncio.gather(*own, return_exceptions=True)
        raise


def pages() -> Mapping[str, Renderer]:
    """Return the pages there are by name."""
    from whence.web.pages import PAGES

    found: Mapping[str, Renderer] = PAGES
    return found


def wants_page(name: str, request: Request) -> bool:
    """Report whether a page of the name exists and the client wants HTML more than anything else."""
    accept = request.accept or ""
    if name not in pages() or request.method == "POST" or request.every("format") or request.every("output"):
        return False
    html = max(media.quality(accept, kind) for kind in _HTML["html"]) if "html" in accept else 0.0
    others = [types[0] for offered in (media.SOLUTIONS, media.GRAPHS) for types in offered.values()]
    return html > 0 and html >= max(media.quality(accept, kind) for kind in others)


async def answer_page(site: Site, name: str, request: Request, send: Send) -> None:
    """Send a page; it is rendered once for a graph, and not at all for a client that holds it already."""
    context = Context(site, request)
    headers: Headers = [(b"vary", b"Accept")]
    if context.iri:
        headers.append((b"link", linked_data.links(site, request, context.path).encode()))
    published = site.published
    query = request.scope["query_string"].decode("latin-1")
    shown = _questions(site) if name in _OF_QUESTIONS else ""
    document = Document(published, request, f"page {_edition()} {shown} {name} {context.base} {request.path}?{query}")
    if document.held:
        await document.send_unchanged(send, headers)
        return
    packed = document.remembered
    if packed is None:
        body = (await pages()[name](context)).encode()
        if context.status != 200 or not context.lasting or site.published is not published:
            await send_once(request, send, context.status, [(b"content-type", _PAGE), (b"cache-control", b"no-store"), *headers], body)
            return
        packed = await document.remember(body)
    await document.send(send, _PAGE.decode(), headers, packed)


async def answer_problem(site: Site, problem: Problem, request: Request, send: Send) -> bool:
    """Send a problem as a page where there is one for it and a person asks; report whether that was done."""
    if request.path.startswith(("/sparql", "/graph-store", "/data/")) or not wants_page("problem", request):
        return False
    context = Context(site, request, problem)
    try:
        body = (await pages()["problem"](context)).encode()
    except Problem:
        return False  # the graph cannot be asked just now: plain words do
    headers: Headers = [(b"content-type", _PAGE), (b"vary", b"Accept"), (b"cache-control", b"no-store")]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send_once(request, send, context.status, headers, body)
    return True


@cache
def _edition() -> str:
    """Return a digest of what makes pages out of a graph: the sources and templates of this package."""
    files = sorted(path for path in Path(__file__).parent.rglob("*") if path.suffix in (".py", ".html"))
    return blake2b(b"".join([__version__.encode(), *(path.read_bytes() for path in files)]), digest_size=12).hexdigest()


def _questions(site: Site) -> str:
    """Return a digest of the named queries: not all of them are part of the graph's."""
    from whence.web.named_queries import load

    kept = site.published.kept
    if "questions" not in kept:
        texts = [f"{one.kind} {one.name}\n{one.query.text}\n" for one in load(site)]
        kept["questions"] = blake2b("".join(texts).encode(), digest_size=12).hexdigest()
    digest: str = kept["questions"]
    return digest


def page_routes() -> list[tuple[str, Callable[[Site, Request, Send], Awaitable[None]]]]:
    """Return the routes of pages with their handlers, and get the pages ready meanwhile."""
    from whence.web.pages.rendering import prepare

    Thread(target=prepare, name="templates", daemon=True).start()

    def handler(name: str) -> Callable[[Site, Request, Send], Awaitable[None]]:
        async def respond(site: Site, request: Request, send: Send) -> None:
            await answer_page(site, name, request, send)

        return respond

    fixed = {"home": "/", "thing": "/page/{path:path}", "search": "/search"}
    found = [(path, handler(name)) for name, path in fixed.items() if name in pages()]
    return found + [(name, handler(name)) for name in pages() if name.startswith("/")]
