"""A store that speaks SPARQL 1.1 over HTTP: queries and updates sent to it, answers read, failures in one sentence."""

from __future__ import annotations

import os
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from http.client import HTTPException, HTTPResponse, IncompleteRead
from io import BytesIO
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from whence.errors import LimitError, QueryError, RemoteError, UsageError
from whence.sparql import Query, written_out

#: The environment variable that holds the password of `Endpoint.user`; an option would show in the list of processes.
PASSWORD = "WHENCE_PASSWORD"
#: Seconds that a store may stay silent where nothing else is said: moving a large graph takes it a while.
_PATIENCE = 600
#: Bytes that an answer which is small by its nature may have.
_SMALL = 1 << 20
#: Bytes that any other may have where nothing else is said.
MOST = 1 << 30
#: So much of what a store says of a failure is told, and so many seconds it may take to say it.
_SAID, _SOON = 200, 20
_TRIPLES = "application/n-triples"
#: What `read_answer` reads, as an Accept header has it.
READABLE = f"application/sparql-results+json, {_TRIPLES}"


class Refused(RemoteError):
    """A server answers, but with a status that is a refusal."""

    def __init__(self, problem: str, status: int, *, fix: str | None = None) -> None:
        super().__init__(problem, fix=fix)
        self.status = status


class Received:
    """The body of an answer, read as it comes and no further than it may be long.

    :ivar tell: told after each piece how many bytes have come
    """

    def __init__(self, answer: HTTPResponse, most: int, seconds: float | None = None) -> None:
        """
        :param most: bytes that it may have
        :param seconds: that all of it may take, where that is bounded
        """
        self._answer = answer
        self._most = self._left = most
        self._end = None if seconds is None else time.monotonic() + seconds
        self.headers = answer.headers
        self.tell: Callable[[int], None] = lambda _: None

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or all that are left.

        :raises LimitError: there are more than it may have
        :raises HTTPException: it breaks off where all is asked for
        :raises TimeoutError: it takes longer than it may
        """
        most = min(size, self._left + 1) if size >= 0 else self._left + 1
        data = self._answer.read(most) if self._end is None else self._in_time(most, self._end)
        self._left -= len(data)
        if self._left < 0:
            problem = f"{self._answer.url.partition('?')[0]} sends more than {self._most:,} bytes."
            raise LimitError(problem, fix="Ask for less, or allow more with --max-fetch, such as --max-fetch 8G.")
        self.tell(self._most - self._left)
        return data + self._answer.read() if size < 0 else data  # the rest is nothing, or fails where the answer breaks off

    def _in_time(self, most: int, end: float) -> bytes:
        """Return so many bytes, or all that come until then."""
        pieces: list[bytes] = []
        while most and (piece := self._answer.read1(most)):
            pieces.append(piece)
            most -= len(piece)
            if time.monotonic() > end:
                raise TimeoutError("timed out")
        if most and self._answer.length:
            raise IncompleteRead(b"", self._answer.length)
        return b"".join(pieces)


def read_answer(data: bytes, media_type: str) -> QuerySolutions | bool | Iterator[Triple]:
    """Return the answer to a query from the body of a response; triples are read as they are taken.

    :raises SyntaxError, ValueError: it is none
    """
    if media_type == _TRIPLES:
        return (quad.triple for quad in parse(BytesIO(data), format=RdfFormat.N_TRIPLES))
    answer = parse_query_results(data, format=QueryResultsFormat.JSON)
    return answer if isinstance(answer, QuerySolutions) else bool(answer)


class Endpoint:
    """The SPARQL 1.1 Protocol addresses of one store.

    :ivar queries: where queries are sent (SPARQL 1.1 Protocol, 2.1)
    :ivar updates: where updates are sent (2.2)
    :ivar patience: seconds that the store may stay silent
    :ivar most: bytes that an answer may have
    """

    def __init__(self, address: str, *, queries: str | None = None, updates: str | None = None, user: str | None = None, most: int = MOST) -> None:
        """
        :param address: of a data set whose addresses end in /query and /update, as those of Fuseki and the Oxigraph server do
        :param queries: the address for queries, where it is another
        :param updates: the address for updates, where it is another
        :param user: for basic authentication, with the password of the environment variable `PASSWORD`
        :raises UsageError: an address is none of HTTP, or there is no password
        """
        self.queries = _checked(queries or f"{address.rstrip('/')}/query")
        self.updates = _checked(updates or f"{address.rstrip('/')}/update")
        self.patience: float = _PATIENCE
        self.most = most
        self._headers: dict[str, str] = {}
        if user is not None:
            password = os.environ.get(PASSWORD)
            if password is None:
                raise UsageError(f"There is no password for {user}.", fix=f"Put it into the environment variable {PASSWORD}.")
            self._headers["Authorization"] = "Basic " + b64encode(f"{user}:{password}".encode()).decode()

    def update(self, text: str) -> None:
        """Send an update, which the store carries out whole or not at all (SPARQL 1.1 Update, 2.2).

        :raises RemoteError: it refuses, or does not answer
        """
        self._send(self.updates, text, "application/sparql-update", "*/*", small=True)

    def query(self, text: str, *, small: bool = False, patience: float | None = None) -> Any:
        """Send a query and return its answer: solutions of pyoxigraph, an iterator of triples, or a truth value.

        :param small: whether its answer is, so that a long one is refused
        :param patience: seconds that the whole answer may take, where that is bounded
        :raises QueryError: it is not understood there
        :raises RemoteError: the store refuses, does not answer, or answers with something else
        :raises LimitError: the answer is longer than it may be
        """
        data, kind = self._send(self.queries, text, "application/sparql-query", READABLE, small=small, patience=patience)
        try:
            answer = read_answer(data, kind)
            return answer if isinstance(answer, QuerySolutions | bool) else iter(list(answer))
        except (SyntaxError, ValueError):
            raise self.no_answer() from None

    def values(self, text: str) -> list[str]:
        """Send a SELECT of one column and few rows, and return its values.

        :raises QueryError: it is not understood there
        :raises RemoteError: as `query` does, or the answer is of another kind
        """
        answer = self.query(text, small=True)
        try:
            return [row[0].value for row in answer]
        except (TypeError, AttributeError, LookupError, SyntaxError, ValueError):
            raise self.no_answer() from None

    def no_answer(self) -> RemoteError:
        """Return the error that what the store answers is none of SPARQL."""
        return RemoteError(f"What {self.queries.partition('?')[0]} answers is no answer of SPARQL.", fix="See that this is the address for queries.")

    def answer(self, query: Query, values: Mapping[str, str]) -> Any:
        """Answer a query as `whence.sparql.run` does, evaluated there: the shared prefixes added, parameters bound.

        :raises UsageError: a parameter is unknown, missing, or its value of another type
        :raises QueryError: the query is not understood
        :raises RemoteError: the store refuses, does not answer, or answers with something else
        """
        return self.query(written_out(query, values))

    def within(self, default: str, named: Iterable[str]) -> Endpoint:
        """Return the same store, asked by a data set of these graphs (SPARQL 1.1 Protocol, 2.1.4), as one needs whose default graph is the union of all.

        :param default: the IRI of the graph to take for the default graph
        :param named: the IRIs of the named graphs
        """
        other = copy(self)
        graphs = urlencode([("default-graph-uri", default), *(("named-graph-uri", one) for one in named)])
        other.queries = f"{self.queries}{'&' if urlsplit(self.queries).query else '?'}{graphs}"
        return other

    @contextmanager
    def triples(self, text: str) -> Iterator[Received]:
        """Send a CONSTRUCT and give its answer as N-Triples, to be read as it comes.

        :raises QueryError: it is not understood there
        :raises RemoteError: the store refuses, does not answer, breaks off, or answers with something else
        :raises LimitError: the answer is longer than it may be
        """
        with self.open(self.queries, _TRIPLES, text.encode(), "application/sparql-query") as answer:
            if answer.headers.get_content_type() != _TRIPLES:
                raise self.no_answer()
            yield answer

    def _send(self, address: str, text: str, kind: str, accept: str, *, small: bool, patience: float | None = None) -> tuple[bytes, str]:
        """Return the body of an answer and its media type."""
        with self.open(address, accept, text.encode(), kind, patience=patience, most=_SMALL if small else None) as answer:
            try:
                return answer.read(), answer.headers.get_content_type()
            except LimitError:
                if not small:
                    raise
                shown = address.partition("?")[0]
                fix = "See which addresses the store has for queries and updates."
                raise RemoteError(f"{shown} answers at greater length than anything that was asked for.", fix=fix) from None

    @contextmanager
    def open(self, address: str, accept: str = "*/*", body: bytes | None = None, kind: str = "", *, patience: float | None = None, most: int | None = None) -> Iterator[Received]:
        """Ask an address of the store, and give its answer.

        :param body: what is sent, or None
        :param kind: the media type of the body
        :param patience: seconds that it may stay silent, and that its whole answer may take, where that is bounded
        :param most: bytes that the answer may have, where they are others
        :raises QueryError: it is not understood there
        :raises Refused: the store refuses
        :raises RemoteError: it does not answer, or breaks off
        """
        shown = address.partition("?")[0]
        try:
            request = Request(address, body, {"Accept": accept, **({"Content-Type": f"{kind}; charset=utf-8"} if kind else {})})
            for name, value in self._headers.items():
                request.add_unredirected_header(name, value)  # a password is for this address, not for where it leads
            with urlopen(request, timeout=patience or self.patience) as answer:
                if body is not None and (led := answer.url.partition("?")[0]) != shown:  # without the body
                    raise RemoteError(f"{shown} leads to {_line(led)}.", fix="Give that address, if it is the store's.")
                yield Received(answer, self.most if most is None else most, patience)
        except HTTPError as error:
            said = ""
            with error, suppress(OSError, HTTPException):
                said = _line(Received(error.fp, 10 * _SAID, _SOON).read(10 * _SAID).decode("utf-8", "replace"))
            if error.code == 400:
                raise QueryError(f"{shown} does not understand it: {said}.") from None
            fix = {401: "Give --user and its password.", 403: "Give --user and its password.", 404: "See which addresses the store has for queries and updates."}
            raise Refused(f"{shown} answers {error.code} {_line(error.reason)}{': ' + said if said else ''}.", error.code, fix=fix.get(error.code)) from None
        except (URLError, HTTPException, OSError, ValueError) as error:
            reason = _line(str(getattr(error, "reason", None) or error)) or type(error).__name__
            raise RemoteError(f"{shown} does not answer: {reason}.", fix="See that the store runs there.") from None


def _line(text: str) -> str:
    """Return what a store says, or so much of it as is told, on one line and without the full stop."""
    return " ".join(text.split())[:_SAID].rstrip(".")


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or not address.isascii() or any(letter <= " " for letter in address):
        raise UsageError(f"{address[:_SAID]!r} is no address.", fix="Write one such as http://localhost:3030/whence.")
    if "@" in parts.netloc:
        raise UsageError("An address holds no user and no password.", fix=f"Give --user, and the password in the environment variable {PASSWORD}.")
    return address
