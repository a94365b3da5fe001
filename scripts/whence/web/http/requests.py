"""Reading a request: parameters, forms, bodies, each with the status its fault deserves, within the bytes that one process holds for all."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import zlib
from binascii import a2b_qp
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from whence.rdf.terms import whole_number
from whence.report.words import count
from whence.web.http.problems import BadAddress, Problem


class Holding:
    """What one request holds."""

    __slots__ = ("_budget", "limit", "size")

    def __init__(self, budget: Budget) -> None:
        self.size = 0
        self.limit: asyncio.Timeout | None = None
        self._budget = budget

    def take(self, size: int) -> None:
        """Hold more; those that wait for their clients longest make room.

        :raises Problem: 503 when there is no room to be made
        """
        budget = self._budget
        while budget.room < size:
            oldest = next(iter(budget.waiting), None)
            if oldest is None or oldest is self:
                raise Problem(503, "The server holds as much as it can for other clients.", {"Retry-After": "1", "Connection": "close"})
            del budget.waiting[oldest]
            if oldest.limit is not None:
                oldest.limit.reschedule(0)
            oldest.give(oldest.size)
        budget.room -= size
        self.size += size

    def give(self, size: int) -> None:
        """Hold less; what made room holds nothing any more."""
        size = min(size, self.size)
        self._budget.room += size
        self.size -= size

    @asynccontextmanager
    async def waiting(self, seconds: float) -> AsyncIterator[None]:
        """Wait for the client inside of this, at most so long, or until the room is needed for others.

        :raises TimeoutError: that was so
        """
        async with asyncio.timeout(seconds) as self.limit:
            self._budget.waiting[self] = None
            try:
                yield
            finally:
                self._budget.waiting.pop(self, None)


@dataclass(slots=True)
class Budget:
    """The bound for one process.

    :ivar room: bytes that may still be held
    :ivar waiting: what waits for a client, the one that has waited longest first
    """

    room: int
    waiting: dict[Holding, None] = field(default_factory=dict)


Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Pairs = list[tuple[str, str]]

MAX_TARGET_BYTES = 100 * 1024
#: Parameters by which clients name a format.
FORMATS = ("_format", "format", "output", "results")
MAX_BODY_BYTES = 4 * 1024 * 1024
#: What is read of a body that is too large, so that the client reads the answer instead of a broken connection.
_READ_IN_VAIN_BYTES = 64 * 1024 * 1024
_MAX_PARAMETERS = 200
#: A weight of nothing (RFC 9110, section 12.4.2).
_NO_WEIGHT = re.compile(r"q=0(?:\.0{0,3})?")
#: RFC 9110 section 7.2: a name or an address, and a port.
_HOST = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*)|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")


class Request:
    """What is looked at of a request, read once.

    :ivar parameters: of the query string, and of a form
    :ivar client: whom the request counts for, where clients have shares
    :ivar held: what it holds of the common budget of bytes
    """

    __slots__ = ("client", "held", "method", "parameters", "path", "receive", "scope", "_fields", "_named")

    def __init__(self, scope: Scope, receive: Receive, budget: Budget) -> None:
        self.scope = scope
        self.receive = receive
        self.held = Holding(budget)
        self.client = client_key(scope["client"][0] if scope.get("client") else "")
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self._fields: dict[bytes, bytes] = dict(scope["headers"])
        if len(self._fields) < len(scope["headers"]):  # of a field that comes twice, both values count (RFC 9110, section 5.3)
            values: dict[bytes, list[bytes]] = {}
            for name, value in scope["headers"]:
                values.setdefault(name, []).append(value)
            self._fields = {name: b", ".join(every) for name, every in values.items()}
        raw: bytes = scope["query_string"]
        if len(raw) > MAX_TARGET_BYTES:
            raise Problem(414, f"The address is longer than {MAX_TARGET_BYTES} bytes. Send the query with POST.")
        self.parameters: Pairs = []
        self._named: dict[str, list[str]] = {}
        if raw:
            self.add(pairs(raw))

    def add(self, parameters: Pairs) -> None:
        """Take further parameters, such as those of a form."""
        self.parameters += parameters
        for name, value in parameters:
            self._named.setdefault(name, []).append(value)

    def field(self, name: bytes) -> str | None:
        """Return the header field of a name in lower case, or None."""
        value = self._fields.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def accept(self) -> str | None:
        """The `Accept` field, or None."""
        return self.field(b"accept")

    @property
    def encoding(self) -> str | None:
        """`gzip` when the client takes it (RFC 9110, section 12.5.3), else None."""
        accepted = self.field(b"accept-encoding")
        return "gzip" if accepted and _takes_gzip(accepted) else None

    @property
    def formats(self) -> tuple[str, ...]:
        """The words for a format in the parameters, which go before `accept`."""
        return tuple([word for name in FORMATS if name in self._named for word in self._named[name]])

    async def gone(self) -> None:
        """Return once the client has gone away."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    def one(self, name: str) -> str | None:
        """Return the parameter of a name, or None.

        :raises Problem: 400 when there are several
        """
        found = self.every(name)
        if len(found) > 1:
            raise BadAddress(f"The parameter {name} is given {len(found)} times. Give it once.")
        return found[0] if found else None

    def take_only(self, names: Collection[str]) -> None:
        """See that there are no parameters but those of some names, each once.

        :raises Problem: 400 for another parameter, or one that is given several times
        """
        for name in self._named:
            if name not in names:
                known = f"There are {', '.join(names)}." if len(names) > 1 else f"There is {next(iter(names))}." if names else "There are none."
                raise BadAddress(f"There is no parameter {name[:40]!r} here. {known}")
            self.one(name)

    def every(self, name: str) -> list[str]:
        """Return all values of a parameter, in order; empty when there is none."""
        return self._named.get(name, [])


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    """Report whether `Accept-Encoding` allows gzip; its own entry goes before `*`, wherever they stand.

    >>> _takes_gzip("br, gzip;q=0.5"), _takes_gzip("*, gzip;q=0"), _takes_gzip("gzip;q=0.0, *")
    (True, False, False)
    """
    entries = [part.partition(";") for part in accepted.lower().split(",")]
    taken = {name.strip(): not _NO_WEIGHT.fullmatch(weight.replace(" ", "")) for name, _, weight in entries}
    return taken.get("gzip", taken.get("*", False))


def require_host(request: Request) -> None:
    """See that a request names its host as it must (RFC 9112, section 3.2).

    :raises Problem: 400 when `Host` is missing in HTTP/1.1, there twice, or no host
    """
    host = request.field(b"host")
    if host is None and request.scope["http_version"] == "1.0":
        return
    if host is None or not _is_host(host):
        several = sum(name == b"host" for name, _ in request.scope["headers"]) > 1  # whose values, joined, are no host
        if host is None or several:
            raise Problem(400, f"The field Host is {'given more than once' if several else 'missing'}. Send it once.", {"Connection": "close"})
        raise Problem(400, "The field Host is not a host name or address with or without a port.", {"Connection": "close"})


@lru_cache(maxsize=256)
def _is_host(value: str) -> bool:
    match = _HOST.fullmatch(value)
    if match is None or int(match[2] or 0) > 65535:
        return False
    try:
        return not match[1].startswith("[") or bool(ipaddress.IPv6Address(match[1][1:-1]))
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def client_key(host: str) -> str:
    """Return whom an address counts for: itself, or of IPv6 its network of 64 bits, which one client has for itself.

    >>> client_key("192.0.2.1"), client_key("2001:db8::1"), client_key("::ffff:192.0.2.1")
    ('192.0.2.1', '2001:db8::/64', '192.0.2.1')
    """
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return host
    return str(address.ipv4_mapped or ipaddress.IPv6Network((address, 64), strict=False))


def pairs(raw: bytes) -> Pairs:
    """Read a query string or form body: UTF-8, percent-decoded once.

    :raises Problem: 400 when it is not UTF-8 or has too many parameters

    >>> pairs(b"query=a%2520b+c")
    [('query', 'a%20b c')]
    """
    try:
        if raw.isascii() and raw.count(b"&") < _MAX_PARAMETERS:
            return [(_unquoted(name), _unquoted(value)) for name, _, value in [field.partition("=") for field in raw.decode("ascii").split("&") if field]]
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except UnicodeDecodeError:
        raise Problem(400, "The parameters are not UTF-8. Send them percent-encoded as UTF-8.") from None
    except ValueError:
        raise Problem(400, f"There are more than {_MAX_PARAMETERS} parameters.") from None


def _unquoted(text: str) -> str:
    """Return ASCII text of a form percent-decoded, as `unquote_plus` does and many times as fast.

    Well-formed escapes are those of quoted-printable (RFC 2045, section 6.7) but for the sign, for which there is a decoder; a
    result of another length than theirs tells of any other.

    :raises UnicodeDecodeError: when it is not UTF-8
    """
    plain = text.replace("+", " ")
    escapes = plain.count("%")
    if not escapes:
        return plain
    if "=" not in plain and "\n" not in plain and "\r" not in plain:
        found = a2b_qp(plain.replace("%", "="))
        if len(found) == len(plain) - 2 * escapes:
            return found.decode("utf-8")
    return unquote_plus(text, errors="strict")


def whole(name: str, text: str, digits: int) -> int:
    """Return the whole number that is given for a parameter.

    :raises Problem: 400 when it is none, or has more digits
    """
    number = whole_number(text)
    if number is None or len(text) > digits:
        raise Problem(400, f"The parameter {name} cannot be {text[:40]!r}. Give a whole number, 0 or more.")
    return number


def media_type(request: Request) -> str:
    """Return the media type of the body in lower case, or an empty text when none is said.

    :raises Problem: 415 when its charset is not UTF-8
    """
    kind, *parameters = (request.field(b"content-type") or "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
            raise Problem(415, f"The body is said to be in {value.strip()[:40]}. Send it as UTF-8.")
    return kind.strip().lower()


async def body(request: Request, seconds: float) -> bytes:
    """Read the whole body, unpacked where it is compressed.

    :raises Problem: 413 when it is too large, 408 when it comes too slowly, 400 when the client stops or it is not what it
        is said to be, 415 when it is packed in another way than by gzip
    """
    coding = (request.field(b"content-encoding") or "").strip().lower() or "identity"
    if coding not in ("identity", "gzip", "x-gzip"):
        raise Problem(415, f"The body is packed as {coding[:40]}. Send it as it is, or as gzip.", {"Accept-Encoding": "gzip"})
    try:
        async with request.held.waiting(seconds):
            raw = await _arrived(request)
    except TimeoutError:
        raise Problem(408, f"The body did not arrive within {count(seconds, 'second')}.", {"Connection": "close"}) from None
    return raw if coding == "identity" else _unpacked(raw, request.held)


async def _arrived(request: Request) -> bytes:
    pieces: list[bytes] = []
    taken = 0
    while True:
        event = await request.receive()
        if event["type"] == "http.disconnect":
            raise Problem(400, "The request ended before its body did.")
        piece: bytes = event.get("body", b"")
        taken += len(piece)
        if taken <= MAX_BODY_BYTES:
            request.held.take(len(piece))
            pieces.append(piece)
        last = not event.get("more_body", False)
        if taken > MAX_BODY_BYTES and (last or taken > _READ_IN_VAIN_BYTES):
            raise Problem(413, f"The body is larger than {MAX_BODY_BYTES} bytes.", {"Connection": "close"})
        if last:
            return b"".join(pieces)


def _unpacked(raw: bytes, held: Holding) -> bytes:
    """Return what is in a gzip member (RFC 1952); never more of it than a body may have."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        found = unpacking.decompress(raw, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise Problem(400, "The body is said to be packed by gzip, and is not.") from None
    if len(found) > MAX_BODY_BYTES:
        raise Problem(413, f"The body is larger than {MAX_BODY_BYTES} bytes when it is unpacked.")
    if not unpacking.eof or unpacking.unused_data:
        raise Problem(400, "The body is not one whole piece of gzip.")
    held.take(len(found))
    return found
