"""Limits of the server: time, rows, bytes, memory, long queries, shares of clients; others are not held up."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from serving import HOSTILE, JSON, Answer, Server

GIANT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUNGRY = "SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
EXPLODING = "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^(!<x:a>))+ ?b . ?b (!<x:b>|^(!<x:b>))+ ?c . ?c (!<x:c>|^(!<x:c>))+ ?d . ?d (!<x:b>|^(!<x:b>))+ ?e }"
REGEX = (
    'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . '
    'FILTER(REGEX(CONCAT(STR(?a), STR(?d), STR(?g)), "(([a-z]{0,30}){0,30}){0,30}x$")) }'
)
#: Doubles a text until it has gigabytes: one allocation after another, each as large as all before.
DOUBLING = "SELECT (STRLEN(?z) AS ?n) { BIND('0123456789abcdef' AS ?x0) " + "".join(f"BIND(CONCAT(?x{n},?x{n},?x{n},?x{n}) AS ?x{n + 1}) " for n in range(14)) + "BIND(?x14 AS ?z) }"
BOUNDS = {"workers": 2, "long_queries": 4, "timeout": 90, "max_rows": 1000, "max_bytes": 3 << 20, "max_memory": 200 << 20, "linger_seconds": 0.2}
#: Seconds that say on any machine that something did not wait for a query's time to be over, which is 90 there.
AT_ONCE = 30


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(bounds=BOUNDS) as running:
        yield running


def processes(server: Server) -> list[int]:
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text(encoding="ascii")
    return [int(number) for number in children.split()]


def quiet(server: Server) -> bool:
    return server.wait_for(lambda: server.metric("whence_long_queries") == 0 and server.metric('whence_workers{state="draining"') == 0)


@contextmanager
def politely_asked(server: Server, clients: int) -> Iterator[tuple[list[float], list[object]]]:
    """Have clients ask one quick query after another, on connections that are kept; yields seconds of each, and what failed."""
    stop = threading.Event()
    seconds: list[float] = []
    failed: list[object] = []

    def ask(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        number = 0
        while not stop.is_set():
            number += 1
            expected, begun = f"{client}-{number}", time.monotonic()
            try:
                connection.request("GET", "/sparql?" + urlencode({"query": f'SELECT ("{expected}" AS ?x) {{}}'}), headers={"Accept": "text/csv"})
                response = connection.getresponse()
                body = response.read().decode()
                if (response.status, body) != (200, f"x\r\n{expected}\r\n"):
                    failed.append((response.status, body))
            except (OSError, http.client.HTTPException) as error:
                failed.append(repr(error))
                connection.close()
            seconds.append(time.monotonic() - begun)
        connection.close()

    with ThreadPoolExecutor(clients) as many:
        asking = [many.submit(ask, client) for client in range(clients)]
        try:
            yield seconds, failed
        finally:
            stop.set()
            for future in asking:
                future.result()


@pytest.mark.parametrize("query", [HOSTILE, EXPLODING, REGEX], ids=["cross product", "exploding path", "giant regex"])
def test_a_query_past_its_time_is_told_so(server: Server, query: str) -> None:
    begun = time.monotonic()
    answer = server.query(query, timeout="0.5")
    assert (answer.status, answer.kind) == (503, "application/problem+json")
    assert "longer than 0.5 seconds" in answer.json()["detail"]
    assert time.monotonic() - begun < AT_ONCE


def test_an_answer_cut_off_by_time_is_never_tidy() -> None:
    with Server("--timeout", "1", "--max-rows", "1000000000", "--max-bytes", "100G") as running:
        answer = running.query(GIANT)
        assert answer.status == 200 and not answer.whole
        connection = socket.create_connection(("127.0.0.1", running.port), timeout=30)
        connection.sendall(f"GET /sparql?{urlencode({'query': GIANT})} HTTP/1.0\r\n\r\n".encode())
        with connection, connection.makefile("rb") as stream:
            assert stream.readline().split()[1] in (b"503", b"403")  # without chunks there would be no sign of the cut


def test_more_rows_than_allowed(server: Server) -> None:
    assert len(server.query("SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 300").json()["results"]["bindings"]) == 300
    for accept in (JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"):
        query = 'SELECT ("x" AS ?n) { ?a ?b ?c . ?d ?e ?f } LIMIT '
        assert server.query(query + "1000", accept).whole
        answer = server.query(query + "1001", accept)
        assert answer.status == 403 or not answer.whole
    assert server.query("CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f } LIMIT 1001", "text/turtle").status in (200, 403)


def test_more_bytes_than_allowed(server: Server) -> None:
    long = "x" * 4000
    answer = server.query(f'SELECT ("{long}" AS ?n) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 1000')
    assert answer.status == 403 or not answer.whole


@pytest.mark.parametrize("query", [HUNGRY, DOUBLING], ids=["many rows", "one text"])
def test_more_memory_than_allowed(server: Server, query: str) -> None:
    answer = server.query(query)
    assert answer.status == 503
    assert "memory" in answer.json()["detail"]
    assert server.query("ASK {}").status == 200


@pytest.mark.parametrize("waiting", [0, 2])
def test_a_client_that_leaves_ends_its_query(server: Server, waiting: int) -> None:
    """Also while more requests wait on its connection."""
    assert quiet(server)
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        for _ in range(1 + waiting):
            server.ask_slowly(connection, HOSTILE)
        assert server.wait_for(lambda: server.metric("whence_long_queries") == 1)
    begun = time.monotonic()
    assert quiet(server)
    assert time.monotonic() - begun < AT_ONCE


def test_long_queries_beyond_the_share_of_their_client_are_refused_at_once(server: Server) -> None:
    """Half of the long queries may be those of one address; what others ask is answered meanwhile."""
    assert quiet(server)
    with ExitStack() as leaving, ThreadPoolExecutor(3) as many:
        for client, number in (("127.0.0.2", 0), ("127.0.0.2", 1), ("127.0.0.3", 0)):
            connection = leaving.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30, source_address=(client, 0)))
            server.ask_slowly(connection, f"{HOSTILE} #{client} {number}")
            assert server.wait_for(lambda: server.metric("whence_long_queries") >= number + 1)  # noqa: B023 - asked at once
        assert server.wait_for(lambda: server.metric("whence_long_queries") == 3)
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", server.port), timeout=30, source_address=("127.0.0.2", 0)) as greedy:
            server.ask_slowly(greedy, f"{HOSTILE} # one too many")
            assert greedy.recv(4000).startswith(b"HTTP/1.1 429")
        assert time.monotonic() - begun < AT_ONCE
        other = leaving.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30, source_address=("127.0.0.4", 0)))
        server.ask_slowly(other, f"{HOSTILE} # another client's")
        assert server.wait_for(lambda: server.metric("whence_long_queries") == 4)
        answers: list[Answer] = list(many.map(lambda number: server.query(f"{HOSTILE} # {number}"), range(3)))
        assert [server.query(f"ASK {{}} #{number}").status for number in range(50)] == [200] * 50
    assert [answer.status for answer in answers] == [429] * 3
    assert all("Too many long queries" in answer.json()["detail"] and answer.headers["retry-after"] for answer in answers)
    assert quiet(server)


def test_a_client_that_asks_again_after_429_is_answered(server: Server) -> None:
    assert quiet(server)
    slow = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 300000 } }"

    def answered(number: int) -> str:
        for _ in range(100):
            answer = server.query(f"{slow} #{number}")
            if answer.status == 200:
                return str(answer.json()["results"]["bindings"][0]["n"]["value"])
            assert answer.status == 429
            time.sleep(0.2)
        return "never"

    with ThreadPoolExecutor(4) as many:
        assert list(many.map(answered, range(4))) == ["300000"] * 4
    assert quiet(server)


def test_a_full_queue_is_told_at_once_and_other_clients_have_room() -> None:
    with Server(bounds={"workers": 1, "long_queries": 1, "queue": 4, "threads": 1, "quick_seconds": 2.5}) as running:
        with ThreadPoolExecutor(12) as many:
            asked = [many.submit(running.query, f"{HOSTILE} #{number}", timeout="3") for number in range(12)]
            assert running.wait_for(lambda: sum(one.done() for one in asked) >= 8)
            with socket.create_connection(("127.0.0.1", running.port), timeout=30, source_address=("127.0.0.2", 0)) as other:
                running.ask_slowly(other, "ASK {}")
                assert other.recv(4000).startswith(b"HTTP/1.1 200")
            answers = [one.result() for one in asked]
        refused = [answer for answer in answers if answer.status == 429 and "wait already" in answer.text]
        assert len(refused) >= 8 and all(answer.headers["retry-after"] == "1" for answer in refused)
        assert {answer.status for answer in answers} <= {429, 503}
        assert running.query("ASK {}").status == 200


@pytest.mark.parametrize("attack", [HOSTILE, HUNGRY], ids=["runaway queries", "memory bombs"])
def test_requests_of_polite_clients_are_all_answered_under_attack(attack: str) -> None:
    """Eight clients on connections that are kept, while one query after another runs away in the processes they are with."""
    patient = {"linger_seconds": 3, "drain_seconds": 30}  # with clients that a busy machine keeps from asking on
    with Server(bounds={**BOUNDS, **patient, "max_memory": 300 << 20, "timeout": 2}) as running:
        with politely_asked(running, 8) as (seconds, failed), ThreadPoolExecutor(6) as many:
            answers = list(many.map(lambda number: running.query(f"{attack} #{number}"), range(12)))
        assert failed == []
        assert len(seconds) > 100
        assert {answer.status for answer in answers} <= {429, 503}
        assert 503 in {answer.status for answer in answers}


def test_a_quick_request_among_slow_ones_waits_for_no_more_than_the_quick_ones_take(server: Server) -> None:
    """The bound of the README: those that wait, by the threads of a process, each for 0.15 seconds."""
    assert quiet(server)
    with ExitStack() as leaving:
        for number in range(40):
            connection = leaving.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            server.ask_slowly(connection, f"{HOSTILE} # {number}", timeout="20")
        time.sleep(0.1)

        def is_in_time() -> bool:
            waiting = server.get("/health").json()["workers"]["waiting"]
            begun = time.monotonic()
            assert server.query(f"SELECT ({time.time_ns()} AS ?n) {{}}").status == 200
            return time.monotonic() - begun < 2 * 0.15 * (1 + waiting / 4) + 1.0  # twice, and a second, for a busy machine

        assert any(is_in_time() for _ in range(3))
    assert quiet(server)


def test_processes_killed_at_random_under_load(server: Server) -> None:
    """No answer is wrong or of another; a request in flight may be lost with its process, and is not answered then."""
    stop = threading.Event()
    wrong: list[object] = []
    answered = [0, 0]

    def ask(seed: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            expected = f"{seed}-{number}"
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            try:
                connection.request("GET", "/sparql?" + urlencode({"query": f'SELECT ("{expected}" AS ?x) {{}}'}), headers={"Accept": "text/csv"})
                response = connection.getresponse()
                body = response.read().decode()
            except (OSError, http.client.HTTPException):
                answered[1] += 1
                continue
            finally:
                connection.close()
            if (response.status, body) == (200, f"x\r\n{expected}\r\n"):
                answered[0] += 1
            else:
                wrong.append((response.status, body))

    chosen = random.Random(7)
    with ThreadPoolExecutor(6) as many:
        running = [many.submit(ask, seed) for seed in range(4)]
        for _ in range(15):
            time.sleep(0.12)
            for number in chosen.sample(processes(server), 1) if processes(server) else []:
                try:
                    os.kill(number, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        stop.set()
        for future in running:
            future.result()
    assert wrong == []
    assert answered[0] > 10 and answered[1] < answered[0]
    assert quiet(server)


def test_processes_that_hang_are_told_of_and_replaced() -> None:
    """While all hang, nobody says that all is well; then the supervisor ends them."""
    with Server(bounds={"workers": 2, "hang_seconds": 1.5}) as running:
        assert running.get("/health").json()["status"] == "ok"
        stopped = processes(running)
        for number in stopped:
            os.kill(number, signal.SIGSTOP)
        with pytest.raises((OSError, http.client.HTTPException)):
            running.request("GET", "/health", timeout=0.5)
        assert running.wait_for(lambda: told(running) == 200)
        assert running.metric('whence_workers_ended_total{reason="hung"') >= 2
        for number in stopped:  # the one that carries the log is not replaced, and would stay
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGCONT)


def told(server: Server) -> int:
    try:
        return server.request("GET", "/health", timeout=5).status
    except (OSError, http.client.HTTPException):
        return 0


def test_counters_of_processes_that_ended_are_kept(server: Server) -> None:
    assert quiet(server)
    name = 'whence_requests_total{method="GET",route="sparql",status="200"}'
    assert all(server.query(f"ASK {{}} # counted {number}").status == 200 for number in range(20))
    assert server.wait_for(lambda: server.metric(name) >= 20)
    before = server.metric(name)
    for number in processes(server):
        os.kill(number, signal.SIGKILL)
    assert server.wait_for(lambda: told(server) == 200)
    assert before >= 20 and server.wait_for(lambda: server.metric(name) >= before)


def test_the_server_stops_with_its_processes() -> None:
    with Server() as running:
        numbers = processes(running)
        assert numbers
        running.process.terminate()
        assert running.process.wait(60) is not None
        assert running.wait_for(lambda: not any(Path(f"/proc/{number}").exists() for number in numbers))


def test_counters_of_a_server_that_was_killed_are_not_left_behind(tmp_path: Path) -> None:
    from whence.web.metrics import metrics_folder

    with Server() as running:
        number = running.process.pid
        running.process.kill()
        running.process.wait()
    own = Path(metrics_folder(str(tmp_path)))
    assert list(own.parent.glob(f"whence-metrics-{number}-*")) == []
    own.rmdir()


def test_the_processes_end_when_the_server_is_killed() -> None:
    with Server() as running, ThreadPoolExecutor(1) as one:
        future = one.submit(running.query, HOSTILE)
        assert running.wait_for(lambda: running.metric("whence_long_queries") == 1)
        numbers = processes(running)
        running.process.kill()
        assert running.wait_for(lambda: not any(alive(number) for number in numbers))
        with pytest.raises((OSError, http.client.HTTPException)):
            future.result()


def alive(number: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text(encoding="ascii")
    except OSError:
        return False


