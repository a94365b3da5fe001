"""Sending a response: header fields, conditional requests, compression, and how a whole one goes out.

Starlette's `GZipMiddleware` takes `gzip;q=0` for a wish, leaves one entity tag to both forms and compresses anew for each client.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from whence.web.http.requests import Request, Send

Headers = list[tuple[bytes, bytes]]
VARY = (b"vary", b"Accept, Accept-Encoding")
#: What every response carries.
ALWAYS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After, Content-Location, Whence-Hint"),
    (b"x-content-type-options", b"nosniff"),
]
#: Content-Security-Policy level 3: nothing inline, nothing from elsewhere.
_POLICY = b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
FOR_PAGES: Headers = [(b"content-security-policy", _POLICY), (b"referrer-policy", b"same-origin"), (b"x-frame-options", b"DENY")]


def display_strings(texts: Iterable[str]) -> bytes:
    """Return a list of display strings (RFC 9651, section 4.1.11), in which any text is ASCII.

    >>> display_strings(['Did you mean "Rouge"?', "50 % –"])
    b'%"Did you mean %22Rouge%22?", %"50 %25 %e2%80%93"'
    """
    plain = frozenset(range(0x20, 0x7F)) - frozenset(b'%"')
    return ", ".join('%"' + "".join(chr(byte) if byte in plain else f"%{byte:02x}" for byte in text.encode()) + '"' for text in texts).encode()


def varying(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers with `Vary` naming `Accept-Encoding` too.

    >>> varying([(b"vary", b"Accept")])
    [(b'vary', b'Accept, Accept-Encoding')]
    """
    headers = list(headers)
    named = [value for name, value in headers if name == b"vary"]
    others = [field for field in headers if field[0] != b"vary"]
    return [*others, (b"vary", b", ".join(named if any(b"Accept-Encoding" in value for value in named) else [*named, b"Accept-Encoding"]))]


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


async def send_allowed(send: Send, methods: str, fields: bytes, *more: tuple[bytes, bytes]) -> None:
    """Answer a CORS preflight (Fetch standard, section 3.2.2), or a plain OPTIONS.

    :param fields: the header fields that a request may have
    """
    allowed = [(b"allow", methods.encode()), (b"access-control-allow-methods", methods.encode()), (b"access-control-allow-headers", fields)]
    await send_whole(send, 204, [*allowed, *more], b"", True)


async def send_once(request: Request, send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send what may be another the next time: compressed where the client takes it, without an entity tag."""
    if request.encoding and len(body) >= COMPRESS_BYTES:
        body = compress(body)
        headers = [*headers, (b"content-encoding", b"gzip")]
    await send_whole(send, status, varying(headers), body, request.method == "HEAD")
