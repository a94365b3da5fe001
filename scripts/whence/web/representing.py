"""Documents that stay the same while the graph does: sent as they are or gzip-compressed, each form with its entity tag.

Starlette's `GZipMiddleware` does neither: it takes `gzip;q=0` for a wish, leaves one tag to both forms and compresses
anew for each client.
"""

from __future__ import annotations

import asyncio
import gzip
from hashlib import blake2b
from typing import TYPE_CHECKING

from whence.web.asking import Request, Send
from whence.web.delivery import send_whole
from whence.web.heads import Headers, holds
from whence.web.remembering import Memory

if TYPE_CHECKING:
    from whence.web.publishing import Published

__all__ = ["COMPRESS_BYTES", "Document", "send_once", "varying"]

#: What is smaller is not worth compressing.
COMPRESS_BYTES = 1024
_KEEP_BYTES = 32 * 1024 * 1024
#: What takes longer to compress than other requests should wait.
_THREAD_BYTES = 128 * 1024
_LEVEL = 6
_KEPT = {"status": 200, "keep": True}


class Document:
    """One document as one request wants it.

    :ivar tag: the entity tag of the form the request gets
    :ivar held: whether the client says it holds this form already; then nothing needs to be made
    """

    def __init__(self, published: Published, request: Request, seed: str, compressed: bool = True) -> None:
        """Find out what the client holds.

        :param seed: tells this document from all others that were ever served at its address from this graph
        :param compressed: whether it is worth compressing for a client that takes it
        """
        self._compressed = compressed and request.encoding is not None
        self._request = request
        self._key = blake2b(f"{published.digest} {seed}".encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        self._memory: Memory = published.kept.setdefault("documents", Memory(_KEEP_BYTES))
        self._known = request.headers.get("if-none-match", "")
        self.tag = f'W/"{self._key}{"-gzip" if self._compressed else ""}"'
        self.held = self._known.strip() != "*" and holds(self._known, self.tag.encode())  # for a star it must be there

    @property
    def remembered(self) -> bytes | None:
        """The document, compressed, where it has been made before."""
        found = self._memory.get(self._key.encode())
        return None if found is None else found[1]

    async def remember(self, body: bytes) -> bytes:
        """Compress a document, keep it for later requests, and return it compressed."""
        packed = await asyncio.to_thread(_packed, body) if len(body) > _THREAD_BYTES else _packed(body)
        self._memory.put(self._key.encode(), _KEPT, packed)
        return packed

    async def send_unchanged(self, send: Send, headers: Headers) -> None:
        """Tell the client that what it holds is right (RFC 9110, section 15.4.5)."""
        await send_whole(send, 304, self._told(headers), b"", True)

    async def send(self, send: Send, kind: str, headers: Headers, packed: bytes) -> None:
        """Send a document that `remember` returned, in the form the request wants."""
        if holds(self._known, self.tag.encode()):
            await self.send_unchanged(send, headers)
            return
        told = [(b"content-type", kind.encode()), *self._told(headers)]
        if self._compressed:
            told.append((b"content-encoding", b"gzip"))
        body = packed if self._compressed else gzip.decompress(packed)
        await send_whole(send, 200, told, body, self._request.method == "HEAD")

    def _told(self, headers: Headers) -> Headers:
        return [(b"etag", self.tag.encode()), (b"cache-control", b"no-cache"), *varying(headers)]


def varying(headers: Headers) -> Headers:
    """Return the headers with `Vary` naming `Accept-Encoding` too.

    >>> varying([(b"vary", b"Accept")])
    [(b'vary', b'Accept, Accept-Encoding')]
    """
    named = [value for name, value in headers if name == b"vary"]
    others = [field for field in headers if field[0] != b"vary"]
    return [*others, (b"vary", b", ".join(named if any(b"Accept-Encoding" in value for value in named) else [*named, b"Accept-Encoding"]))]


async def send_once(request: Request, send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send what may be another the next time: compressed where the client takes it, without an entity tag."""
    if request.encoding and len(body) >= COMPRESS_BYTES:
        body = _packed(body)
        headers = [*headers, (b"content-encoding", b"gzip")]
    await send_whole(send, status, varying(headers), body, request.method == "HEAD")


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)
