"""Requests of the usual form: GET of the endpoint, the query first in the address, read without a parser.

The first line tells them from all others; the header fields after it are compared with those of an earlier request
that a parser has read, byte for byte.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from urllib.parse import unquote_plus

__all__ = ["MAX_TARGET_BYTES", "PREFIX", "QUOTED", "START", "end_of", "query_of", "split", "unquoted"]

#: The parser of addresses takes 65,535 bytes; `connections` refuses what is longer.
MAX_TARGET_BYTES = 60_000
#: How the address of such a request begins, and the request.
PREFIX = b"/sparql?query="
START = b"GET " + PREFIX
_VERSION = b" HTTP/1.1\r\n"
_METHOD_BYTES = len(START) - len(PREFIX)
_PRINTABLE = re.compile(rb"[!-~]+")
#: A value of a parameter, neither followed by another one nor by a fragment.
QUOTED = re.compile(rb"[!\"$%'-~]*")


def split(data: bytes) -> tuple[bytes, bytes]:
    """Return the address of a request that begins with `START`, and its header fields as they came.

    The address is empty when it is none, or too long.

    >>> split(b"GET /sparql?query=ASK{} HTTP/1.1\\r\\nHost: here\\r\\n\\r\\n")
    (b'/sparql?query=ASK{}', b'Host: here\\r\\n\\r\\n')
    """
    line, _, fields = data.partition(_VERSION)
    url = line[_METHOD_BYTES:]
    return (url if len(url) <= MAX_TARGET_BYTES and _PRINTABLE.fullmatch(url) else b""), fields


def query_of(url: bytes) -> tuple[bytes, bytes]:
    """Return the query in an address that begins with `PREFIX`, as it is quoted, and the parameters after it.

    >>> query_of(b"/sparql?query=ASK{}&timeout=2")
    (b'ASK{}', b'timeout=2')
    """
    query, _, rest = url[len(PREFIX) :].partition(b"&")
    return query, rest


def end_of(rest: bytes, fields: bytes) -> bytes:
    """Return what comes after the query in a request with these further parameters and header fields.

    >>> end_of(b"timeout=2", b"Host: here\\r\\n\\r\\n")
    b'&timeout=2 HTTP/1.1\\r\\nHost: here\\r\\n\\r\\n'
    """
    return (b"&" + rest if rest else b"") + _VERSION + fields


def unquoted(raw: bytes) -> str:
    """Return ASCII text of a form percent-decoded, as `unquote_plus` does.

    Well-formed escapes are those of quoted-printable (RFC 2045, section 6.7) but for the sign, and there is a
    decoder of these many times as fast; a result of another length than theirs tells of any other.

    :raises UnicodeDecodeError: when it is not UTF-8

    >>> unquoted(b"a%3D+%C3%A9"), unquoted(b"100%")
    ('a= \u00e9', '100%')
    """
    escapes = raw.count(b"%")
    if not escapes:
        return raw.replace(b"+", b" ").decode("ascii")
    if b"=" not in raw and b"\n" not in raw and b"\r" not in raw:
        found = a2b_qp(raw.replace(b"+", b" ").replace(b"%", b"="))
        if len(found) == len(raw) - 2 * escapes:
            return found.decode("utf-8")
    return unquote_plus(raw.decode("ascii"), errors="strict")
