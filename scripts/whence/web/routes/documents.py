"""Documents the server makes itself, pages among them: made once, sent as they are or compressed, each form with its ETag."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from hashlib import blake2b
from pathlib import Path

from pyoxigraph import Triple, serialize

from whence import __version__
from whence.namespaces import PREFIXES
from whence.rdf.formats import GRAPHS
from whence.web.graph import Graph
from whence.web.http.negotiation import chosen, offered_types
from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.http.responses import Headers, compress, holds, send_whole, varying
from whence.web.worker_state import Site

#: Makes a document: returns its bytes, and whether they may be kept.
Make = Callable[[], Awaitable[tuple[bytes, bool]]]

#: What is larger is compressed in a thread.
_LARGE_BYTES = 1 << 17
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
    found = chosen(request.formats, request.accept, GRAPHS)
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
        return await site.run(request, text, page=True), True

    await send_document(site, request, send, kind, f"{seed} {site.base(request)}", make, more, compressed)


async def send_document(
    site: Site, request: Request, send: Send, kind: str, seed: str, make: Make, more: Headers | None = None, compressed: bool = True
) -> None:
    """Send a document; it is not made for a client that holds it already, and once for all others.

    :param kind: its media type
    :param seed: tells this document from all others that are ever served at its address from this graph
    :param make: makes it; one that may not be kept has been sent by it already
    :param compressed: whether it is worth compressing for a client that takes it
    """
    key = blake2b(f"{_edition()} {site.graph.digest} {seed}".encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    packed = compressed and request.encoding is not None
    tag = f'W/"{key}{"-gzip" if packed else ""}"'.encode()
    headers = [(b"etag", tag), (b"cache-control", b"no-cache"), *varying(more or [])]
    known = request.field(b"if-none-match") or ""
    if known.strip() != "*" and holds(known, tag):  # for a star it must be there
        await send_whole(send, 304, headers, b"", True)
        return
    kept = site.documents.get(key)
    if kept is None:
        body, lasting = await make()
        if not lasting:
            return
        kept = await site.run(request, lambda _: compress(body)) if len(body) > _LARGE_BYTES else compress(body)
        site.documents.put(key, kept, len(kept))
    if holds(known, tag):
        await send_whole(send, 304, headers, b"", True)
        return
    headers = [(b"content-type", kind.encode()), *headers, *([(b"content-encoding", b"gzip")] if packed else [])]
    await send_whole(send, 200, headers, kept if packed else gzip.decompress(kept), request.method == "HEAD")


@cache
def _edition() -> str:
    """Return a digest of what makes documents out of a graph: the sources and templates of this package."""
    files = sorted(path for path in Path(__file__).parents[1].rglob("*") if path.suffix in (".py", ".html"))
    return blake2b(b"".join([__version__.encode(), *(path.read_bytes() for path in files)]), digest_size=12).hexdigest()
