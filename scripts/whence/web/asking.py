"""Reading a request: parameters, forms, bodies, each with the status its fault deserves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from whence.web.problems import Problem
from whence.web.usual import MAX_TARGET_BYTES, unquoted

__all__ = ["Pairs", "Receive", "Request", "Scope", "Send", "body", "media_type", "pairs"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Pairs = list[tuple[str, str]]

MAX_BODY_BYTES = 4 * 1024 * 1024
BODY_SECONDS = 10.0
#: What is read of a body that is too large, so that the client reads the answer instead of a broken connection.
_READ_IN_VAIN_BYTES = 64 * 1024 * 1024
_MAX_PARAMETERS = 200
#: A weight of nothing (RFC 9110, section 12.4.2).
_NO_WEIGHT = re.compile(r"q=0(?:\.0{0,3})?")


class Request:
    """What is looked at of a request, read once.

    :ivar headers: names in lower case; of a field that comes twice, both values joined by a comma
    """

    __slots__ = ("headers", "method", "parameters", "path", "receive", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1"), value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        self.headers = headers
        raw: bytes = scope["query_string"]
        if len(raw) > MAX_TARGET_BYTES:
            raise Problem(414, f"The address is longer than {MAX_TARGET_BYTES} bytes. Send the query with POST.")
        self.parameters = pairs(raw) if raw else []

    @property
    def accept(self) -> str | None:
        """The `Accept` field, or None."""
        return self.headers.get("accept")

    @property
    def encoding(self) -> str | None:
        """`gzip` when the client takes it (RFC 9110, section 12.5.3), else None."""
        return "gzip" if _takes_gzip(self.headers.get("accept-encoding", "")) else None

    def one(self, name: str) -> str | None:
        """Return the parameter of a name, or None.

        :raises Problem: 400 when there are several
        """
        found = [value for key, value in self.parameters if key == name]
        if len(found) > 1:
            raise Problem(400, f"The parameter {name} is given {len(found)} times. Give it once.")
        return found[0] if found else None

    def every(self, name: str) -> list[str]:
        """Return all values of a parameter, in order; empty when there is none."""
        return [value for key, value in self.parameters if key == name]


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    """Report whether `Accept-Encoding` allows gzip; its own entry goes before `*`, wherever they stand.

    >>> _takes_gzip("br, gzip;q=0.5"), _takes_gzip("*, gzip;q=0"), _takes_gzip("gzip;q=0.0, *")
    (True, False, False)
    """
    entries = [part.partition(";") for part in accepted.lower().split(",")]
    taken = {name.strip(): not _NO_WEIGHT.fullmatch(weight.replace(" ", "")) for name, _, weight in entries}
    return taken.get("gzip", taken.get("*", False))


def pairs(raw: bytes) -> Pairs:
    """Read a query string or form body: UTF-8, percent-decoded once.

    :raises Problem: 400 when it is not UTF-8 or has too many parameters

    >>> pairs(b"query=a%2520b+c")
    [('query', 'a%20b c')]
    """
    try:
        if raw.isascii() and raw.count(b"&") < _MAX_PARAMETERS:
            split = [field.partition(b"=") for field in raw.split(b"&") if field]
            return [(unquoted(name), unquoted(value)) for name, _, value in split]
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except UnicodeDecodeError:
        raise Problem(400, "The parameters are not UTF-8. Send them percent-encoded as UTF-8.") from None
    except ValueError:
        raise Problem(400, f"There are more than {_MAX_PARAMETERS} parameters.") from None


def media_type(request: Request) -> str:
    """Return the media type of the body in lower case, or an empty text when none is said.

    :raises Problem: 415 when its charset is not UTF-8
    """
    kind, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
            raise Problem(415, f"The body is said to be in {value.strip()[:40]}. Send it as UTF-8.")
    return kind.strip().lower()


async def body(request: Request) -> bytes:
    """Read the whole body.

    :raises Problem: 413 when it is too large, 408 when it comes too slowly, 400 when the client stops
    """
    pieces: list[bytes] = []
    taken = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                event = await request.receive()
                if event["type"] == "http.disconnect":
                    raise Problem(400, "The request ended before its body did.")
                piece: bytes = event.get("body", b"")
                taken += len(piece)
                if taken <= MAX_BODY_BYTES:
                    pieces.append(piece)
                last = not event.get("more_body", False)
                if taken > MAX_BODY_BYTES and (last or taken > _READ_IN_VAIN_BYTES):
                    raise Problem(413, f"The body is larger than {MAX_BODY_BYTES} bytes.", {"Connection": "close"})
                if last:
                    return b"".join(pieces)
    except TimeoutError:
        raise Problem(408, f"The body did not arrive within {BODY_SECONDS:g} seconds.", {"Connection": "close"}) from None
