"""Faults: half-open and slow clients, malformed HTTP, thousands of requests without anything left behind."""

from __future__ import annotations

import http.client
import random
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from serving import Server

from whence.web.connections import MAX_CONNECTIONS, STALL_SECONDS, WAIT_SECONDS

MALFORMED = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no version": b"GET /sparql\r\n\r\n",
    "an unknown method": b"BREW /sparql HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header without a colon": b"GET /sparql HTTP/1.1\r\nHost x\r\n\r\n",
    "a NUL in a header": b"GET /sparql HTTP/1.1\r\nHost: x\r\nAccept: a\x00b\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc",
    "a length below zero": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "length and chunks": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk that is none": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nASK{}\r\n",
    "a giant header": b"GET /sparql HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
    "headers without end": b"GET /sparql HTTP/1.1\r\n" + b"X: y\r\n" * 40_000,
    "a path up the tree": b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path up the tree, encoded": b"GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "line feeds in a path": b"GET /id/a%0d%0aSet-Cookie:%20x HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address that is a star": b"GET * HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def told(port: int, data: bytes, seconds: float = 20) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        got = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                got += piece
        except OSError:  # the server may close before it has read everything
            pass
        return got


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_http_is_refused_without_harm(server: Server, name: str) -> None:
    got = told(server.port, MALFORMED[name])
    assert not got or got.split(b" ", 2)[1] in (b"400", b"404", b"405", b"408", b"413", b"414", b"431"), got[:300]
    assert b"Traceback" not in got and b"root:" not in got and b"\r\nSet-Cookie" not in got
    assert server.query("ASK {}").status == 200


def test_random_bytes_are_refused_without_harm(server: Server) -> None:
    chosen = random.Random(5)
    good = b"POST /sparql?timeout=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\nASK {}"
    for _ in range(150):
        data = bytearray(good)
        for _ in range(chosen.randrange(1, 6)):
            data[chosen.randrange(len(data))] = chosen.randrange(256)
        got = told(server.port, bytes(data))
        assert not got or got.startswith(b"HTTP/1."), got[:200]
        assert b"Traceback" not in got
    assert server.query("ASK {}").status == 200
    assert not [line for line in server.log if '"event": "error"' in line]


def test_half_open_requests_are_told_so(server: Server) -> None:
    begun = time.monotonic()
    waiting = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(60)]
    try:
        for number, connection in enumerate(waiting):
            connection.sendall((b"", b"GET /sparql HTTP/1.1\r\nHost:", b"GET")[number % 3])
        got = [connection.recv(1000) for connection in waiting]
    finally:
        for connection in waiting:
            connection.close()
    assert all(piece.startswith(b"HTTP/1.1 408") for piece in got)
    assert time.monotonic() - begun < 60


def test_ten_thousand_half_open_requests_keep_nobody_out() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with Server() as server:
        before, memory = server.metric("process_open_fds"), resident(str(server.process.pid))
        waiting: list[socket.socket] = []
        try:
            for number in range(min(10_000, most - 500)):
                waiting.append(socket.create_connection(("127.0.0.1", server.port), timeout=30))
                waiting[-1].sendall((b"", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost:", b"GET")[number % 3])
                if number % 1000 == 999:
                    assert server.query(f"ASK {{}} #{number}").status == 200
            assert server.metric("process_open_fds") <= before + MAX_CONNECTIONS
            assert resident(str(server.process.pid)) < memory + 500 * 1024 * 1024
            assert all(server.query(f"ASK {{}} # {number}").status == 200 for number in range(100))
            assert server.wait_for(lambda: server.metric("process_open_fds") <= before + 3, WAIT_SECONDS + 20)
        finally:
            for connection in waiting:
                connection.close()


def test_a_slow_drip_of_a_head_ends_in_time(server: Server) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nX: ")
        try:
            while time.monotonic() - begun < 60:
                connection.sendall(b"y")
                time.sleep(0.2)
        except OSError:
            pass
    assert WAIT_SECONDS - 1 < time.monotonic() - begun < WAIT_SECONDS + 10


def test_a_connection_that_is_only_idle_is_closed_without_a_word(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while piece := connection.recv(10_000):
            got += piece
    assert got.startswith(b"HTTP/1.1 200") and got.count(b"HTTP/1.1") == 1


def test_a_body_that_never_comes_is_not_waited_for_for_ever(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 60\r\n\r\nASK")
        assert connection.recv(1000).startswith(b"HTTP/1.1 408")


def test_clients_that_read_slowly_hold_nobody_up() -> None:
    query = urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})
    with Server("--workers", "2", "--long-queries", "2", "--timeout", "3") as running:
        before = running.metric("process_open_fds")
        slow = [socket.create_connection(("127.0.0.1", running.port), timeout=30) for _ in range(6)]
        try:
            for connection in slow:
                connection.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert all(running.query(f"ASK {{}} #{number}").status == 200 for number in range(50))
            assert running.wait_for(lambda: running.metric('whence_workers{state="long"') == 0)
            assert running.wait_for(lambda: running.metric("process_open_fds") <= before + 2, STALL_SECONDS + 20)
        finally:
            for connection in slow:
                connection.close()


@pytest.mark.parametrize("text", ["SELECT ?x { " + "{" * 20_000 + "}" * 20_000 + " }", "SELECT ?x { FILTER(" + "!" * 50_000 + "true) }"])
def test_a_query_that_would_end_its_worker_is_refused(server: Server, text: str) -> None:
    body = urlencode({"query": text}).encode()
    answer = server.request("POST", "/sparql", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 400
    assert "levels" in answer.text or "words and signs" in answer.text


def test_nothing_is_left_behind_by_ten_thousand_requests(server: Server) -> None:
    def state() -> tuple[float, float, int]:
        number = server.process.pid
        children = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii").split()
        memory = sum(resident(child) for child in [str(number), *children])
        return server.metric("process_open_fds"), memory, len(children)

    many(server, 2000)
    descriptors, memory, processes = state()
    many(server, 10_000)
    assert server.wait_for(lambda: state()[0] <= descriptors + 3)
    assert state()[2] <= processes + 1
    assert state()[1] < memory + 40 * 1024 * 1024


def resident(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * 4096
    except OSError:
        return 0


def many(server: Server, count: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    targets = ("/sparql?query=ASK%7B%7D", "/sparql?query=nonsense", "/id/comet-song", "/data/comet-song.ttl", "/query/any", "/page/comet-song", "/nothing")
    for number in range(count):
        target = targets[number % len(targets)]
        connection.request("GET", f"{target}{'%20%23' + str(number) if target.startswith('/sparql') else ''}")
        response = connection.getresponse()
        response.read()
        assert response.status < 500, (target, response.status)
    connection.close()
