"""Measures `whence serve` against the Oxigraph server and rdflib-endpoint: same data, same machine, one run.

    scripts/bench serve [--seconds S] [--turns N] [--connections N]

Lookups (one name), cards (everything of one thing and its claims), lists (a page of labels in order), each with
queries that were never asked before (a comment with a number makes each text new, so no memory of answers helps),
and lookups asked again and again. Then the same while one hostile query runs. Prints requests per second and
latencies p50 and p99 in milliseconds, and what they come to in comparison.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
NAMES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX wh: <https://w3id.org/whence/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
HOSTILE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LOOKUP = NAMES + "SELECT ?name {{ <{thing}> skos:prefLabel ?name }}"
CARD = NAMES + (
    "CONSTRUCT {{ <{thing}> ?p ?o . ?claim ?q ?r }} WHERE {{ {{ <{thing}> ?p ?o }} UNION "
    "{{ {{ SELECT ?claim {{ ?claim wh:involves <{thing}> }} LIMIT 20 }} ?claim ?q ?r }} }}"
)
LIST = NAMES + "SELECT ?claim ?name {{ ?claim a wh:{kind} ; rdfs:label ?name }} ORDER BY ?name LIMIT 50"
KINDS = ("Influence", "Likeness", "Contribution", "Casting", "Naming", "Relation", "Statement", "Classification")
RDFLIB_SERVER = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(default_union=False)
graph.default_graph.parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[2]), log_level="error")
"""


class Load:
    """Keeps a number of connections busy for a time and notes how long each answer took."""

    def __init__(self, port: int, path: str, texts: Iterator[str], connections: int) -> None:
        self.seconds: list[float] = []
        self.failed = 0
        self._port = port
        self._path = path
        self._texts = texts
        self._connections = connections

    def run(self, seconds: float) -> None:
        """Ask for so many seconds."""
        chooser = selectors.DefaultSelector()
        for _ in range(self._connections):
            self._open(chooser)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for key, _ in chooser.select(0.1):
                self._read(chooser, key)
        for key in list(chooser.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]

    def _open(self, chooser: selectors.BaseSelector) -> None:
        connection = socket.create_connection(("127.0.0.1", self._port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(connection, selectors.EVENT_READ, [0.0, b""])
        self._ask(connection, chooser.get_key(connection).data)

    def _ask(self, connection: socket.socket, state: list[object]) -> None:
        text = quote(next(self._texts))
        head = "Host: 127.0.0.1\r\nAccept: application/sparql-results+json, text/turtle;q=0.9\r\n"
        state[0], state[1] = time.perf_counter(), b""
        connection.sendall(f"GET {self._path}?query={text} HTTP/1.1\r\n{head}\r\n".encode())

    def _read(self, chooser: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        connection, state = key.fileobj, key.data
        try:
            data = connection.recv(1 << 18)  # type: ignore[union-attr]
        except OSError:
            data = b""
        if not data:
            self.failed += 1
            chooser.unregister(connection)
            self._open(chooser)
            return
        state[1] += data
        if _complete(state[1]):
            self.seconds.append(time.perf_counter() - state[0])
            self.failed += not state[1].startswith(b"HTTP/1.1 200")
            self._ask(connection, state)  # type: ignore[arg-type]


def _complete(data: bytes) -> bool:
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line[15:])
    return body.endswith(b"0\r\n\r\n")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise SystemExit(f"A server ended at once: {process.args!r}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("A server did not start within two minutes.")


@contextlib.contextmanager
def _server(command: Callable[[int], list[str]]) -> Iterator[int]:
    port = _free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    process = subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        _wait(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _attacked(port: int, path: str, wanted: bool) -> Iterator[None]:
    """Keep one hostile query running, asked again whenever it ends."""
    stop = threading.Event()

    def attack() -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as connection:
                connection.sendall(f"GET {path}?query={quote(HOSTILE)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
                connection.settimeout(0.2)
                while not stop.is_set():
                    with contextlib.suppress(TimeoutError):
                        if not connection.recv(65536):
                            break

    thread = threading.Thread(target=attack, daemon=True)
    if wanted:
        thread.start()
        time.sleep(0.5)
    try:
        yield
    finally:
        stop.set()
        if wanted:
            thread.join(5)


def _texts(pattern: str, values: list[str], key: str, fresh: bool) -> Iterator[str]:
    count = 0
    while True:
        text = pattern.format(**{key: values[count % len(values)]})
        count += 1
        yield f"{text} #{count}" if fresh else text


def _workloads(things: list[str]) -> dict[str, Callable[[], Iterator[str]]]:
    return {
        "lookups": lambda: _texts(LOOKUP, things, "thing", True),
        "cards": lambda: _texts(CARD, things, "thing", True),
        "lists": lambda: _texts(LIST, list(KINDS), "kind", True),
        "lookups again": lambda: _texts(LOOKUP, things[:200], "thing", False),
    }


def _measure(port: int, path: str, texts: Iterator[str], seconds: float, connections: int) -> dict[str, float]:
    load = Load(port, path, texts, connections)
    with contextlib.suppress(OSError):
        load.run(seconds)
    taken = sorted(load.seconds)
    if not taken:
        return {"rate": 0.0, "p50": float("inf"), "p99": float("inf"), "failed": load.failed}
    at = [taken[int(len(taken) * part)] * 1000 for part in (0.5, 0.99)]
    return {"rate": len(taken) / seconds, "p50": at[0], "p99": at[1], "failed": load.failed}


def _data(folder: str, directory: str | None) -> tuple[str, list[str]]:
    """Write the default graph of the validated graph as N-Triples; return the file and the things with names."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from pyoxigraph import DefaultGraph, RdfFormat

    from whence import validation
    from whence.store import layout
    from whence.namespaces import ID

    store = validation.open(layout.locate(directory))
    path = os.path.join(folder, "graph.nt")
    store.dump(path, format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    rows = store.query("SELECT DISTINCT ?s { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?n } ORDER BY ?s")
    return path, [row["s"].value for row in rows if row["s"].value.startswith(ID)]


def _servers(folder: str, data: str, directory: str | None, timeout: float) -> dict[str, tuple[Callable[[int], list[str]], str]]:
    store = os.path.join(folder, "oxigraph")
    oxigraph = os.path.join(os.path.dirname(sys.executable), "oxigraph")
    subprocess.run([oxigraph, "load", "--location", store, "--file", data], check=True, stderr=subprocess.DEVNULL)
    chosen = ["--graph", directory] if directory else []
    whence = ["-m", "whence", "serve", *chosen, "--timeout", str(timeout), "--port"]
    return {
        "whence": (lambda port: [sys.executable, *whence, str(port)], "/sparql"),
        "oxigraph": (
            # without --timeout-s, with which it starts a thread for each query and soon cannot start any more
            lambda port: [oxigraph, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"],
            "/query",
        ),
        "rdflib-endpoint": (lambda port: [sys.executable, "-c", RDFLIB_SERVER, data, str(port)], "/sparql"),
    }


Figures = dict[tuple[str, str, bool], dict[str, float]]


def _run_all(arguments: argparse.Namespace) -> Figures:
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        data, things = _data(folder, arguments.graph)
        servers = _servers(folder, data, arguments.graph, 10)
        for workload, texts in _workloads(things).items():
            for attacked in (False, True):
                # By turns, so that a machine whose speed changes is fair to both. Under attack each by itself, and
                # the last one always: they go on with a query nobody waits for, and would disturb the others.
                for names in [[name] for name in servers] if attacked else [["whence", "oxigraph"], ["rdflib-endpoint"]]:
                    for name, found in _by_turns({name: servers[name] for name in names}, texts, attacked, arguments).items():
                        figures[name, workload, attacked] = found
                        _print(name, workload, attacked, found)
    return figures


def _by_turns(
    servers: dict[str, tuple[Callable[[int], list[str]], str]], texts: Callable[[], Iterator[str]], attacked: bool, arguments: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Measure servers one after another, several times, each started anew; return the medians."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in servers}
    with contextlib.ExitStack() as stack:
        ports = {name: stack.enter_context(_server(command)) for name, (command, _) in servers.items()}
        asked = {name: texts() for name in servers}
        for name, (_, path) in servers.items():
            _measure(ports[name], path, asked[name], 1.0, 2)
        for _ in range(arguments.turns):
            for name, (_, path) in servers.items():
                with _attacked(ports[name], path, attacked):
                    found[name].append(_measure(ports[name], path, asked[name], arguments.seconds, arguments.connections))
    return {name: {figure: statistics.median(turn[figure] for turn in turns) for figure in turns[0]} for name, turns in found.items()}


def _print(name: str, workload: str, attacked: bool, found: dict[str, float]) -> None:
    when = "under attack" if attacked else "in peace"
    failed = f", {found['failed']:.0f} failed" if found["failed"] else ""
    print(f"{name:16} {workload:14} {when:13} {found['rate']:9.0f}/s  p50 {found['p50']:8.2f} ms  p99 {found['p99']:8.2f} ms{failed}", flush=True)


def _compare(figures: Figures) -> None:
    print()
    for workload in dict.fromkeys(workload for _, workload, _ in figures):
        ours, attacked = figures["whence", workload, False], figures["whence", workload, True]
        parts = [f"{workload}: p99 under attack {attacked['p99'] / ours['p99']:.2f} times that in peace"]
        for other in ("oxigraph", "rdflib-endpoint"):
            rate = figures[other, workload, False]["rate"]
            parts.append(f"{ours['rate'] / rate:.2f} times the rate of {other}" if rate else f"{other} answered nothing in that time")
        print("; ".join(parts))


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="scripts/bench serve", description=__doc__.splitlines()[0])
    parser.add_argument("--graph", metavar="DIR", help="a graph directory instead of this checkout's")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each measurement (default: 2)")
    parser.add_argument("--turns", type=int, default=3, help="measurements of each server, of which the median counts (default: 3)")
    parser.add_argument("--connections", type=int, default=8, help="kept busy at the same time (default: 8)")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    figures = _run_all(arguments)
    _compare(figures)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps([[*key, value] for key, value in figures.items()]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
