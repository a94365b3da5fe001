"""How things stand to each other, at an address a relation: as pages where HTML is wanted most, else as JSON or a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.lineage.svg import stylesheet
from whence.web.http.negotiation import quality
from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.pages.relations import RELATIONS, document
from whence.web.routes.cached_documents import send_text
from whence.web.routes.pages import context_of, page_or_none

if TYPE_CHECKING:
    from whence.web.graph import Graph
    from whence.web.site import Site


async def respond(site: Site, request: Request, send: Send) -> None:
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
        return document(context_of(site, request, graph), name, format)

    query = request.scope["query_string"].decode("latin-1")
    await send_text(site, request, send, formats[format], f"{name} {format} {query}", text, [(b"vary", b"Accept")])


async def style(site: Site, request: Request, send: Send) -> None:
    """Answer the rules of the pictures of lineages, which pages load beside their own."""
    await send_text(site, request, send, "text/css; charset=utf-8", "lineage.css", lambda _: stylesheet("picture.css").encode())
