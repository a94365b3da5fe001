"""Stores over HTTP to publish into: a small one over pyoxigraph, and Fuseki and RDF4J, where Maven and Java are there."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize
from serving import free_port

from whence import cli, publishing
from whence.endpoint import Endpoint
from whence.namespaces import VIEW

FUSEKI = "org.apache.jena:jena-fuseki-server:5.6.0"
#: The last server of RDF4J on Maven Central, and the last runner of Jetty that takes it.
RDF4J = ("org.eclipse.rdf4j:rdf4j-http-server:4.1.3:war", "org.eclipse.jetty:jetty-runner:9.4.54.v20240208")
_REPOSITORY = """@prefix rep: <http://www.openrdf.org/config/repository#> . @prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
[] a rep:Repository ; rep:repositoryID "whence" ; rdfs:label "whence" ;
  rep:repositoryImpl [ rep:repositoryType "openrdf:SailRepository" ; sr:sailImpl [ sail:sailType "openrdf:MemoryStore" ] ] ."""
P = NamedNode("https://example.org/p")


class Handler(BaseHTTPRequestHandler):
    service: Service

    def do_GET(self) -> None:
        self.service.told.append(self.headers.get("Authorization"))
        self.answer(302 if self.service.leads else self.service.gets[0], *self.service.gets[1:])

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/ds/update":
            return self.update(text)
        if self.path in ("/ds/query", "/ds/sparql"):  # as Fuseki has it
            return self.query(parse_qs(text)["query"][0] if "form" in self.headers["Content-Type"] else text)
        return self.answer(302 if self.service.leads else 404, b"text/plain", b"")

    def update(self, text: str) -> None:
        if self.service.refuses(text):
            return self.answer(500, b"text/plain", b"The disk is full.")
        try:
            if not self.service.loses(text):
                self.service.store.update(text)
        except OSError as error:
            return self.answer(500, b"text/plain", str(error).encode())
        return self.answer(204, b"text/plain", b"")

    def query(self, text: str) -> None:
        self.service.asked.append(text)
        self.service.meets(text)
        rows = b"application/sparql-results+json"
        if self.service.says is not None:
            return self.answer(200, rows, self.service.says)
        try:
            found = self.service.store.query(text)
        except SyntaxError as error:
            return self.answer(400, b"text/plain", str(error).encode())
        if isinstance(found, QueryTriples):
            return self.answer(200, b"application/n-triples", serialize(found, format=RdfFormat.N_TRIPLES) or b"")
        return self.answer(200, rows, found.serialize(format=QueryResultsFormat.JSON) or b"")

    def answer(self, status: int, kind: bytes, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind.decode())
        self.send_header("Content-Length", str(1 << 50 if self.service.endless and status == 200 else len(body)))
        if status == 302:
            self.send_header("Location", self.service.leads)
        self.end_headers()
        self.wfile.write(body)
        with suppress(OSError):
            while self.service.endless and status == 200:
                self.wfile.write(self.service.filler)

    def log_message(self, format: str, *arguments: Any) -> None:
        return


class Service:
    """A store over HTTP, which can be told to fail at an update, to lose what it is sent, or to answer something else.

    :ivar endless: whether its answers to queries go on without end, and `filler` by what
    :ivar gets: how it answers what is no query and no update
    :ivar leads: the address that it sends those to instead, or empty
    :ivar told: the credentials that came with those
    :ivar asked: the queries that it was sent
    :ivar meets: called with each before it is answered
    """

    def __init__(self) -> None:
        self.store = Store()
        self.refuses: Callable[[str], bool] = lambda _: False
        self.loses: Callable[[str], bool] = lambda _: False
        self.says: bytes | None = None
        self.endless = False
        self.filler = b" " * (1 << 16)
        self.gets = (404, b"text/plain", b"")
        self.leads = ""
        self.told: list[str | None] = []
        self.asked: list[str] = []
        self.meets: Callable[[str], None] = lambda _: None
        handler = type("HandlerOfOne", (Handler,), {"service": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/ds"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def graph(*values: str, view: str = "maker") -> Store:
    """A graph with a blank node, and one view."""
    store = Store()
    node = BlankNode("shared")
    for value in values:
        store.add(Quad(NamedNode("https://example.org/" + value), P, Literal(value)))
    store.add(Quad(NamedNode("https://example.org/x"), P, node))
    store.add(Quad(node, P, Literal('a "quoted"\nline 🏮', language="en")))
    store.add(Quad(NamedNode("https://example.org/x"), P, Literal(values[0]), NamedNode(VIEW + view)))
    return store


def plain(store: Store) -> Counter[str]:
    """What a store holds, blank nodes without their labels."""
    return Counter(" ".join("_" if isinstance(one, BlankNode) else str(one) for one in quad) for quad in store)


def held(store: Store) -> set[str]:
    """What a store holds of a graph, blank nodes by what they lead to."""
    found = set()
    for quad in store:
        if quad.graph_name == DefaultGraph() or str(quad.graph_name).startswith(f"<{VIEW}"):
            ends = ["_" if isinstance(end, BlankNode) else str(end) for end in (quad.subject, quad.object)]
            found.add(" ".join([*ends, str(quad.graph_name)]))
    return found


def output(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """What a command writes that succeeds."""
    assert cli.main([*command]) == 0
    return capsys.readouterr().out


def see_whole_graphs(endpoint: Endpoint, turns: int) -> None:
    """Publish two graphs in turn, and see that whoever reads meanwhile reads one of them."""
    graphs = [graph(*(f"{name}{number}" for number in range(40))) for name in ("a", "b")]
    publishing.publish(graphs[0], "0", endpoint)
    whole = [frozenset(held(one)) for one in graphs]
    seen: set[frozenset[str]] = set()
    done = threading.Event()
    asked = publishing.endpoint_at(endpoint.queries.removesuffix("/query"))

    def read() -> None:
        while not done.is_set():
            rows = asked.query("SELECT ?s ?o { ?s <https://example.org/p> ?o }")
            seen.add(frozenset(f"{'_' if isinstance(s, BlankNode) else s} {'_' if isinstance(o, BlankNode) else o} DEFAULT" for s, o in rows))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(1, turns):
        publishing.publish(graphs[turn % 2], str(turn), endpoint)
    done.set()
    reader.join()
    assert seen <= {frozenset(line for line in one if line.endswith(" DEFAULT")) for one in whole}
    assert seen


@contextmanager
def fuseki(folder: Path) -> Iterator[Endpoint]:
    """An empty data set of Fuseki, started in a folder."""
    fetch(folder, FUSEKI)
    port = free_port()
    options = ["--quiet", "--localhost", "--port", str(port), "--update", "--mem", "/ds"]
    with running(["java", "-jar", str(next(folder.glob("*.jar"))), *options], folder, f"http://127.0.0.1:{port}/$/ping"):
        yield Endpoint(f"http://127.0.0.1:{port}/ds")


@contextmanager
def rdf4j(folder: Path) -> Iterator[Endpoint]:
    """An empty repository of RDF4J, started in a folder."""
    fetch(folder, *RDF4J)
    port = free_port()
    start = ["java", f"-Dorg.eclipse.rdf4j.appdata.basedir={folder / 'data'}", "-jar", str(next(folder.glob("*.jar")))]
    options = ["--host", "127.0.0.1", "--port", str(port), "--path", "/rdf4j", str(next(folder.glob("*.war")))]
    repository = f"http://127.0.0.1:{port}/rdf4j/repositories/whence"
    with running([*start, *options], folder, f"http://127.0.0.1:{port}/rdf4j/protocol"):
        urlopen(Request(repository, _REPOSITORY.encode(), {"Content-Type": "text/turtle"}, method="PUT")).close()
        yield Endpoint(repository, queries=repository, updates=f"{repository}/statements")


def fetch(folder: Path, *artefacts: str) -> None:
    """Copy artefacts of Maven into a folder; where that cannot be, the test is skipped."""
    if not (shutil.which("mvn") and shutil.which("java")):
        pytest.skip("a store to publish into needs mvn and java")
    for artefact in artefacts:
        copy = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artefact}", f"-DoutputDirectory={folder}"]
        if subprocess.run(copy, cwd=folder, capture_output=True, check=False, timeout=300).returncode:
            pytest.skip(f"Maven cannot fetch {artefact}")


@contextmanager
def running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    """A server, from when its address answers."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                assert process.poll() is None, "the server ended"
                try:
                    urlopen(address, timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield
        finally:
            process.kill()
