"""Limits of the server: time, rows, bytes, memory, queue, clients that leave, workers that die; others are not held up."""

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
from contextlib import ExitStack
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


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("--workers", "2", "--long-queries", "2", "--timeout", "90", "--max-rows", "1000", "--max-bytes", "3M", "--max-memory", "200M", "--queue", "4") as running:
        yield running


def workers(server: Server) -> list[int]:
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text(encoding="ascii")
    return [int(number) for number in children.split()]


def quiet(server: Server) -> bool:
    return server.wait_for(lambda: server.metric('whence_workers{state="long"') == 0 and server.metric('whence_workers{state="idle"') == 2)


@pytest.mark.parametrize("query", [HOSTILE, EXPLODING, REGEX], ids=["cross product", "exploding path", "giant regex"])
def test_a_query_past_its_time_is_told_so(server: Server, query: str) -> None:
    answer = server.query(query, timeout="0.5")
    assert (answer.status, answer.kind) == (503, "application/problem+json")
    assert "longer than 0.5 seconds" in answer.json()["detail"]


def test_an_answer_cut_off_by_time_is_never_tidy() -> None:
    with Server("--timeout", "1", "--max-rows", "1000000000", "--max-bytes", "100G") as running:
        answer = running.query(GIANT)
        assert answer.status == 200 and not answer.whole
        connection = socket.create_connection(("127.0.0.1", running.port), timeout=30)
        connection.sendall(f"GET /sparql?{urlencode({'query': GIANT})} HTTP/1.0\r\n\r\n".encode())
        with connection, connection.makefile("rb") as stream:
            assert stream.readline().split()[1] == b"503"  # without chunks there would be no sign of the cut


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


def test_more_memory_than_allowed(server: Server) -> None:
    answer = server.query(HUNGRY)
    assert answer.status == 503
    assert "memory" in answer.json()["detail"]
    assert server.query("ASK {}").status == 200


def test_a_client_that_leaves_ends_its_query(server: Server) -> None:
    assert quiet(server)
    before = server.metric('whence_workers_ended_total{reason="gone"')
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"GET /sparql?{urlencode({'query': HOSTILE})} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert server.wait_for(lambda: server.metric('whence_workers{state="long"') == 1)
    assert server.wait_for(lambda: server.metric('whence_workers_ended_total{reason="gone"') == before + 1)
    assert quiet(server)


def test_long_queries_beyond_their_number_are_refused_and_others_are_answered(server: Server) -> None:
    assert quiet(server)
    with ExitStack() as leaving, ThreadPoolExecutor(3) as many:
        for number in range(6):
            connection = leaving.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            connection.sendall(f"GET /sparql?{urlencode({'query': f'{HOSTILE} #{number}'})} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert server.wait_for(lambda: server.metric('whence_workers{state="long"') == 6)
        answers: list[Answer] = list(many.map(lambda number: server.query(f"{HOSTILE} # {number}"), range(3)))
        assert [server.query(f"ASK {{}} #{number}").status for number in range(50)] == [200] * 50
        assert server.metric('whence_workers{state="long"') == 6
    assert [answer.status for answer in answers] == [503] * 3
    assert all("Too many long queries" in answer.json()["detail"] and answer.headers["retry-after"] for answer in answers)
    assert server.metric('whence_workers_ended_total{reason="busy"') == 3


def test_a_long_query_waits_for_room_and_is_answered_then(server: Server) -> None:
    assert quiet(server)
    slow = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 300000 } }"
    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(lambda number: server.query(f"{slow} #{number}"), range(4)))
    assert [answer.json()["results"]["bindings"][0]["n"]["value"] for answer in answers] == ["300000"] * 4
    assert quiet(server)


def test_a_full_queue_is_told_at_once() -> None:
    with Server("--workers", "1", "--long-queries", "1", "--queue", "1") as running:
        with ThreadPoolExecutor(40) as many:
            answers = list(many.map(lambda number: running.query(f"{HOSTILE} #{number}", timeout="1"), range(40)))
        refused = [answer for answer in answers if answer.status == 429]
        assert refused and all(answer.headers["retry-after"] == "1" for answer in refused)
        assert {answer.status for answer in answers} == {429, 503}
        assert running.query("ASK {}").status == 200


def test_workers_killed_at_random_under_load(server: Server) -> None:
    stop = threading.Event()
    wrong: list[object] = []
    answered = [0, 0]

    def ask(seed: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        number = 0
        while not stop.is_set():
            number += 1
            expected = f"{seed}-{number}"
            connection.request("GET", "/sparql?" + urlencode({"query": f'SELECT ("{expected}" AS ?x) {{}}'}), headers={"Accept": "text/csv"})
            response = connection.getresponse()
            body = response.read().decode()
            if response.status == 200 and body == f"x\r\n{expected}\r\n":
                answered[0] += 1
            elif response.status in (429, 503) and "Traceback" not in body:
                answered[1] += 1
            else:
                wrong.append((response.status, body))
        connection.close()

    chosen = random.Random(7)
    with ThreadPoolExecutor(6) as many:
        running = [many.submit(ask, seed) for seed in range(4)]
        for _ in range(15):
            time.sleep(0.12)
            for number in chosen.sample(workers(server), 1) if workers(server) else []:
                try:
                    os.kill(number, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        stop.set()
        for future in running:
            future.result()
    assert wrong == []
    assert answered[0] > 10
    assert quiet(server)


def test_the_server_stops_with_its_workers() -> None:
    with Server() as running:
        numbers = workers(running)
        assert numbers
        running.process.terminate()
        assert running.process.wait(20) is not None
        assert running.wait_for(lambda: not any(Path(f"/proc/{number}").exists() for number in numbers))


def test_the_workers_end_when_the_server_is_killed() -> None:
    with Server() as running, ThreadPoolExecutor(1) as one:
        future = one.submit(running.query, HOSTILE)
        assert running.wait_for(lambda: running.metric('whence_workers{state="long"') == 1)
        numbers = workers(running)
        running.process.kill()
        assert running.wait_for(lambda: not any(alive(number) for number in numbers))
        with pytest.raises((OSError, http.client.HTTPException)):
            future.result()


def alive(number: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text(encoding="ascii")
    except OSError:
        return False
