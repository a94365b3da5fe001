"""One request to another server, which goes to an address that was looked at and to no other.

The name is resolved once and the connection is made to what came of that, so that it cannot mean another address when
it counts (DNS rebinding); redirects are not followed; proxies of the environment are not used.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import urllib3
from pyoxigraph import QueryResultsFormat
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

from whence import __version__
from whence.web.federation.allowlist import Address, is_public
from whence.web.http.problems import Problem

#: How long one address may take to accept a connection, and to agree on keys, while there may be others.
_CONNECT_SECONDS = 5.0
#: What the head of an answer and its framing may take beside its body.
_HEAD_BYTES = 1 << 16
_PIECE = 1 << 16
_MIB = 1 << 20


class Network(NamedTuple):
    """How other servers are found and judged: name service, addresses that may be called, certificates that are believed."""

    resolve: Callable[..., list[Any]] = socket.getaddrinfo
    public: Callable[[str], bool] = is_public
    trusted: Callable[[], ssl.SSLContext] = cache(ssl.create_default_context)


class _TooLarge(Exception):
    pass


class _Allowance(NamedTuple):
    """What a call may take: time until `end` of the monotonic clock, and bytes."""

    end: float
    size: int

    def left(self) -> float:
        if (seconds := self.end - time.monotonic()) <= 0:
            raise TimeoutError
        return seconds


def call(where: Address, query: bytes, accept: str, seconds: float, size: int, network: Network) -> tuple[str, bytes]:
    """Send a query by POST (SPARQL 1.1 Protocol, section 2.1.3) and return media type and bytes of the results.

    :param seconds: what all of it may take
    :param size: bytes that the answer may have
    :raises Problem: 403 for an address that is not public, 504 when it takes too long, 502 for all else that fails
    """
    allowance = _Allowance(time.monotonic() + seconds, size)
    try:
        with contextlib.closing(_connected(where, allowance, network)) as connection:
            return _exchange(where, connection, query, accept, allowance)
    except _TooLarge:
        raise Problem(502, f"{where.host} answers more than the {size / _MIB:.3g} MiB that are left. Ask it for less.") from None
    except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
        raise _problem(where, error) from None


def _problem(where: Address, error: Exception) -> Problem:
    """Return what a client of ours is told of a failure."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Problem(502, f"{where.host} shows a certificate that does not hold: {error.verify_message}.")
    if isinstance(error, ssl.SSLError):
        return Problem(502, f"{where.host} and this server found no way to a secure connection.")
    if isinstance(error, NewConnectionError) or (isinstance(error, OSError) and not isinstance(error, TimeoutError)):
        return Problem(502, f"{where.host} cannot be reached, or broke the connection.")
    if isinstance(error, (TimeoutError, ConnectTimeoutError, ReadTimeoutError)):
        return Problem(504, f"{where.host} did not answer in time.")
    return Problem(502, f"{where.host} answers something that is not HTTP, or not whole.")


def _resolved(where: Address, allowance: _Allowance, network: Network) -> list[str]:
    """Return the addresses of a name, each a public one; the name service knows no timeout, so a thread waits for it."""
    found: list[Any] = []

    def resolve() -> None:
        try:
            found.append(network.resolve(where.name, where.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            found.append([])

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(allowance.left())
    if not found:
        raise TimeoutError
    addresses = [str(entry[4][0]) for entry in found[0] if entry[0] in (socket.AF_INET, socket.AF_INET6)]
    if not addresses:
        raise Problem(502, f"{where.host} is not known to the name service.")
    if not all(network.public(address) for address in addresses):
        raise Problem(403, f"{where.host} stands for an address that is not public, so it is not called.")
    return addresses


def _connected(where: Address, allowance: _Allowance, network: Network) -> HTTPConnection:
    """Connect to the first address that accepts; a certificate must be one of the name that was asked for."""
    failure: Exception = OSError()
    for address in _resolved(where, allowance, network):
        timeout = min(_CONNECT_SECONDS, allowance.left() / 2)  # once to connect, once to agree on keys
        if where.scheme == "http":
            connection = HTTPConnection(address, where.port, timeout=timeout)
        else:
            connection = HTTPSConnection(address, where.port, timeout=timeout, server_hostname=where.name, ssl_context=network.trusted())
        try:
            connection.connect()
        except Exception as error:
            connection.close()
            if isinstance(error, ssl.SSLError):
                raise
            failure = error
        else:
            return connection
    raise failure


class _Bounded(io.RawIOBase):
    """What arrives, as long as the allowance lasts: the timeout of a socket would begin anew with each byte."""

    def __init__(self, channel: socket.socket, allowance: _Allowance) -> None:
        self._channel, self._allowance = channel, allowance
        self._raw = channel.makefile("rb", buffering=0)
        self._room = allowance.size + _HEAD_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._channel.settimeout(self._allowance.left())
        count = self._raw.readinto(buffer) or 0
        self._room -= count
        if self._room < 0:
            raise _TooLarge
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _exchange(where: Address, connection: HTTPConnection, query: bytes, accept: str, allowance: _Allowance) -> tuple[str, bytes]:
    def response_class(channel: socket.socket, **options: Any) -> http.client.HTTPResponse:
        made = http.client.HTTPResponse(channel, **options)
        made.fp.close()
        made.fp = io.BufferedReader(_Bounded(channel, allowance))
        return made

    connection.timeout = allowance.left()
    connection.response_class = response_class  # type: ignore[assignment]
    headers = {
        "Host": where.host, "Accept": accept, "Accept-Encoding": "identity", "Connection": "close",
        "Content-Type": "application/sparql-query", "User-Agent": f"whence/{__version__}",
    }  # fmt: skip
    connection.request("POST", where.target, query, headers, preload_content=False, decode_content=False)
    with contextlib.closing(connection.getresponse()) as response:
        kind = _kind(where, response)
        if (response.length_remaining or 0) > allowance.size:
            raise _TooLarge
        body = b"".join(iter(lambda: response.read(_PIECE), b""))  # never what a length or a chunk claims to have
        if len(body) > allowance.size:
            raise _TooLarge
        return kind, body


def _kind(where: Address, response: urllib3.BaseHTTPResponse) -> str:
    """Return the media type of an answer that is one."""
    if 300 <= response.status < 400:
        target = _shown(response.headers.get("Location") or "elsewhere", 200)
        raise Problem(502, f"{where.host} redirects to {target}, which is not followed. Call that address itself if it is allowed.")
    if response.status != 200:
        raise Problem(502, f"{where.host} answers {response.status} {_shown(response.reason or '', 60)}".rstrip() + ".")
    kind = (response.headers.get("Content-Type") or "nothing").partition(";")[0].strip().lower()
    if QueryResultsFormat.from_media_type(kind) is None:
        raise Problem(502, f"{where.host} answers {_shown(kind, 60)}, which are no SPARQL results.")
    encoding = response.headers.get("Content-Encoding") or "identity"
    if encoding.lower() != "identity":
        raise Problem(502, f"{where.host} answers in the encoding {_shown(encoding, 20)}, which was not asked for.")
    return kind


def _shown(text: str, most: int) -> str:
    """Return words of another server, fit for a message of ours."""
    return "".join(char for char in text if " " <= char <= "~")[:most]
