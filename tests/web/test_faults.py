"""Faults: half-open and slow clients, malformed HTTP, thousands of requests without anything left behind."""

from __future__ import annotations

import gzip
import http.client
import random
import re
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from urllib.parse import urlencode

import pytest
from serving import Server

from whence.web.settings import Settings

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


#: The waiting of the tests: the defaults are 10 and 20 seconds.
WAIT, STALL = 1.5, 2.0


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(bounds={"wait_seconds": WAIT, "stall_seconds": STALL}) as running:
        yield running


def all_of(connection: socket.socket, seconds: float = 0.7) -> bytes:
    """Return what comes until there is nothing more for a while."""
    connection.settimeout(20)
    got = b""
    try:
        while piece := connection.recv(65536):
            got += piece
            connection.settimeout(seconds)
    except TimeoutError:
        pass
    return got


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
    with Server(bounds={"wait_seconds": 5}) as server:
        before, memory = server.descriptors(), server.metric("process_resident_memory_bytes")
        waiting: list[socket.socket] = []
        try:
            for number in range(min(10_000, most - 500)):
                waiting.append(socket.create_connection(("127.0.0.1", server.port), timeout=30))
                waiting[-1].sendall((b"", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost:", b"GET")[number % 3])
                if number % 1000 == 999:
                    assert server.query(f"ASK {{}} #{number}").status == 200
            assert server.metric("process_open_fds") <= before + Settings().connections + 16
            assert server.metric("process_resident_memory_bytes") < memory + 500 * 1024 * 1024
            assert all(server.query(f"ASK {{}} # {number}").status == 200 for number in range(100))
            assert server.wait_for(lambda: server.metric("process_open_fds") <= before + 8)
        finally:
            for connection in waiting:
                connection.close()


def test_connections_in_mid_body_keep_nobody_out() -> None:
    """As many as may be open, each with the head of a request and one byte of its body, and again whenever one is closed."""
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nA"
    with Server(bounds={"workers": 1, "connections": 100}) as server:
        held: list[socket.socket] = []
        try:
            for number in range(300):
                held.append(socket.create_connection(("127.0.0.1", server.port), timeout=30))
                held[-1].sendall(head)
                if number % 50 == 49:
                    assert server.query(f"ASK {{}} #{number}").status == 200
            assert server.metric("whence_connections") <= 101
        finally:
            for connection in held:
                connection.close()


def test_half_sent_bodies_are_held_within_one_bound() -> None:
    """Those that have waited longest make room; none of the others is refused."""
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 4194304\r\n\r\n"
    with Server(bounds={"workers": 1, "held_bytes": 16 << 20}) as server:
        assert server.wait_for(lambda: server.metric("process_resident_memory_bytes") > 0)  # told by the supervisor soon after the start
        before = server.metric("process_resident_memory_bytes")
        held: list[socket.socket] = []
        try:
            for _ in range(40):
                held.append(socket.create_connection(("127.0.0.1", server.port), timeout=30))
                try:
                    held[-1].sendall(head + b"#" * (4194304 - 1))
                except OSError:
                    pass  # it made room for others already
            answer = server.request("POST", "/sparql", b"ASK {}", {"Content-Type": "application/sparql-query"})
            assert answer.status == 200
            assert server.metric("process_resident_memory_bytes") < before + (80 << 20)
            assert held[0].recv(1000).startswith(b"HTTP/1.1 408")
        finally:
            for connection in held:
                connection.close()


def test_answers_over_http_1_0_are_held_within_one_bound() -> None:
    long = "x" * 1000
    query = urlencode({"query": f'SELECT (CONCAT("{long}", STR(?s)) AS ?x) {{ ?s ?p ?o . ?a ?b ?c }} LIMIT 10000'})
    with Server(bounds={"workers": 1, "held_bytes": 24 << 20, "max_rows": 100_000}) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as one, one.makefile("rb") as stream:
            one.sendall(f"GET /sparql?{query} HTTP/1.0\r\n\r\n".encode())
            answer = stream.read()
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200") and f"content-length: {len(body)}".encode() in head and body.endswith(b"}")
        assert server.wait_for(lambda: server.metric("process_resident_memory_bytes") > 0)  # told by the supervisor soon after the start
        before = server.metric("process_resident_memory_bytes")
        held: list[socket.socket] = []
        try:
            for number in range(12):
                held.append(socket.socket())
                held[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                held[-1].connect(("127.0.0.1", server.port))
                held[-1].sendall(f"GET /sparql?{query}%23{number} HTTP/1.0\r\n\r\n".encode())
            time.sleep(1)
            assert server.query("ASK {}").status == 200
            assert server.metric("process_resident_memory_bytes") < before + (250 << 20)
        finally:
            for connection in held:
                connection.close()


def test_a_slow_drip_of_a_head_ends_in_time(server: Server) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nX: ")
        try:
            while time.monotonic() - begun < 30:
                connection.sendall(b"y")
                time.sleep(0.1)
        except OSError:
            pass
    assert WAIT - 0.5 < time.monotonic() - begun < 30


def test_a_connection_that_is_only_idle_is_closed_without_a_word(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while piece := connection.recv(10_000):
            got += piece
    assert got.startswith(b"HTTP/1.1 200") and got.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("pace", [0, 0.1], ids=["never", "in drips"])
def test_a_body_that_never_comes_is_not_waited_for_for_ever(server: Server, pace: float) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 6000\r\n\r\nASK")
        connection.settimeout(pace or 30)
        got = b""
        while not got and time.monotonic() - begun < 20:
            try:
                got = connection.recv(1000)
            except TimeoutError:
                connection.sendall(b" ")
    assert got.startswith(b"HTTP/1.1 408")


def test_clients_that_read_slowly_hold_nobody_up() -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    with Server(bounds={"workers": 2, "long_queries": 12, "timeout": 3, "stall_seconds": STALL}) as running:
        before = running.descriptors()
        slow = [socket.create_connection(("127.0.0.1", running.port), timeout=30) for _ in range(6)]
        try:
            for connection in slow:
                running.ask_slowly(connection, query)
            assert all(running.query(f"ASK {{}} #{number}").status == 200 for number in range(50))
            assert running.wait_for(lambda: running.metric("whence_long_queries") == 0)
            assert running.wait_for(lambda: running.metric("process_open_fds") <= before + 8)
        finally:
            for connection in slow:
                connection.close()


UPGRADES = {"an upgrade": b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings\r\n", "none": b"", "a web socket": b"Upgrade: websocket\r\nConnection: Upgrade\r\n"}


@pytest.mark.parametrize("upgrade", UPGRADES)
def test_a_body_is_never_read_as_another_request(server: Server, upgrade: str) -> None:
    inner = b"GET /metrics HTTP/1.1\r\nHost: inner\r\n\r\n"

    def answer(line: str, apart: bool) -> bytes:
        head = line.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n" + UPGRADES[upgrade] + b"Content-Length: %d\r\n\r\n" % len(inner)
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(head if apart else head + inner)
            if apart:
                time.sleep(0.2)
                connection.sendall(inner)
            return all_of(connection)

    asked = list(product(("POST /sparql", "GET /health", "POST /nothing", "GET /sparql?query=ASK%7B%7D"), (False, True)))
    with ThreadPoolExecutor(len(asked)) as many:
        for what, got in zip(asked, many.map(answer, *zip(*asked, strict=True)), strict=True):
            assert got.count(b"HTTP/1.1 ") == 1 and b"whence_workers" not in got, what


@pytest.mark.parametrize("chunked", [False, True])
def test_the_body_of_a_request_that_offers_an_upgrade_is_read(server: Server, chunked: bool) -> None:
    """The default client of Java, and so Apache Jena's, sends its first request like this."""
    body = b"SELECT (7 AS ?n) {}"
    sent = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    head = b"POST /sparql HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nHost: x\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\nAccept: text/csv\r\nContent-Type: application/sparql-query\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        for _ in range(2):  # the connection goes on
            connection.sendall(head + sent)
            got = b""
            while not got.endswith(b"n\r\n7\r\n") and (piece := connection.recv(65536)):
                got += piece
            assert got.startswith(b"HTTP/1.1 200") and got.endswith(b"n\r\n7\r\n")


def numbers_of(answers: bytes) -> list[bytes]:
    """Return the numbers that the answers to queries for one hold."""
    return re.findall(rb"\r\n\r\nn\r\n(\d+)\r\n", answers)


def asked_for(count: int) -> bytes:
    return b"".join(b"GET /sparql?query=SELECT%%20(%d%%20AS%%20?n)%%20%%7B%%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n" % number for number in range(count))


@pytest.mark.parametrize(("last", "status"), {
    b"nonsense\r\n\r\n": b"400 Bad Request",
    b"GET /?" + b"y" * 110_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n": b"414 URI Too Long",
    b"CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n": b"405 Method Not Allowed",
    b"GET http://a:99999/ HTTP/1.1\r\nHost: x\r\n\r\n": b"400 Bad Request",
    b"GET http://a HTTP/1.1\r\nHost: x\r\n\r\n": b"400 Bad Request",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nASK{}\r\n": b"400 Bad Request",
}.items())  # fmt: skip
def test_what_is_refused_after_pipelined_requests_is_told_after_their_answers(server: Server, last: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(asked_for(5) + last)
        got = all_of(connection, 20)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(last)
        assert all_of(connection, 20).startswith(b"HTTP/1.1 " + status)
    assert numbers_of(got) == [b"%d" % number for number in range(5)]
    refused = got.rpartition(b"\r\nHTTP/1.1 ")[2]
    assert refused.startswith(status) and b"\r\nConnection: close\r\n" in refused


def test_pipelined_requests_are_answered_in_order_and_too_many_are_told_so_at_the_end(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(asked_for(1000))
        got = all_of(connection, 20)
    numbers = numbers_of(got)
    assert len(numbers) > 16 and numbers == [b"%d" % number for number in range(len(numbers))]
    refused = got.rpartition(b"\r\nHTTP/1.1 ")[2]
    assert refused.startswith(b"429") and b"\r\nConnection: close\r\n" in refused
    assert server.query("ASK {}").status == 200


def test_a_request_half_sent_takes_no_answer_from_the_one_before(server: Server) -> None:
    """The time for the rest of it begins when the one before has been answered."""
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        head = f"GET /sparql?{urlencode({'query': slow, 'timeout': '4'})} HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(head.encode() + b"GET /health HTTP/1.1\r\n")
        got = all_of(connection, 20)
    assert got.startswith(b"HTTP/1.1 503") and b"took longer than 4 seconds" in got


def test_a_request_that_is_answered_after_its_connection_was_closed_is_no_fault(server: Server) -> None:
    before = len(server.log)
    for _ in range(100):
        told(server.port, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
    assert server.query("ASK {}").status == 200
    assert not [line for line in server.log[before:] if '"event": "error"' in line]


def test_options_of_the_server_as_a_whole(server: Server) -> None:
    assert told(server.port, b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 204")


@pytest.mark.parametrize("fields", [b"", b"Host: a\r\nHost: a\r\n", b"Host: a b\r\n", b"Host: [::1\r\n"])
def test_a_host_that_is_none_is_refused(server: Server, fields: bytes) -> None:
    assert told(server.port, b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + fields + b"\r\n").startswith(b"HTTP/1.1 400")


def test_http_1_0_needs_no_host(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\n\r\n")
        assert all_of(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("gzip", gzip.compress(b"ASK {}", mtime=0), 200), ("identity", b"ASK {}", 200), ("GZIP", gzip.compress(b"ASK {}", mtime=0), 200), ("br", b"ASK {}", 415), ("gzip, gzip", b"ASK {}", 415),
        ("gzip", b"ASK {}", 400), ("gzip", gzip.compress(b"ASK {}", mtime=0)[:-4], 400), ("gzip", gzip.compress(b"#" * (5 << 20), mtime=0), 413),
    ],
)  # fmt: skip
def test_a_packed_body_is_unpacked_or_refused(server: Server, coding: str, body: bytes, status: int) -> None:
    answer = server.request("POST", "/sparql", body, {"Content-Type": "application/sparql-query", "Content-Encoding": coding})
    assert answer.status == status, answer.text


@pytest.mark.parametrize("path", ["/sparql?query=nonsense", "/sparql?query=SELECT%20*%20%7B?s%20?p%20?o%7D&timeout=x", "/nothing", "/data/no-such-thing.ttl", "/page/no-such-thing", "/query/no-such-query", "/graph-store?graph=a:b"])
def test_an_error_is_never_unchanged(server: Server, path: str) -> None:
    assert server.get(path, If_None_Match="*").status in (400, 404)
    assert server.get("/sparql?query=ASK%7B%7D", If_None_Match="*").status == 304


def test_a_long_text_in_the_editor_holds_nobody_up(server: Server) -> None:
    """The query of the address is read in a thread, within the limits of a query."""
    text = "ASK%7BVALUES%20?x%7B" + "a." * 29_000
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(f"GET /editor?query={text} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n".encode())
        for _ in range(5):
            begun = time.monotonic()
            assert server.get("/health").status == 200
            assert time.monotonic() - begun < 10
        assert connection.recv(100)[9:12] in (b"200", b"400", b"503")


def test_the_editor_tells_of_a_query_that_takes_too_long() -> None:
    with Server("--timeout", "1") as running:
        path = "/editor?" + urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"})
        answer = running.get(path, "text/html")
        assert (answer.status, answer.kind) == (503, "text/html") and "longer than 1 second." in answer.text
        assert not [line for line in running.log if '"event": "error"' in line]


@pytest.mark.parametrize("text", ["SELECT ?x { " + "{" * 20_000 + "}" * 20_000 + " }", "SELECT ?x { FILTER(" + "!" * 50_000 + "true) }"])
def test_a_query_that_would_end_its_worker_is_refused(server: Server, text: str) -> None:
    body = urlencode({"query": text}).encode()
    answer = server.request("POST", "/sparql", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 400
    assert "nested" in answer.text


def test_nothing_is_left_behind_by_thousands_of_requests() -> None:
    with Server() as server:
        many(server, 1000)
        descriptors, memory = server.descriptors(), server.metric("process_resident_memory_bytes")
        many(server, 4000)
        assert server.wait_for(lambda: server.metric("process_open_fds") <= descriptors + 6)
        assert server.metric("process_resident_memory_bytes") < memory + 32 * 1024 * 1024
        assert server.metric('whence_workers{state="draining"') == 0


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
