"""The short way for GET of the endpoint: it answers as the long one does, byte for byte, and minds what that minds."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from web_serving import HOSTILE, Server

from whence.web.asking import Request
from whence.web.connections import WAIT_SECONDS
from whence.web.direct import Shortcut
from whence.web.endpoint import SparqlEndpoint
from whence.web.message import Question
from whence.web.observing import Observer
from whence.web.problems import Problem
from whence.web.remembering import Memory
from whence.web.settings import Settings
from whence.web.usual import of_url

JSON = "Accept: application/sparql-results+json"
#: The rest of an address after `query=` and the headers of a request.
REQUESTS = {
    "a lookup": ("ASK%20%7B%7D", (JSON,)),
    "nothing said of formats": ("SELECT+*+%7B+?s+?p+?o+%7D+ORDER+BY+?s+?p+?o+LIMIT+3", ()),
    "a long one, compressed": ("SELECT+*%7B?s+?p+?o%7DORDER+BY+?s+?p+?o", (JSON, "Accept-Encoding: gzip")),
    "a graph": ("CONSTRUCT%7B?s+a+?o%7DWHERE%7B%7BSELECT*%7B?s+a+?o%7DORDER+BY+?s+?o+LIMIT+5%7D%7D", ("Accept: text/turtle",)),
    "a format in the address": ("ASK%7B%7D&format=xml&output=xml&results=xml", ("Accept: */*",)),
    "another graph": ("SELECT*%7B?s+?p+?o%7D&default-graph-uri=a:b", (JSON,)),
    "letters beyond ASCII": ("SELECT(%22%C3%A9%E2%98%83%22AS?x)%7B%7D", (JSON,)),
    "an answer that changes": ("SELECT(RAND()*0+AS+?x)%7B%7D", (JSON,)),
    "a wrong query": ("SELECT+?x+WHERE+%7B+?x+", (JSON,)),
    "a wrong query of a person": ("SELECT", ("Accept: text/html,*/*;q=0.1",)),
    "no such format": ("ASK%7B%7D", ("Accept: image/png",)),
    "an empty query": ("", (JSON,)),
    "bytes that are no UTF-8": ("%FF", (JSON,)),
    "two queries": ("ASK%7B%7D&query=ASK%7B%7D", (JSON,)),
    "a strange time limit": ("ASK%7B%7D&timeout=soon", (JSON,)),
    "an answer in many pieces": ("SELECT*%7B%7BSELECT*%7B?a+?b+?c%7DORDER+BY+?a+?b+?c+LIMIT+60%7D%7BSELECT*%7B?d+?e+?f%7DORDER+BY+?d+?e+?f+LIMIT+60%7D%7D", (JSON,)),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def told(connection: socket.socket, count: int = 1) -> bytes:
    """Return so many responses without the lines that tell the time."""
    data, at = b"", 0
    while count:
        end = size_of(data[at:])
        if end:
            at, count = at + end, count - 1
            continue
        piece = connection.recv(1 << 20)
        assert piece, data
        data += piece
    assert at == len(data)
    return re.sub(rb"date: [^\r]*\r\n", b"", data)


def size_of(data: bytes) -> int:
    """Return where the first response ends, or 0 when it is not complete."""
    head, found, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    if not length:
        return len(data) if body.endswith(b"\r\n0\r\n\r\n") else 0
    end = len(head) + len(found) + int(length[1])
    return end if len(data) >= end else 0


def head_of(rest: str, headers: tuple[str, ...]) -> bytes:
    return "\r\n".join([f"GET /sparql?query={rest} HTTP/1.1", "Host: here", *headers, "", ""]).encode()


def form_of(rest: str, headers: tuple[str, ...]) -> bytes:
    """Return the same request by POST, as a form."""
    return posted_of(f"query={rest}".encode(), headers, "application/x-www-form-urlencoded")


def body_of(rest: str, headers: tuple[str, ...]) -> bytes:
    """Return the request by POST whose body is the query; parameters after it would be of the address, so they stay away."""
    return posted_of(unquote_to_bytes(rest.partition("&")[0].replace("+", " ")), headers, "application/sparql-query; charset=utf-8")


def posted_of(body: bytes, headers: tuple[str, ...], kind: str) -> bytes:
    lines = ["POST /sparql HTTP/1.1", "Host: here", f"Content-Length: {len(body)}", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("form", [head_of, form_of, body_of])
def test_both_ways_answer_the_same(server: Server, form: Any, name: str) -> None:
    rest, headers = REQUESTS[name]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        answers = []
        for more in ((), ('If-None-Match: "something else"',), (), ()):
            connection.sendall(form(rest, (*headers, *more)))
            answers.append(told(connection))
    assert len(set(answers)) == 1


@pytest.mark.parametrize("form", [head_of, form_of, body_of])
def test_a_connection_ends_where_the_client_says_so(server: Server, form: Any) -> None:
    answers = set()
    for more in ((), (), ('If-None-Match: "something else"',)):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            connection.sendall(form("SELECT(%22the%20last%22AS?x)%7B%7D", (JSON, "Connection: close", *more)))
            answers.add(told(connection))
            assert connection.recv(10) == b""
    assert len(answers) == 1
    assert b"connection: close" in (answer := answers.pop()) and b'"the last"' in answer


def told_in_pieces(connection: socket.socket, request: bytes, step: int) -> bytes:
    """Send a request cut at each so many bytes, always with a whole one after it; return the response, which is always the same."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(request)
    whole = told(connection)
    for at in range(1, len(request), step):
        connection.sendall(request[:at])
        time.sleep(0.002)
        connection.sendall(request[at:] + request)
        assert told(connection, 2) == whole * 2
    return whole


def test_a_body_may_come_apart_from_its_head(server: Server) -> None:
    request = body_of("SELECT(%22in pieces%22AS?x)%7B%7D", (JSON,))
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        whole = told_in_pieces(connection, request, 5)
        assert b'"in pieces"' in whole
        at = request.index(b"\r\n\r\n") + 4
        for end in (at, at + 1, len(request) - 1):
            for first, second in ((0, end), (end, len(request))):
                connection.sendall(request[first:second])
                time.sleep(0.01)
            assert told(connection) == whole


def test_a_body_that_never_comes_is_told_so(server: Server) -> None:
    request = body_of("ASK%7B%7D", (JSON,))
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request)
        told(connection)
        connection.sendall(request[:-2])
        assert connection.recv(1000).startswith(b"HTTP/1.1 408")
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request[:-2])
        connection.shutdown(socket.SHUT_WR)
        assert not connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_slow_drip_of_a_body_ends_in_time(server: Server) -> None:
    request = body_of("ASK%7B%7D#" + "x" * 5000, (JSON,))
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request)
        assert b"true" in told(connection)
        connection.sendall(request[:300])
        begun = time.monotonic()
        try:
            for at in range(300, 5000):
                connection.sendall(request[at : at + 1])
                time.sleep(0.2)
                if time.monotonic() - begun > 60:
                    break
        except OSError:
            pass
    assert WAIT_SECONDS - 1 < time.monotonic() - begun < WAIT_SECONDS + 10


@pytest.mark.parametrize(
    "change",
    [
        (b"Content-Length: 5", b"Content-Length: 5\r\nContent-Length: 5"), (b"Content-Length: 5", b"Content-Length: +5"), (b"Content-Length: 5", b"Content-Length: 0x5"),
        (b"Content-Length: 5", b"Content-Length: 5, 5"), (b"Content-Length: 5", b"Transfer-Encoding: chunked\r\nContent-Length: 5"), (b"Content-Length: 5", b"Content_Length: 5"),
        (b"Host: here", b"Host : here"), (b"HTTP/1.1", b"HTTP/3.7"), (b"application/sparql-query", b"text/plain"), (b"application/sparql-query", b"application/sparql-update"),
    ],
)  # fmt: skip
def test_a_body_of_doubtful_length_or_kind_is_never_answered(server: Server, change: tuple[bytes, bytes]) -> None:
    request = body_of("ASK%7B%7D", (JSON,))
    assert change[0] in request
    for before in (0, 3):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            for _ in range(before):
                connection.sendall(request)
                assert b"true" in told(connection)
            connection.sendall(request.replace(*change))
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(10_000)
            assert not answer or answer.split(b" ", 2)[1] in (b"400", b"403", b"415"), answer


def test_requests_sent_at_once_are_answered_in_their_order(server: Server) -> None:
    numbers = range(20)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        texts = [head_of(f"SELECT({number}AS?n)%7B%7D", (JSON, *(['If-None-Match: "x"'] if number % 3 == 1 else []))) for number in numbers]
        connection.sendall(b"".join(texts))
        data = b""
        while data.count(b"HTTP/1.1 200 OK") < len(numbers) or not data.endswith(b"]}}"):
            data += connection.recv(1 << 20)
    assert [int(value) for value in re.findall(rb'"value":"(\d+)"', data)] == list(numbers)


def test_a_request_is_the_same_in_any_pieces(server: Server) -> None:
    request = head_of("ASK%7B%7D", (JSON,))
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        told_in_pieces(connection, request, 1)


@pytest.mark.parametrize("start", [b"GET /sparql?query=ASK%7B%7D", b"GET /sparql?query=ASK {} HTTP/1.1\r\n", b"GET /sparql?query=\x00 HTTP/1.1\r\n", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\n"])
def test_fields_that_are_known_make_no_request_of_another_start(server: Server, start: bytes) -> None:
    request = head_of("ASK%7B%7D", (JSON,))
    fields = request.partition(b"\r\n")[2]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(request)
        assert told(connection).startswith(b"HTTP/1.1 200")
        connection.sendall(start)
        connection.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            assert not connection.recv(1000).startswith(b"HTTP/1.1 200")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(start + fields)
        assert connection.recv(1000).startswith((b"HTTP/1.1 400", b"HTTP/1.1 200") if start.endswith(b"1.1\n") else b"HTTP/1.1 400")


def test_a_client_that_goes_away_ends_its_query(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head_of(HOSTILE.replace(" ", "+").replace("{", "%7B").replace("}", "%7D"), (JSON,)))
        assert server.wait_for(lambda: server.metric('whence_workers{state="long"') == 1)
    assert server.wait_for(lambda: server.metric('whence_workers{state="long"') == 0)
    assert server.wait_for(lambda: server.metric("whence_requests_in_flight") == 1)  # this very question
    assert server.metric('whence_workers_ended_total{reason="gone"') >= 1


def test_a_query_past_its_time_is_told_so(server: Server) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        rest = HOSTILE.replace(" ", "+").replace("{", "%7B").replace("}", "%7D") + "&timeout=0.5"
        connection.sendall(head_of(rest, (JSON,)))
        answer = told(connection)
        connection.sendall(head_of("ASK%7B%7D", (JSON,)))
        assert told(connection).startswith(b"HTTP/1.1 200 OK")
    assert answer.startswith(b"HTTP/1.1 503") and b"0.5 seconds" in answer
    assert time.monotonic() - begun < 10


class Pool:
    """Takes questions and answers none."""

    def __init__(self, room: int = 1) -> None:
        self.asked: list[Any] = []
        self._room = room

    def ask(self, exchange: Any) -> None:
        if len(self.asked) >= self._room:
            raise Problem(429, "Too many requests wait already.")
        self.asked.append(exchange)


def begun(rest: str, headers: list[tuple[bytes, bytes]], pool: Pool, **settings: Any) -> tuple[Any, Any]:
    site = SimpleNamespace(
        settings=Settings(**settings), observer=Observer(), published=SimpleNamespace(pool=pool, memory=Memory()),
        base=lambda _: "http://here/", service_hosts=lambda _: (),
    )  # fmt: skip
    endpoint = SparqlEndpoint(site)  # type: ignore[arg-type]
    url = f"/sparql?query={rest}".encode()
    connection: Any = SimpleNamespace(url=url, headers=headers, scope={"headers": headers}, begun=0.0, asked=of_url(url), goes_on=True)
    return Shortcut(site, endpoint).begin(connection), endpoint  # type: ignore[arg-type]


@pytest.mark.parametrize("rest", ["ASK%7B%7D", "ASK%7B%7D&format=xml&timeout=2", "ASK%7B%7D&named-graph-uri=a:b&default-graph-uri=c:d", "a+b%2Bc%25"])
def test_a_worker_is_asked_what_the_long_way_asks(rest: str) -> None:
    pool = Pool()
    headers = [(b"host", b"here"), (b"accept", b"text/csv;q=0.5, */*;q=0.1"), (b"accept-encoding", b"gzip, br")]
    direct, endpoint = begun(rest, headers, pool)
    assert direct is not None
    scope = {"method": "GET", "path": "/sparql", "headers": headers, "query_string": f"query={rest}".encode()}
    request = Request(scope, None)  # type: ignore[arg-type]
    question: Question = endpoint.question(request, request.one("query"))
    assert pool.asked[0].message == question.framed()
    assert pool.asked[0].seconds == endpoint.seconds(request)


@pytest.mark.parametrize(
    ("rest", "headers", "settings"),
    [
        ("ASK%7B%7D", [], {}),
        ("ASK%7B%7D", [(b"host", b"a"), (b"host", b"b")], {}),
        ("ASK%7B%7D", [(b"host", b"a"), (b"content-length", b"3")], {}),
        ("ASK%7B%7D", [(b"host", b"a"), (b"expect", b"100-continue")], {}),
        ("ASK%7B%7D", [(b"host", b"a"), (b"if-none-match", b"*")], {}),
        ("ASK%7B%7D", [(b"host", b"a")], {"allow_service": ("example.org",)}),
        ("ASK%7B%7D&timeout=never", [(b"host", b"a")], {}),
        ("ASK%7B%7D#x", [(b"host", b"a")], {}),
        ("x" * 70_000, [(b"host", b"a")], {}),
        ("é", [(b"host", b"a")], {}),
    ],
)
def test_what_needs_more_goes_the_long_way(rest: str, headers: list[tuple[bytes, bytes]], settings: dict[str, Any]) -> None:
    pool = Pool()
    assert begun(rest, headers, pool, **settings)[0] is None
    assert not pool.asked


def test_a_full_queue_is_told_of_by_the_long_way() -> None:
    assert begun("ASK%7B%7D", [(b"host", b"a")], Pool(0))[0] is None
