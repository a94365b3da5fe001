"""Requests of the usual forms, read without a parser: the endpoint asked by GET with the query first in the address, or by POST.

The first line tells them from all others; the header fields after it are compared with those of an earlier request
that a parser has read, byte for byte but for the length of the body.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from typing import NamedTuple
from urllib.parse import unquote_plus

__all__ = ["GET_START", "MAX_TARGET_BYTES", "POST_START", "PREFIX", "Asked", "Posted", "of_url", "posted", "query_of", "split", "unquoted"]

#: The parser of addresses takes 65,535 bytes; `connections` refuses what is longer.
MAX_TARGET_BYTES = 60_000
#: How the address of such a request by GET begins.
PREFIX = b"/sparql?query="
GET_START = b"GET " + PREFIX
POST_START = b"POST /sparql HTTP/1.1\r\n"
_VERSION = b" HTTP/1.1\r\n"
_METHOD_BYTES = len(GET_START) - len(PREFIX)
_END = b"\r\n\r\n"
_FIELD = b"query="
_PRINTABLE = re.compile(rb"[!-~]+")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,5})(?=\r\n|$)", re.IGNORECASE)


class Asked(NamedTuple):
    """What a request asks.

    :ivar method: `GET` or `POST`
    :ivar quoted: whether the query is quoted as in a form (WHATWG URL, section 5.1)
    :ivar query: the query as it came
    :ivar rest: the parameters after it, as they came
    """

    method: str
    quoted: bool
    query: bytes
    rest: bytes

    def text(self) -> str:
        """Return the query.

        :raises UnicodeDecodeError: when it is not UTF-8
        """
        return unquoted(self.query) if self.quoted else self.query.decode()


class Posted(NamedTuple):
    """A request by POST.

    :ivar start: what comes before the length of its body
    :ivar middle: what comes after that, up to the body
    :ivar body: its body, as far as it has come
    :ivar missing: how many bytes of it are to come
    """

    start: bytes
    middle: bytes
    body: bytes
    missing: int

    @property
    def key(self) -> bytes:
        """What it shares with requests that differ in the body alone."""
        return self.start + self.middle

    def asked(self) -> Asked:
        """Return what it asks, going by its body alone."""
        if not self.body.startswith(_FIELD):  # no query begins so
            return Asked("POST", False, self.body, b"")
        query, _, rest = self.body[len(_FIELD) :].partition(b"&")
        return Asked("POST", True, query, rest)


def split(data: bytes) -> tuple[bytes, bytes]:
    """Return the address of a request that begins with `GET_START`, and its header fields as they came.

    The address is empty when it is none, or too long.

    >>> split(b"GET /sparql?query=ASK{} HTTP/1.1\\r\\nHost: here\\r\\n\\r\\n")
    (b'/sparql?query=ASK{}', b'Host: here\\r\\n\\r\\n')
    """
    line, _, fields = data.partition(_VERSION)
    url = line[_METHOD_BYTES:]
    return (url if len(url) <= MAX_TARGET_BYTES and _PRINTABLE.fullmatch(url) else b""), fields


def posted(data: bytes) -> Posted | None:
    """Return the parts of a request that begins with `POST_START`, or None when it is no single one with a body of modest size.

    >>> posted(b"POST /sparql HTTP/1.1\\r\\nContent-Length: 6\\r\\nHost: here\\r\\n\\r\\nASK{")
    Posted(start=b'POST /sparql HTTP/1.1\\r\\nContent-Length: ', middle=b'\\r\\nHost: here\\r\\n\\r\\n', body=b'ASK{', missing=2)
    """
    head, end, body = data.partition(_END)
    length = _LENGTH.search(head)
    if not end or length is None or _LENGTH.search(head, length.end()):
        return None
    size = int(length[1])
    if size > MAX_TARGET_BYTES or size < len(body):
        return None
    return Posted(head[: length.start(1)], head[length.end(1) :] + end, body, size - len(body))


def of_url(url: bytes) -> Asked:
    """Return what a request by GET asks whose address begins with `PREFIX`.

    >>> of_url(b"/sparql?query=ASK{}&timeout=2")
    Asked(method='GET', quoted=True, query=b'ASK{}', rest=b'timeout=2')
    """
    query, _, rest = url[len(PREFIX) :].partition(b"&")
    return Asked("GET", True, query, rest)


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


def query_of(data: bytes, key: bytes, like: Asked) -> str | None:
    """Return the query of a whole request that is like an earlier one, or None when it is of another form.

    :param key: the header fields of the earlier one, as `split` returns them, or its `Posted.key`
    :param like: what that one asked

    >>> query_of(b"GET /sparql?query=ASK{} HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n", b"Host: a\\r\\n\\r\\n", of_url(b"/sparql?query=x"))
    'ASK{}'
    """
    if like.method == "GET":
        url, fields = split(data)
        if fields != key or not data.startswith(GET_START) or not url or b"#" in url:
            return None
        asked = of_url(url)
    else:
        request = posted(data)
        if request is None or request.missing or request.key != key:
            return None
        asked = request.asked()
    if asked.rest != like.rest or asked.quoted != like.quoted:
        return None
    try:
        return asked.text()
    except UnicodeDecodeError:
        return None
