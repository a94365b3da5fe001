"""Small documents the server makes itself: RDF in every format, and text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pyoxigraph import Triple, serialize

from whence.namespaces import PREFIXES
from whence.rdf.formats import GRAPHS
from whence.web.http.caching import send_document
from whence.web.http.headers import Headers
from whence.web.http.negotiation import chosen, offered_types
from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send

if TYPE_CHECKING:
    from whence.web.site import Site
    from whence.web.graph import Graph

__all__ = ["send_graph", "send_text"]

_PREFIXES = {
    **{prefix: PREFIXES[prefix] for prefix in ("dcterms", "rdf", "wh", "xsd")},
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
}


async def send_graph(site: Site, request: Request, send: Send, seed: str, triples: Callable[[Graph], Iterable[Triple]]) -> None:
    """Answer triples in the format the client wants.

    :param seed: tells this document from all others of the server
    :param triples: makes them, in a thread
    :raises Problem: 406 when no format fits
    """
    words = [value for name in ("_format", "format", "output", "results") for value in request.every(name)]
    found = chosen(words, request.accept, GRAPHS)
    if found is None:
        raise Problem(406, f"This document has no form the client accepts. It comes as {offered_types(GRAPHS)}.")
    name, kind = found

    def text(graph: Graph) -> bytes:
        prefixes = _PREFIXES if name in ("turtle", "trig", "rdfxml", "n3") else None
        written = serialize(triples(graph), format=GRAPHS[name].rdf, prefixes=prefixes)
        return bytes(written or b"")

    typed = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    await send_text(site, request, send, typed, f"{seed} {kind}", text, [(b"vary", b"Accept")])


async def send_text(
    site: Site, request: Request, send: Send, kind: str, seed: str, text: Callable[[Graph], bytes], more: Headers | None = None, compressed: bool = True
) -> None:
    """Answer a document that seldom changes, compressed where the client takes it.

    :param seed: tells this document from all others of the server
    :param text: makes it, in a thread
    :param compressed: whether it is worth compressing
    """

    async def make() -> tuple[bytes, bool]:
        return await site.run(request, text), True

    await send_document(site, request, send, kind, f"{seed} {site.base(request)}", make, more, compressed)
