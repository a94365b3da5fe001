"""Measures `whence serve` against its last commit before the redesign, the Oxigraph server, Fuseki and rdflib-endpoint.

    scripts/bench serve [--seconds S] [--turns N] [--connections N] [--attackers N] [--baseline COMMIT]

One run, one machine, one graph (the baseline serves the graph of its own commit). Asked are lookups (one name), cards
(everything of one thing and its claims) and lists (a page of labels in order), each with queries that were never asked
before (a comment with a number makes each text new, so no cache of answers helps); then lookups that are repeated, and,
of whence alone, pages. Servers are measured by turns, since the speed of a machine moves, and ratios are taken within
each turn. Then each is started anew and asked for lookups, in peace and while runaway queries are kept going. Printed are
requests per second, p50 and p99 in milliseconds, microseconds of processor time an answer takes in all processes of the server, and
the ratios; counted are the medians of the turns. On a machine that does other things too, only processor time compares.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from urllib.request import urlopen

from baseline import check_out

ROOT = Path(__file__).resolve().parent.parent
#: The last commit before the server became workers on one shared socket.
BEFORE_REDESIGN = "6b6f6f4840bfb68f38763873aa84ed5b4602c990"
FUSEKI = "org.apache.jena:jena-fuseki-server:5.6.0"
QUERY_SECONDS = 10
#: Before the first measurement of a kind: the servers on a virtual machine get faster for a while.
WARM_SECONDS = 3.0
NAMES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX wh: <https://w3id.org/whence/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LOOKUP = NAMES + "SELECT ?name {{ <{}> skos:prefLabel ?name }}"
CARD = NAMES + (
    "CONSTRUCT {{ <{0}> ?p ?o . ?claim ?q ?r }} WHERE {{ {{ <{0}> ?p ?o }} UNION "
    "{{ {{ SELECT ?claim {{ ?claim wh:involves <{0}> }} LIMIT 20 }} ?claim ?q ?r }} }}"
)
LIST = NAMES + "SELECT ?claim ?name {{ ?claim a wh:{} ; rdfs:label ?name }} ORDER BY ?name LIMIT 50"
KINDS = ("Influence", "Likeness", "Contribution", "Casting", "Naming", "Relation", "Statement", "Classification")
RDFLIB_SERVER = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(default_union=False)
graph.default_graph.parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[2]), log_level="error")
"""


class Server(NamedTuple):
    """How a server is started on a port, and the path of its SPARQL endpoint."""

    command: Callable[[int], list[str]]
    path: str
    environment: dict[str, str]
    pages: bool = False


class Figures(NamedTuple):
    """What was measured in one turn: answers a second, milliseconds, requests that were not answered by 200, microseconds of the processor."""

    rate: float
    p50: float
    p99: float
    failed: int
    processor: float


class Running(NamedTuple):
    """A server that has been started."""

    port: int
    process: int

    def processor_seconds(self) -> float:
        """Return what all its processes had of the processor so far, those that have ended included."""
        every, ticks = [self.process], 0
        for process in every:
            with contextlib.suppress(OSError):
                folder = Path(f"/proc/{process}")
                ticks += sum(map(int, (folder / "stat").read_text().rpartition(")")[2].split()[11:15]))
                every += (int(child) for thread in (folder / "task").iterdir() for child in (thread / "children").read_text().split())
        return ticks / os.sysconf("SC_CLK_TCK")


class Load:
    """Keeps a number of connections busy for a time and notes how long each answer took."""

    def __init__(self, server: Running, targets: Iterator[str], connections: int) -> None:
        self.seconds: list[float] = []
        self.failed = 0
        self._server = server
        self._targets = targets
        self._connections = connections

    def run(self, seconds: float) -> Figures:
        """Ask for so many seconds."""
        chooser = selectors.DefaultSelector()
        before = self._server.processor_seconds()
        with contextlib.suppress(OSError):
            for _ in range(self._connections):
                self._open(chooser)
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                for key, _ in chooser.select(0.1):
                    self._read(chooser, key)
        for key in list(chooser.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        taken = sorted(self.seconds) or [float("inf")]
        p50, p99 = (taken[int(len(taken) * part)] * 1000 for part in (0.5, 0.99))
        processor = (self._server.processor_seconds() - before) / max(1, len(self.seconds)) * 1e6
        return Figures(len(self.seconds) / seconds, p50, p99, self.failed, processor)

    def _open(self, chooser: selectors.BaseSelector) -> None:
        connection = socket.create_connection(("127.0.0.1", self._server.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(connection, selectors.EVENT_READ, [0.0, b""])
        self._ask(connection, chooser.get_key(connection).data)

    def _ask(self, connection: socket.socket, state: list[object]) -> None:
        head = "Host: 127.0.0.1\r\nAccept: application/sparql-results+json, text/turtle;q=0.9, text/html;q=0.8\r\n"
        state[0], state[1] = time.perf_counter(), b""
        connection.sendall(f"GET {next(self._targets)} HTTP/1.1\r\n{head}\r\n".encode())

    def _read(self, chooser: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        connection, state = key.fileobj, key.data
        try:
            data = connection.recv(1 << 18)  # type: ignore[union-attr]
        except OSError:
            data = b""
        state[1] += data
        if data and not _complete(state[1]):
            return
        if data:
            self.seconds.append(time.perf_counter() - state[0])
        self.failed += not (data and state[1].startswith(b"HTTP/1.1 200"))
        if data and b"\r\nconnection: close" not in state[1].partition(b"\r\n\r\n")[0].lower():
            self._ask(connection, state)  # type: ignore[arg-type]
            return
        chooser.unregister(connection)
        connection.close()  # type: ignore[union-attr]
        self._open(chooser)


def _complete(data: bytes) -> bool:
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line[15:])
    return body.endswith(b"0\r\n\r\n")


@contextlib.contextmanager
def _running(server: Server) -> Iterator[Running]:
    """Start a server and yield it once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, **server.environment}
    process = subprocess.Popen(server.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        for _ in range(1200):
            if process.poll() is not None:
                raise SystemExit(f"A server ended at once: {process.args!r}")
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}{server.path}?query=ASK%7B%7D", timeout=30):
                break
            time.sleep(0.1)
        else:
            raise SystemExit(f"A server did not start within two minutes: {process.args!r}")
        yield Running(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _attacked(port: int, path: str, attackers: int) -> Iterator[None]:
    """Keep runaway queries going, each asked again whenever it ends."""
    over = threading.Event()

    def attack(number: int) -> None:
        query = quote(RUNAWAY.replace("?n", f"?n{number}"))
        while not over.wait(0.05):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as connection:
                connection.sendall(f"GET {path}?query={query} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
                connection.settimeout(0.2)
                while not over.is_set():
                    with contextlib.suppress(TimeoutError):
                        if not connection.recv(65536):
                            break

    threads = [threading.Thread(target=attack, args=(number,), daemon=True) for number in range(attackers)]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(5)


def _data(folder: Path, directory: str | None) -> tuple[Path, list[str]]:
    """Write the default graph of the validated graph as N-Triples; return the file and the things with names."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from pyoxigraph import DefaultGraph, RdfFormat

    from whence import validation
    from whence.namespaces import ID
    from whence.store import layout

    store = validation.open(layout.locate(directory))
    store.dump(folder / "graph.nt", format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    rows = store.query("SELECT DISTINCT ?s { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?n } ORDER BY ?s")
    things = [row["s"].value for row in rows if row["s"].value.startswith(ID)]
    random.Random(0).shuffle(things)
    return folder / "graph.nt", things


def _whence(python: str, checkout: Path, folder: Path, directory: str | None) -> Server:
    start = [python, "-m", "whence", "serve", *(["--graph", directory] if directory else []), "--timeout", str(QUERY_SECONDS), "--port"]
    environment = {"PYTHONPATH": str(checkout / "scripts"), "WHENCE_CACHE": str(folder / f"cache-{checkout.name}")}
    return Server(lambda port: [*start, str(port)], "/sparql", environment, pages=True)


def _baseline(commit: str, folder: Path, directory: str | None) -> Server:
    """Check a commit out into the folder, with a virtual environment of its own."""
    checkout = check_out(commit, folder / "baseline", "serve")
    return _whence(str(checkout / ".venv/bin/python"), checkout, folder, directory)


def _oxigraph(folder: Path, data: Path) -> Server:
    program = str(Path(sys.executable).with_name("oxigraph"))
    subprocess.run([program, "load", "--location", str(folder / "oxigraph"), "--file", str(data)], check=True, stderr=subprocess.DEVNULL)
    # Without --timeout-s, with which it starts a thread for each query and soon cannot start any more.
    start = [program, "serve-read-only", "--location", str(folder / "oxigraph"), "--bind"]
    return Server(lambda port: [*start, f"127.0.0.1:{port}"], "/query", {})


def _fuseki(folder: Path, data: Path) -> Server | None:
    """Fetch Fuseki by Maven; None, with a word about it, where there is no Maven or no Java."""
    if not (shutil.which("mvn") and shutil.which("java")):
        print("Fuseki is left out: it needs mvn and java (17 or later).", flush=True)
        return None
    repository = folder / "maven"
    fetch = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={FUSEKI}", f"-DoutputDirectory={repository}"]
    if subprocess.run(fetch, cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode != 0:
        print(f"Fuseki is left out: Maven cannot fetch {FUSEKI}.", flush=True)
        return None
    start = ["java", "-jar", *map(str, repository.glob("*.jar")), "--quiet", "--localhost", f"--timeout={QUERY_SECONDS * 1000}"]
    environment = {"FUSEKI_BASE": str(folder / "fuseki")}
    return Server(lambda port: [*start, "--port", str(port), f"--file={data}", "/graph"], "/graph/query", environment)


def _servers(folder: Path, data: Path, arguments: argparse.Namespace) -> dict[str, Server]:
    found = {
        "whence": _whence(sys.executable, ROOT, folder, arguments.graph),
        "baseline": _baseline(arguments.baseline, folder, arguments.graph),
        "oxigraph": _oxigraph(folder, data),
        "fuseki": _fuseki(folder, data),
        "rdflib-endpoint": Server(lambda port: [sys.executable, "-c", RDFLIB_SERVER, str(data), str(port)], "/sparql", {}),
    }
    return {name: server for name, server in found.items() if server and name not in arguments.without}


def _targets(workload: str, server: Server, things: list[str]) -> Iterator[str]:
    """Yield the targets of requests of a kind, for ever."""
    if workload == "pages":
        yield from ("/page/" + quote(thing.rpartition("/id/")[2]) for thing in itertools.cycle(things))
    patterns = {"lookups": (LOOKUP, things), "cards": (CARD, things), "lists": (LIST, KINDS), "lookups again": (LOOKUP, things[:200])}
    pattern, values = patterns[workload]
    for count, value in enumerate(itertools.cycle(values)):
        text = pattern.format(value) + ("" if workload == "lookups again" else f" #{count}")
        yield f"{server.path}?query={quote(text)}"


Measured = dict[tuple[str, str], list[Figures]]
WORKLOADS = ("lookups", "lookups again", "cards", "lists", "pages")


def _in_peace(servers: dict[str, Server], things: list[str], arguments: argparse.Namespace) -> Measured:
    """Measure each kind of request, the servers by turns."""
    found: Measured = {}
    with contextlib.ExitStack() as stack:
        running = {name: stack.enter_context(_running(server)) for name, server in servers.items()}
        for workload in WORKLOADS:
            asked = {name: _targets(workload, server, things) for name, server in servers.items() if server.pages or workload != "pages"}
            for name, targets in asked.items():
                Load(running[name], targets, 2).run(WARM_SECONDS)
            for _ in range(arguments.turns):
                for name, targets in asked.items():
                    figures = Load(running[name], targets, arguments.connections).run(arguments.seconds)
                    found.setdefault((name, workload), []).append(figures)
            for name in asked:
                _print(name, workload, found[name, workload])
    return found


def _under_attack(servers: dict[str, Server], things: list[str], arguments: argparse.Namespace) -> Measured:
    """Measure lookups in peace and under attack, each time of a server that has just started."""
    found: Measured = {}
    for _ in range(arguments.turns):
        for name, server in servers.items():
            with _running(server) as running:
                targets = _targets("lookups", server, things)
                Load(running, targets, 2).run(WARM_SECONDS)
                for when, attackers in (("at peace", 0), ("attacked", arguments.attackers)):
                    with _attacked(running.port, server.path, attackers):
                        figures = Load(running, targets, arguments.connections).run(arguments.seconds)
                    found.setdefault((name, when), []).append(figures)
    for (name, when), turns in found.items():
        _print(name, when, turns)
    return found


def _print(name: str, workload: str, turns: list[Figures]) -> None:
    rate, p50, p99, processor = (statistics.median(getattr(turn, figure) for turn in turns) for figure in ("rate", "p50", "p99", "processor"))
    failed = sum(turn.failed for turn in turns)
    tail = f", {failed} failed" if failed else ""
    print(f"{name:16} {workload:14} {rate:9.0f}/s  p50 {p50:8.2f} ms  p99 {p99:8.2f} ms  processor {processor:7.0f} us{tail}", flush=True)


def _ratio(ours: list[Figures], other: str, theirs: list[Figures]) -> str:
    if not all(turn.rate for turn in theirs):
        return f"{other} answered nothing"
    pairs = list(zip(ours, theirs, strict=True))
    rate, processor = (statistics.median(ratios) for ratios in ([our.rate / their.rate for our, their in pairs], [their.processor / our.processor for our, their in pairs]))
    return f"{rate:.2f} ({processor:.2f}) of {other}"


def _compare(peace: Measured, attack: Measured) -> None:
    print("\nRequests per second (in brackets: for the same processor time), compared: whence to each other server")
    for (name, workload), turns in peace.items():
        if name == "whence":
            others = [other for other, of in peace if of == workload and other != "whence"]
            print(f"{workload:14} " + ", ".join(_ratio(turns, other, peace[other, workload]) for other in others))
    print("\np99 of lookups under attack, compared with peace")
    for name in dict.fromkeys(name for name, _ in attack):
        pairs = zip(attack[name, "at peace"], attack[name, "attacked"], strict=True)
        print(f"{name:16} {statistics.median(attacked.p99 / peaceful.p99 for peaceful, attacked in pairs):.2f} times")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="scripts/bench serve", description=__doc__.splitlines()[0])
    parser.add_argument("--graph", metavar="DIR", help="a graph directory instead of the checkouts' own")
    parser.add_argument("--baseline", metavar="COMMIT", default=BEFORE_REDESIGN, help="the commit to compare with (default: the last before the redesign)")
    parser.add_argument("--without", metavar="SERVER", nargs="+", default=[], help="servers to leave out")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each measurement (default: 2)")
    parser.add_argument("--turns", type=int, default=3, help="measurements of each server, of which the median counts (default: 3)")
    parser.add_argument("--connections", type=int, default=8, help="kept busy at the same time (default: 8)")
    parser.add_argument("--attackers", type=int, default=4, help="runaway queries kept going at the same time (default: 4)")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data, things = _data(Path(name), arguments.graph)
        servers = _servers(Path(name), data, arguments)
        peace = _in_peace(servers, things, arguments)
        attack = _under_attack(servers, things, arguments)
    _compare(peace, attack)
    if arguments.json:
        figures = [[*key, [turn._asdict() for turn in turns]] for key, turns in [*peace.items(), *attack.items()]]
        Path(arguments.json).write_text(json.dumps(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
