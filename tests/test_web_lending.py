"""Connections on loan to workers: answered as all others are, byte for byte, and never lost with a worker that is slow or dies."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote_plus

import pytest
from test_web_direct import JSON, REQUESTS, body_of, form_of, head_of, told
from web_serving import HOSTILE, Server

from whence.web.borrowing import IDLE_SECONDS
from whence.web.connections import SETTLED, WAIT_SECONDS
from whence.web.lending import LOANS_EACH, possible

Ask = Callable[[str, tuple[str, ...]], bytes]

pytestmark = pytest.mark.skipif(not possible(), reason="connections can be lent on Linux alone")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("--workers", "2", "--long-queries", "2") as running:
        yield running


def lent(server: Server) -> float:
    return server.metric("whence_connections_lent")


def number(value: object, rest: str = "", headers: tuple[str, ...] = (JSON,), of: Ask = head_of) -> bytes:
    """Return a request whose answer holds a value."""
    form = f'CONSTRUCT {{ <a:b> <a:c> "{value}" }} {{}}' if "text/turtle" in "".join(headers) else f'SELECT ("{value}" AS ?x) {{}}'
    return of(quote_plus(form) + rest, headers)


def connected(server: Server, rest: str = "", headers: tuple[str, ...] = (JSON,), count: int = 1, of: Ask = head_of) -> socket.socket:
    """Return a connection that was lent to a worker, when as many are lent in all; one that is slow by chance is lent later."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    for turn in range(500):
        connection.sendall(number(turn, rest, headers, of))
        told(connection)
        if turn > SETTLED and lent(server) >= count:
            return connection
    raise AssertionError("the connection was not lent")


def hostile(mark: object = "") -> bytes:
    return head_of(quote_plus(f"{HOSTILE} #{mark}"), (JSON,))


def all_home(server: Server) -> bool:
    return server.wait_for(lambda: lent(server) == 0, 5 * IDLE_SECONDS + 5)


@pytest.mark.parametrize("of", [head_of, form_of, body_of])
@pytest.mark.parametrize("name", REQUESTS)
def test_a_worker_answers_what_the_front_does(server: Server, name: str, of: Ask) -> None:
    query, headers = REQUESTS[name]
    rest = "".join(query.partition("&")[1:])
    fit = "two queries" not in name and "strange" not in name and "image/png" not in "".join(headers)
    with connected(server, rest if fit else "", headers if fit else (JSON,), of=of) as connection:
        connection.sendall(of(query, headers))
        by_worker = told(connection)
        connection.sendall(of(query, (*headers, 'If-None-Match: "something else"')))
        assert told(connection) == by_worker
        connection.sendall(number("after", of=of))
        assert b'"after"' in told(connection)
        assert fit or of is body_of or by_worker.startswith((b"HTTP/1.1 400", b"HTTP/1.1 406"))


def test_what_was_answered_is_remembered(server: Server) -> None:
    with connected(server) as connection:
        before = server.metric("whence_answers_remembered_total")
        answers = set()
        for _ in range(5):
            connection.sendall(number("the same"))
            answers.add(told(connection))
        assert len(answers) == 1 and b"the same" in answers.pop()
        assert server.wait_for(lambda: server.metric("whence_answers_remembered_total") >= before + 3, 5)


def test_every_answer_is_counted_and_logged_once() -> None:
    with Server() as running:
        with connected(running) as connection:
            time.sleep(0.3)
            total = running.metric('whence_requests_total{route="sparql"') + 100
            for turn in range(100):
                connection.sendall(number(f"logged {turn}"))
                told(connection)
            assert lent(running) == 1
        assert running.wait_for(lambda: running.metric('whence_requests_total{route="sparql"') == total, 5)
        assert running.metric('whence_request_duration_seconds_count{route="sparql"') == total
        assert running.wait_for(lambda: sum("logged" in line for line in running.log) == 100, 5)
        entry = json.loads(next(line for line in reversed(running.log) if "logged" in line))
        assert (entry["status"], entry["path"], entry["client"], entry["method"]) == (200, "/sparql", "127.0.0.1", "GET")
        assert entry["query"].startswith("query=SELECT") and entry["bytes"] > 80 and entry["ms"] > 0


@pytest.mark.parametrize("of", [head_of, form_of, body_of])
def test_any_pieces_and_any_number_of_requests_at_once(server: Server, of: Ask) -> None:
    request = number("pieces", of=of)
    for at in range(1, len(request), 11):
        with connected(server, of=of) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(request[:at])
            time.sleep(0.002)
            connection.sendall(request[at:] + request + request)
            answers = told(connection, 3)
            assert answers.count(b'"pieces"') == 3


def test_other_requests_go_on_where_a_worker_was(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n")
        assert b'"digest"' in told(connection)
        connection.sendall(number("again"))
        assert b'"again"' in told(connection)
    with connected(server) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: here\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\nASK {}")
        assert b"true" in told(connection)
    with connected(server) as connection:
        connection.sendall(b"\x00\x01nonsense\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")
    with connected(server) as connection:
        connection.sendall(number("last", headers=(JSON, "Connection: close")))
        assert b'"last"' in told(connection)
        assert connection.recv(10) == b""


def test_what_is_not_used_comes_home_and_is_answered_later(server: Server) -> None:
    with connected(server) as connection:
        assert all_home(server)
        connection.sendall(number("late"))
        assert b'"late"' in told(connection)


def test_one_that_leaves_is_noticed(server: Server) -> None:
    descriptors = server.metric("process_open_fds")
    for _ in range(10):
        connected(server).close()
    assert all_home(server)
    assert server.wait_for(lambda: server.metric("process_open_fds") <= descriptors + 1, 5)


def test_more_connections_than_may_be_lent(server: Server) -> None:
    assert all_home(server)
    several = [connected(server, count=min(turn, LOANS_EACH)) for turn in range(2 * LOANS_EACH + 20)]
    try:
        assert LOANS_EACH <= lent(server) <= 2 * LOANS_EACH
        for turn, connection in enumerate(several):
            connection.sendall(number(turn))
        for turn, connection in enumerate(several):
            assert f'"{turn}"'.encode() in told(connection)
    finally:
        for connection in several:
            connection.close()


def test_a_query_that_takes_long_holds_up_no_other_connection(server: Server) -> None:
    several = [connected(server, count=turn + 1) for turn in range(6)]
    bad = connected(server, count=7)
    bad.sendall(hostile("lent"))
    begun = time.monotonic()
    for turn, connection in enumerate(several):
        connection.sendall(number(turn))
    for turn, connection in enumerate(several):
        assert f'"{turn}"'.encode() in told(connection)
    assert time.monotonic() - begun < 5
    assert server.wait_for(lambda: server.metric('whence_workers{state="long"') == 1)
    assert server.wait_for(lambda: server.metric("whence_requests_in_flight") == 2)
    before = server.metric('whence_workers_ended_total{reason="gone"')
    bad.close()
    assert server.wait_for(lambda: server.metric('whence_workers_ended_total{reason="gone"') == before + 1)
    assert server.wait_for(lambda: server.metric('whence_workers{state="long"') == 0)
    for connection in several:
        connection.close()


def test_a_query_past_its_time_is_told_so_and_the_connection_goes_on(server: Server) -> None:
    with connected(server, "&timeout=0.5") as connection:
        connection.sendall(head_of(quote_plus(HOSTILE) + "&timeout=0.5", (JSON,)))
        answer = told(connection)
        assert answer.startswith(b"HTTP/1.1 503") and b"0.5 seconds" in answer
        connection.sendall(number("after"))
        assert b'"after"' in told(connection)


def test_a_client_that_reads_nothing_gets_everything_when_it_reads(server: Server) -> None:
    with connected(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        for turn in range(400):
            connection.sendall(head_of(quote_plus(f"SELECT * {{ ?s ?p ?o }} ORDER BY ?s ?p ?o LIMIT 150 # {turn}"), (JSON,)))
            time.sleep(0.001)
        with connection.makefile("rb") as stream:
            sizes = [whole(stream) for _ in range(40)]
            time.sleep(WAIT_SECONDS + 2)  # a client that reads slowly is not one from which nothing comes
            sizes += [whole(stream) for _ in range(360)]
    assert len(set(sizes)) == 1 and sizes[0] > 10_000


def whole(stream: BinaryIO) -> int:
    """Read one response; return the size of its body."""
    assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
    size = 0
    while (line := stream.readline()) != b"\r\n":
        if line.startswith(b"content-length:"):
            size = int(line.split()[1])
    body = stream.read(size)
    assert len(body) == size and body.endswith(b"}]}}")
    return size


def test_only_the_question_at_hand_ends_with_a_worker() -> None:
    with Server("--workers", "1", "--long-queries", "4") as running:
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
        good, bad = connected(running), connected(running, count=2)
        worker = int(children.read_text(encoding="ascii").split()[0])
        os.kill(worker, signal.SIGSTOP)
        bad.sendall(hostile())
        os.kill(worker, signal.SIGCONT)
        time.sleep(0.02)
        os.kill(worker, signal.SIGKILL)
        answer = told(bad)
        assert answer.startswith(b"HTTP/1.1 503") and b"retry-after" in answer
        for connection in (good, bad):
            connection.sendall(number("after"))
            assert b'"after"' in told(connection)
            connection.close()


def test_an_edit_goes_live_for_all_connections_at_once(small_graph: Path) -> None:
    file = small_graph / "triples" / "entities" / "person.ttl"
    before = file.read_text(encoding="utf-8")
    query = head_of(quote_plus("SELECT ?x { id:new-person skos:prefLabel ?x }"), (JSON,))
    seen: list[tuple[float, float, bytes]] = []
    stop = threading.Event()

    def ask(connection: socket.socket) -> None:
        while not stop.is_set():
            begun = time.monotonic()
            connection.sendall(query)
            found = re.search(rb'"value":"([^"]*)"', told(connection))
            seen.append((begun, time.monotonic(), found[1] if found else b"0"))

    with Server("--reload", graph=small_graph) as running, ThreadPoolExecutor(4) as many:
        several = [connected(running, count=turn + 1) for turn in range(4)]
        asking = [many.submit(ask, connection) for connection in several]
        for turn in (1, 2, 3):
            person = f'\nid:new-person\n  a wh:Person ;\n  skos:prefLabel "{turn}"@en ;\n.\n'
            file.write_text(before + person, encoding="utf-8")
            assert running.wait_for(lambda turn=turn: any(value == b"%d" % turn for _, _, value in list(seen)))
        stop.set()
        for future in asking:
            future.result()
        for connection in several:
            connection.close()
    newest: dict[bytes, float] = {}
    for _, ended, value in sorted(seen, key=lambda entry: entry[1]):
        newest.setdefault(value, ended)
    assert sorted(newest) == [b"0", b"1", b"2", b"3"]
    for begun, _, value in seen:  # what begins after somebody saw a later graph is answered from that one
        assert all(begun < ended for later, ended in newest.items() if later > value)


def test_everything_at_once_with_workers_dying() -> None:
    """Clients of every kind while workers are killed: each answer is right, or says that there is none."""
    wrong: list[object] = []
    answered = [0]
    stop = threading.Event()
    with Server("--workers", "2", "--long-queries", "2") as running:

        def ask(seed: int) -> None:
            chosen = random.Random(seed)
            connection = socket.create_connection(("127.0.0.1", running.port), timeout=30)
            turn = 0
            while not stop.is_set():
                turn += 1
                expected = f"{seed}-{turn}"
                kind = chosen.randrange(60)
                of = (head_of, form_of, body_of)[seed % 3]
                request = number(expected, of=of)
                if kind == 0:
                    request = number(expected, headers=(JSON, "X-Other: 1"), of=of)
                elif kind == 1:
                    request = head_of(quote_plus(f"{HOSTILE} #{expected}") + "&timeout=0.2", (JSON,))
                elif kind == 2:
                    request = head_of(quote_plus(f"SELECT ?x {{ {expected}"), (JSON,))
                at = chosen.randrange(1, len(request)) if kind == 3 else len(request)
                connection.sendall(request[:at])
                connection.sendall(request[at:])
                answer = told(connection)
                status = answer.split(b" ", 2)[1]
                right = {0: b"200", 1: b"503", 2: b"400"}.get(kind, b"200")
                if status == right and (right != b"200" or f'"{expected}"'.encode() in answer):
                    answered[0] += 1
                elif status not in (b"429", b"503") or b"Traceback" in answer:
                    wrong.append((kind, answer))
            connection.close()

        chosen = random.Random(11)
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
        with ThreadPoolExecutor(6) as many:
            asking = [many.submit(ask, seed) for seed in range(6)]
            for _ in range(25):
                time.sleep(0.2)
                numbers = children.read_text(encoding="ascii").split()
                if numbers:
                    try:
                        os.kill(int(chosen.choice(numbers)), signal.SIGKILL)
                    except ProcessLookupError:
                        continue
            stop.set()
            for future in asking:
                future.result()
        assert not any('"event": "error"' in line or "Traceback" in line for line in running.log), "\n".join(line for line in running.log if "request" not in line)
        assert running.wait_for(lambda: running.query("ASK {}").status == 200)
        assert all_home(running)
    assert wrong == []
    assert answered[0] > 20


def test_the_server_stops_with_connections_on_loan() -> None:
    with Server() as running:
        connection = connected(running)
        begun = time.monotonic()
        running.process.terminate()
        assert running.process.wait(20) is not None
        assert time.monotonic() - begun < 10
        with connection:
            assert connection.recv(10) == b""


def test_http_client_of_the_standard_library(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    for turn in range(50):
        connection.request("GET", "/sparql?query=" + quote_plus(f"SELECT ({turn} AS ?x) {{}}"), headers={"Accept": "text/csv"})
        assert connection.getresponse().read() == f"x\r\n{turn}\r\n".encode()
    assert lent(server) >= 1
    connection.close()
