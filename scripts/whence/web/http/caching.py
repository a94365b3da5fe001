"""Documents that stay the same while the graph does: sent as they are or gzip-compressed, each form with its ETag.

Starlette's `GZipMiddleware` does neither: it takes `gzip;q=0` for a wish, leaves one tag to both forms and compresses
anew for each client.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from whence import __version__
from whence.web.http.headers import Headers, holds, varying
from whence.web.http.requests import Request, Send

if TYPE_CHECKING:
    from whence.web.site import Site

__all__ = ["COMPRESS_BYTES", "send_document", "send_once", "send_whole"]

#: What is smaller is not worth compressing.
COMPRESS_BYTES = 1024
_LEVEL = 6

#: Makes a document: returns its bytes, and whether they may be kept.
Make = Callable[[], Awaitable[tuple[bytes, bool]]]


async def send_whole(send: Send, status: int, headers: Headers, body: bytes, silent: bool = False) -> None:
    """Send a complete response.

    :param silent: send the headers alone, as for HEAD
    """
    size = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers + size})
    await send({"type": "http.response.body", "body": b"" if silent else body})


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
        kept = await site.run(request, lambda _: gzip.compress(body, _LEVEL, mtime=0)) if len(body) > 1 << 17 else gzip.compress(body, _LEVEL, mtime=0)
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


async def send_once(request: Request, send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send what may be another the next time: compressed where the client takes it, without an entity tag."""
    if request.encoding and len(body) >= COMPRESS_BYTES:
        body = gzip.compress(body, _LEVEL, mtime=0)
        headers = [*headers, (b"content-encoding", b"gzip")]
    await send_whole(send, status, varying(headers), body, request.method == "HEAD")
