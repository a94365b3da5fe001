"""What a command says of an endpoint that fails: one sentence, and the exit code of a remote failure or of a limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from serving import free_port
from stores import graph, Service

from whence import cli, publishing
from whence.endpoint import Endpoint

COMMANDS = (
    ("query", "SELECT * { ?s ?p ?o }"), ("query", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"), ("query", "ASK { ?s ?p ?o }"), ("show", "x"), ("lineage", "x"),
    ("path", "x", "y"), ("ask", "Who wrote x?"), ("explain", "x", "rdf:type", "wh:Film"), ("export", "--derived"), ("disagreements",), ("compare", "x", "y"),
    ("timeline", "x"), ("sources", "x"), ("site", "SITE"), ("serve", "--port", "0"), ("mcp",),
)  # fmt: skip
#: What is sent before a connection is closed.
SENT = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "401": b"HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\nWho are you?",
    "403": b"HTTP/1.0 403 Forbidden\r\n\r\n",
    "404": b"HTTP/1.0 404 Not Found\r\n\r\n",
    "500": b"HTTP/1.0 500 Server Error\r\nContent-Type: text/html\r\n\r\n<html>\n<pre>java.lang.NullPointerException\n\tat x.y</pre>\n</html>",
    "503": b"HTTP/1.0 503 Service Unavailable\r\nRetry-After: 5\r\n\r\n",
    "a page": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>\n<h1>Welcome</h1>\n</html>",
    "an empty answer": b"HTTP/1.0 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n",
    "half of an answer": b'HTTP/1.0 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 999\r\n\r\n{"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": []}}',
    "half of a chunk": b'HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<https://example.org/s> <https://ex',
    "bytes": b"HTTP/1.0 200 OK\r\nContent-Type: application/n-triples\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00\xff\xfe\x00",
    "another place": b"HTTP/1.0 302 Found\r\nLocation: /ds\r\n\r\n",
    "another place for POST": b"HTTP/1.0 307 Temporary Redirect\r\nLocation: /ds\r\n\r\n",
}


class Handler(BaseHTTPRequestHandler):
    sends: Callable[[Any], None]
    manifest: bytes | None

    def handle_one_request(self) -> None:
        self.close_connection = True
        self.raw_requestline = self.rfile.readline()
        if self.parse_request():
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.manifest is not None and (self.command == "GET" or b"whence/published" in body):
                status = b"404 Not Found" if self.command == "GET" else b"200 OK\r\nContent-Type: application/sparql-results+json"
                self.wfile.write(b"HTTP/1.0 " + status + b"\r\n\r\n" + self.manifest * (self.command == "POST"))
            else:
                with suppress(OSError):
                    type(self).sends(self.wfile)

    def log_message(self, format: str, *arguments: Any) -> None:
        return


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Starts a server that sends something, from the first request or once it has said what it holds; returns its address."""
    servers = []

    def start(sends: Callable[[Any], None], manifest: bytes | None) -> str:
        handler = type("HandlerOfOne", (Handler,), {"sends": staticmethod(sends), "manifest": manifest})
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/ds"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def manifest() -> bytes:
    """What a store answers that is asked what it holds."""
    service, kept = Service(), []
    publishing.publish(graph("a"), "1", Endpoint(service.address))
    from pyoxigraph import QueryResultsFormat

    service.meets = lambda text: kept.append(service.store.query(text).serialize(format=QueryResultsFormat.JSON))
    publishing.endpoint_at(service.address)
    service.close()
    return kept[0] or b""


def told(capsys: pytest.CaptureFixture[str], folder: Path, command: tuple[str, ...], *options: str) -> str:
    """What a command that fails writes to standard error."""
    done = cli.main([str(folder / one) if one == "SITE" else one for one in command] + [*options])
    out, said = capsys.readouterr()
    assert done in (4, 5), (command, said)
    assert out == ""
    assert said.startswith("whence: ") and said.count("\n") == 1 and len(said) < 700, said
    assert not (folder / "SITE").exists()
    return said


@pytest.mark.parametrize("later", [False, True], ids=["at once", "after it said what it holds"])
@pytest.mark.parametrize("sent", SENT)
def test_a_failure_is_one_sentence(
    failing: Callable[..., str], manifest: bytes, sent: str, later: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = failing(lambda out: out.write(SENT[sent]), manifest if later else None)
    for command in COMMANDS:
        said = told(capsys, tmp_path, command, "--endpoint", address)
        assert address.rpartition("/")[0] in said, command
        assert sent != "401" or "--user" in said


def test_nobody_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        assert "does not answer" in told(capsys, tmp_path, command, "--endpoint", f"http://127.0.0.1:{free_port()}/ds")


def silent(_: Any) -> None:
    time.sleep(8)


def trickling(out: Any) -> None:
    out.write(b"HTTP/1.0 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n")
    for _ in range(80):
        out.write(b" ")
        time.sleep(0.1)


@pytest.mark.parametrize("slow", [silent, trickling])
def test_a_server_that_takes_its_time_is_not_waited_for(
    failing: Callable[..., str], slow: Callable[[Any], None], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whence.publishing.from_store._PATIENCE", 1)
    address = failing(slow, None)
    for command in COMMANDS[:5:2]:
        start = time.monotonic()
        assert "timed out" in told(capsys, tmp_path, command, "--endpoint", address)
        assert time.monotonic() - start < 6
