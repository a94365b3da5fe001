"""Processes that retire: every new connection is answered, and every answer that has begun arrives whole."""

from __future__ import annotations

import asyncio
import http.client
import random
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest
from serving import HOSTILE, Server

#: Processes that retire at once and wait only a moment for who asked them before.
BOUNDS = {"workers": 2, "quick_seconds": 0.05, "linger_seconds": 0.2, "drain_seconds": 6}
#: Eight megabytes, more than the buffers on the way to a client hold.
LARGE = f"SELECT (CONCAT(STR(?s), '{'x' * 1000}') AS ?x) {{ ?s ?p ?o . ?q ?r ?t }} LIMIT 16000"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(bounds=BOUNDS) as running:
        yield running


def target(query: str, **parameters: str) -> bytes:
    return f"GET /sparql?{urlencode({'query': query, **parameters})} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()


def test_a_connection_made_before_its_process_retires_is_answered_when_it_asks(server: Server) -> None:
    with ExitStack() as closing:
        early = [closing.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30)) for _ in range(40)]
        assert [server.query(f"{HOSTILE} #{number}", timeout="0.2").status for number in range(4)] == [503] * 4
        time.sleep(4 * BOUNDS["linger_seconds"])
        for number, connection in enumerate(early):
            connection.sendall(target(f"SELECT ({number} AS ?n) {{}}"))
        for number, connection in enumerate(early):
            answer = connection.recv(4000)
            assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"n\r\n%d\r\n" % number)


def test_a_new_connection_that_never_asks_is_told_so_by_a_process_that_retires(server: Server) -> None:
    with ExitStack() as closing:
        silent = [closing.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60)) for _ in range(8)]
        assert server.query(HOSTILE, timeout="0.2").status == 503
        assert {connection.recv(4000)[:12] for connection in silent} == {b"HTTP/1.1 408"}
    assert server.wait_for(lambda: server.metric('whence_workers{state="draining"') == 0)


def test_an_answer_that_is_read_slowly_arrives_whole_from_a_process_that_has_long_retired() -> None:
    """Its client reads least when the evaluation is over, and what is left waits in the process."""
    with Server(bounds={**BOUNDS, "drain_seconds": 0.2}) as running, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        connection.connect(("127.0.0.1", running.port))
        connection.settimeout(60)
        connection.sendall(target(LARGE))
        with http.client.HTTPResponse(connection) as response:
            response.begin()
            answer = bytearray()
            while piece := response.read1(1 << 16):
                answer += piece
                if 2 << 20 < len(answer) < 12 << 20:
                    time.sleep(0.05)
        assert response.status == 200 and answer.count(b"\n") == 16001


async def _asked(port: int, counted: Counter[str], connections: int, late: float, requests: int) -> None:
    """Open one connection after the other; ask on each so many times, each time after a moment."""
    for _ in range(connections):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for number in range(requests):
                await asyncio.sleep(random.random() * late)
                if number and reader.at_eof():  # an idle connection may be closed (RFC 9112, section 9.3)
                    break
                expected = random.randrange(10**12)
                writer.write(target(f"SELECT ({expected} AS ?n) {{}}"))
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
                body = await reader.readexactly(length)
                if body == b"n\r\n%b\r\n" % str(expected).encode():
                    counted["answered"] += 1
                else:
                    counted["told" if head.startswith(b"HTTP/1.1 408 ") and not number else repr(head + body)] += 1
                if b"connection: close" in head.lower():
                    break
        except (OSError, asyncio.IncompleteReadError) as error:
            counted["kept" if number else f"lost: {error!r}"] += 1
        finally:
            writer.close()


async def _hammered(port: int) -> tuple[Counter[str], Counter[str]]:
    counted: Counter[str] = Counter()
    slow: Counter[str] = Counter()

    async def retire_them() -> None:
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(target(f"{HOSTILE} #{random.random()}", timeout="0.2"))
                slow[(await reader.readuntil(b"\r\n"))[9:12].decode()] += 1
            finally:
                writer.close()
            await asyncio.sleep(0.1)  # so that a quick machine retires no more of them at once than a slow one

    attack = [asyncio.create_task(retire_them()) for _ in range(2)]
    await asyncio.gather(
        *(_asked(port, counted, 200, 0, 1) for _ in range(4)), *(_asked(port, counted, 4, 1.5, 1) for _ in range(40)),
        *(_asked(port, counted, 40, 0.02, 20) for _ in range(4)),
    )  # fmt: skip
    for task in attack:
        task.cancel()
    await asyncio.gather(*attack, return_exceptions=True)
    return counted, slow


def test_no_new_connection_is_lost_while_one_process_after_another_retires(server: Server) -> None:
    before = server.metric("whence_workers_ended_total")
    counted, slow = asyncio.run(_hammered(server.port))
    kept = counted.pop("kept", 0)
    told = counted.pop("told", 0)
    assert set(counted) == {"answered"} and counted["answered"] > 1000, counted
    assert kept < 20  # a request may cross the closing of an idle connection
    assert told < 20  # one that has not asked yet is told so when too many processes retire at once
    assert set(slow) <= {"503", "429"} and server.metric("whence_workers_ended_total") >= before + 5
