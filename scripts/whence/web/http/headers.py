"""Header fields of answers."""

from __future__ import annotations

from collections.abc import Iterable

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
