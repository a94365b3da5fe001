"""Pages as answers: which name leads to which, who wants one, and how its HTML goes out.

`whence.web.pages` holds `PAGES`, a mapping from a name to an async function that takes a `Context` and returns
HTML. The names the server itself leads to are `home` (`/`), `thing` (`/page/...`), `sparql` (`/sparql` where HTML
is wanted), `queries` (`/query`), `query` (`/query/NAME`), `search` (`/search`), `validation`
(`/validation`), and `problem` (any error). A name
that starts with `/` is a route of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from whence import __version__
from whence.web import linked_data, media
from whence.web.asking import Request, Send
from whence.web.cataloguing import load
from whence.web.heads import Headers
from whence.web.page_context import Context
from whence.web.problems import Problem
from whence.web.representing import Document, send_once

if TYPE_CHECKING:
    from whence.web.serving import Serving

__all__ = ["answer_page", "answer_problem", "page_or_none", "page_routes", "pages", "wants_page"]

Renderer = Callable[[Context], Awaitable[str]]
_PAGE = b"text/html; charset=utf-8"
#: Pages that show named queries.
_OF_QUESTIONS = ("queries", "query", "sparql", "/editor")
_HTML = {"html": ("text/html", "application/xhtml+xml")}


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


async def answer_page(site: Serving, name: str, request: Request, send: Send) -> None:
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


async def answer_problem(site: Serving, problem: Problem, request: Request, send: Send) -> bool:
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


def _questions(site: Serving) -> str:
    """Return a digest of the named queries: not all of them are part of the graph's."""
    kept = site.published.kept
    if "questions" not in kept:
        texts = [f"{one.kind} {one.name}\n{one.query.text}\n" for one in load(site)]
        kept["questions"] = blake2b("".join(texts).encode(), digest_size=12).hexdigest()
    digest: str = kept["questions"]
    return digest


def page_routes() -> list[tuple[str, Callable[[Serving, Request, Send], Awaitable[None]]]]:
    """Return the routes of pages with their handlers, and get the pages ready meanwhile."""
    from whence.web.pages.rendering import prepare

    Thread(target=prepare, name="templates", daemon=True).start()

    def handler(name: str) -> Callable[[Serving, Request, Send], Awaitable[None]]:
        async def respond(site: Serving, request: Request, send: Send) -> None:
            await answer_page(site, name, request, send)

        return respond

    fixed = {"home": "/", "thing": "/page/{path:path}", "search": "/search"}
    found = [(path, handler(name)) for name, path in fixed.items() if name in pages()]
    return found + [(name, handler(name)) for name in pages() if name.startswith("/")]


async def page_or_none(site: Serving, name: str, request: Request, send: Send) -> bool:
    """Answer the page of a name where there is one and the client wants HTML most; report whether that was done."""
    if not site.settings.ui:
        return False
    if not wants_page(name, request):
        return False
    await answer_page(site, name, request, send)
    return True


