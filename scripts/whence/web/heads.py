"""Header fields of answers, and whole answers as bytes."""

from __future__ import annotations

from typing import Any

__all__ = ["ALWAYS", "VARY", "Headers", "holds", "told_headers", "whole"]

Headers = list[tuple[bytes, bytes]]
VARY = (b"vary", b"Accept, Accept-Encoding")
#: What every response carries.
ALWAYS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After, Content-Location"),
    (b"x-content-type-options", b"nosniff"),
]
_ALWAYS = b"".join(b"%b: %b\r\n" % field for field in ALWAYS)


def told_headers(head: dict[str, Any]) -> Headers:
    """Return the header fields of an answer of a worker."""
    return [VARY, *head["headers"].items()]


def holds(known: str, *tags: bytes) -> bool:
    """Report whether an `If-None-Match` names one of these entity tags (RFC 9110, section 13.1.2, weak comparison).

    >>> holds('W/"a", "b"', b'W/"b"'), holds('"ab"', b'"a"'), holds("*", b'"a"')
    (True, False, True)
    """
    return known.strip() == "*" or any(tag.removeprefix(b"W/").decode() in known for tag in tags)


def whole(first: Headers, head: dict[str, Any], body: bytes, keep_alive: bool = True) -> bytes:
    """Return a complete response with status 200.

    :param first: fields that come before all others
    :param head: what a worker says of the answer
    :param keep_alive: whether the connection goes on after it
    """
    lines = b"".join([b"%b: %b\r\n" % field for field in (*first, *told_headers(head))])
    last = _ALWAYS if keep_alive else _ALWAYS + b"connection: close\r\n"
    return b"HTTP/1.1 200 OK\r\n%bcontent-length: %d\r\n%b\r\n%b" % (lines, len(body), last, body)
