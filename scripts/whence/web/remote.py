"""One request to another server, which goes to an address that was looked at and to no other.

The name is resolved once and the connection is made to what came of that, so that it cannot mean another address when
it counts (DNS rebinding); redirects are not followed; proxies of the environment are not used.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from whence import __version__
from whence.web.addresses import is_public
from whence.web.services import Address

__all__ = ["Allowance", "CallError", "Means", "Reply", "call"]

#: How long one address may take to accept a connection while there may be others.
_CONNECT_SECONDS = 5.0
#: What the head of an answer may take beside its body.
_HEAD_BYTES = 1 << 16
_MIB = 1 << 20


class CallError(Exception):
    """A call that failed or was not made.

    :ivar status: the HTTP status that tells a client of ours of it
    :ivar detail: what is wrong, the other server named
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class Reply(NamedTuple):
    """What another server answered: SPARQL results."""

    kind: str
    body: bytes


class Allowance(NamedTuple):
    """What a call may take: time until `end` of the monotonic clock, and bytes."""

    end: float
    size: int

    def left(self) -> float:
        """Return the seconds left.

        :raises TimeoutError: there are none
        """
        seconds = self.end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


class Means(NamedTuple):
    """How other servers are found and judged; the defaults are the ones of the Internet.

    :ivar resolve: getaddrinfo(3)
    :ivar public: whether an address may be called
    :ivar trusted: the certificates that are believed
    """

    resolve: Callable[..., list[Any]] = socket.getaddrinfo
    public: Callable[[str], bool] = is_public
    trusted: Callable[[], ssl.SSLContext] = _trusted


def call(where: Address, query: bytes, accept: str, allowance: Allowance, means: Means) -> Reply:
    """Send a query by POST (SPARQL 1.1 Protocol, section 2.1.3) and return the results, read to the end.

    :param accept: the `Accept` to send
    :raises CallError: 403 for an address that is not public, 504 when it takes too long, 502 for all else that fails
    """
    try:
        with _connected(where, allowance, means) as channel:
            return _exchange(where, channel, query, accept, allowance)
    except TimeoutError:
        raise CallError(504, f"{where.host} did not answer in time.") from None
    except ssl.SSLCertVerificationError as error:
        raise CallError(502, f"{where.host} shows a certificate that does not hold: {error.verify_message}.") from None
    except ssl.SSLError:
        raise CallError(502, f"{where.host} and this server found no way to a secure connection.") from None
    except OSError:
        raise CallError(502, f"{where.host} cannot be reached, or broke the connection.") from None
    except (http.client.HTTPException, ValueError):
        raise CallError(502, f"{where.host} answers something that is not HTTP, or not whole.") from None


def _resolved(where: Address, allowance: Allowance, means: Means) -> list[Any]:
    """Return the entries of getaddrinfo(3), each of a public address; the call itself has no time limit, so it has a thread."""
    found: list[Any] = []

    def resolve() -> None:
        try:
            found.append(means.resolve(where.name, where.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            found.append([])

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(allowance.left())
    if not found:
        raise TimeoutError
    entries = [entry for entry in found[0] if entry[0] in (socket.AF_INET, socket.AF_INET6)]
    if not entries:
        raise CallError(502, f"{where.host} is not known to the name service.")
    if not all(means.public(str(entry[4][0])) for entry in entries):
        raise CallError(403, f"{where.host} stands for an address that is not public, so it is not called.")
    return entries


def _connected(where: Address, allowance: Allowance, means: Means) -> socket.socket:
    """Connect to the first address that accepts, and agree on keys where that is wanted."""
    failure: OSError = OSError()
    for family, kind, protocol, _, place in _resolved(where, allowance, means):
        channel = socket.socket(family, kind, protocol)
        try:
            channel.settimeout(min(_CONNECT_SECONDS, allowance.left()))
            channel.connect(place)
        except OSError as error:
            channel.close()
            failure = error
            continue
        if where.scheme == "http":
            return channel
        with channel:  # what is wrapped takes it over
            channel.settimeout(allowance.left())
            return means.trusted().wrap_socket(channel, server_hostname=where.name)
    raise failure


class _Bounded(io.RawIOBase):
    """What arrives on a socket, as long as the allowance lasts."""

    def __init__(self, channel: socket.socket, where: Address, allowance: Allowance) -> None:
        self._channel = channel
        self._where = where
        self._allowance = allowance
        self._room = allowance.size + _HEAD_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._channel.settimeout(self._allowance.left())
        count = self._channel.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise _too_large(self._where, self._allowance)
        return count


class _Channel:
    """A socket as `http.client` uses it."""

    def __init__(self, channel: socket.socket, where: Address, allowance: Allowance) -> None:
        self._channel = channel
        self._where = where
        self._allowance = allowance

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(_Bounded(self._channel, self._where, self._allowance))

    def sendall(self, data: bytes) -> None:
        self._channel.settimeout(self._allowance.left())
        self._channel.sendall(data)

    def close(self) -> None:
        """Stay open: `http.client` closes before it has read the body, and `call` closes in the end."""


def _exchange(where: Address, channel: socket.socket, query: bytes, accept: str, allowance: Allowance) -> Reply:
    connection = http.client.HTTPConnection("unused.invalid")  # it would connect by itself only without a socket
    connection.sock = _Channel(channel, where, allowance)
    connection.putrequest("POST", where.target, skip_host=True, skip_accept_encoding=True)
    for name, value in (
        ("Host", where.host), ("Accept", accept), ("Accept-Encoding", "identity"), ("Connection", "close"),
        ("Content-Type", "application/sparql-query"), ("Content-Length", str(len(query))), ("User-Agent", f"whence/{__version__}"),
    ):  # fmt: skip
        connection.putheader(name, value)
    connection.endheaders(query)
    with connection.getresponse() as response:
        kind = _kind(where, response)
        return Reply(kind, _body(where, response, allowance))


def _kind(where: Address, response: http.client.HTTPResponse) -> str:
    """Return the media type of an answer that is one."""
    from pyoxigraph import QueryResultsFormat

    if 300 <= response.status < 400:
        target = _shown(response.getheader("Location") or "elsewhere", 200)
        raise CallError(502, f"{where.host} redirects to {target}, which is not followed. Call that address itself if it is allowed.")
    if response.status != 200:
        raise CallError(502, f"{where.host} answers {response.status} {_shown(response.reason, 60)}".rstrip() + ".")
    kind = (response.getheader("Content-Type") or "nothing").partition(";")[0].strip().lower()
    if QueryResultsFormat.from_media_type(kind) is None:
        raise CallError(502, f"{where.host} answers {_shown(kind, 60)}, which are no SPARQL results.")
    encoding = response.getheader("Content-Encoding") or "identity"
    if encoding.lower() != "identity":
        raise CallError(502, f"{where.host} answers in the encoding {_shown(encoding, 20)}, which was not asked for.")
    return kind


def _body(where: Address, response: http.client.HTTPResponse, allowance: Allowance) -> bytes:
    if (response.length or 0) > allowance.size:
        raise _too_large(where, allowance)
    body = bytearray()
    while piece := response.read(1 << 16):
        body += piece
        if len(body) > allowance.size:
            raise _too_large(where, allowance)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return bytes(body)


def _too_large(where: Address, allowance: Allowance) -> CallError:
    return CallError(502, f"{where.host} answers more than the {allowance.size / _MIB:.3g} MiB that are left. Ask it for less.")


def _shown(text: str, most: int) -> str:
    """Return words of another server, fit for a message of ours."""
    return "".join(char for char in text if " " <= char <= "~")[:most]
