"""Conditional requests and compression: which answers a client holds already, and how a whole one is sent.

Starlette's `GZipMiddleware` takes `gzip;q=0` for a wish, leaves one entity tag to both forms and compresses anew for each client.
"""

from __future__ import annotations

import gzip

from whence.web.http.headers import Headers, varying
from whence.web.http.requests import Request, Send

#: What is smaller is not worth compressing.
COMPRESS_BYTES = 1024
_LEVEL = 6


def holds(known: str, *tags: bytes) -> bool:
    """Report whether an `If-None-Match` names one of these entity tags (RFC 9110, section 13.1.2, weak comparison).

    >>> holds('W/"a", "b"', b'W/"b"'), holds('"ab"', b'"a"'), holds("*", b'"a"')
    (True, False, True)
    """
    return known.strip() == "*" or any(tag.removeprefix(b"W/").decode() in known for tag in tags)


def compress(body: bytes) -> bytes:
    """Return a body compressed, of the same bytes each time."""
    return gzip.compress(body, _LEVEL, mtime=0)


async def send_whole(send: Send, status: int, headers: Headers, body: bytes, silent: bool = False) -> None:
    """Send a complete response.

    :param silent: send the headers alone, as for HEAD
    """
    size = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers + size})
    await send({"type": "http.response.body", "body": b"" if silent else body})


async def send_once(request: Request, send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send what may be another the next time: compressed where the client takes it, without an entity tag."""
    if request.encoding and len(body) >= COMPRESS_BYTES:
        body = compress(body)
        headers = [*headers, (b"content-encoding", b"gzip")]
    await send_whole(send, status, varying(headers), body, request.method == "HEAD")
