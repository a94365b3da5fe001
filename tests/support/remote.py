"""Another server, as SERVICE meets them: one that answers well, badly, slowly, or elsewhere."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from typing import Any

from pyoxigraph import Store

from whence import sparql
from whence.errors import QueryError
from whence.rdf import results
from whence.web.federation.client import Network
from whence.web.federation.relay import Relay

#: The address that the tests take for a public one; every other one is private.
PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"
RESULTS = "application/sparql-results+json"
_NODE = {"type": "bnode", "value": "b0"}
GOOD = json.dumps(
    {"head": {"vars": ["s", "x"]}, "results": {"bindings": [{"s": {"type": "uri", "value": f"a:{n}"}, "x": _NODE} for n in (1, 2, 3)]}}
).encode()
#: Rows of an answer that no buffer of a socket takes whole.
LARGE = 200_000


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the first part of the path says."""

    protocol_version = "HTTP/1.1"
    server: Remote

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), query))
        getattr(self, "do_" + self.path.strip("/").partition("?")[0].partition("/")[0])()

    def do_good(self, kind: str = RESULTS, body: bytes = GOOD, missing: int = 0, **headers: str) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body) + missing), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def do_large(self) -> None:
        row = '{"x":{"type":"literal","value":"' + "x" * 40 + '"}}'
        self.do_good(body=('{"head":{"vars":["x"]},"results":{"bindings":[' + ",".join([row] * LARGE) + "]}}").encode())

    def do_page(self) -> None:
        self.do_good("text/html", b"<p>Welcome")

    def do_packed(self) -> None:
        self.do_good(Content_Encoding="gzip")

    def do_broken(self) -> None:
        self.do_good(body=GOOD[:40])

    def do_short(self) -> None:
        self.do_good(missing=10)

    def do_huge(self) -> None:
        self.do_good(missing=1 << 40)

    def do_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", RESULTS)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while not self.server.over.is_set():
            self.wfile.write(b"10000\r\n" + b" " * (1 << 16) + b"\r\n")

    def do_continued(self) -> None:
        while not self.server.over.is_set():
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    def do_claiming(self) -> None:
        """A chunk that says it has a terabyte."""
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nTransfer-Encoding: chunked\r\n\r\n10000000000\r\n{{".encode())
        self.close_connection = True

    def do_trailers(self) -> None:
        """A body in chunks, and fields after it that never end."""
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n".encode())
        while not self.server.over.is_set():
            self.wfile.write(b"X: y\r\n" * 1000)

    def do_unframed(self) -> None:
        """A body that ends with the connection, which it does not."""
        self.wfile.write(f"HTTP/1.0 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode())
        while not self.server.over.is_set():
            self.wfile.write(b" " * (1 << 16))

    def do_heads(self) -> None:
        """More fields in the head than anybody sends."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(1000)) + b"\r\n")
        self.close_connection = True

    def do_dripping(self) -> None:
        """A body that comes byte by byte and ends with the connection."""
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode())
        while not self.server.over.wait(0.02):
            self.wfile.write(b" ")

    def do_failing(self) -> None:
        self.send_error(500)

    def do_moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"http://{PRIVATE}:{self.server.server_address[1]}/good")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_silent(self) -> None:
        self.server.over.wait(60)

    def do_trickling(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.over.wait(0.02):
            self.wfile.write(b"X: y\r\n")

    def do_gibberish(self) -> None:
        self.wfile.write(b"\x00\x01\x02\r\n\r\n")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Remote(http.server.ThreadingHTTPServer):
    """The server, on an address of the loopback network; a context manager.

    :ivar requests: path, headers and body of each
    :ivar accepted: connections
    """

    daemon_threads = True

    def __init__(self, address: str = PUBLIC, port: int = 0) -> None:
        super().__init__((address, port), Handler)
        self.port = int(self.server_address[1])
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.accepted = 0
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))

    def process_request(self, request: Any, client_address: Any) -> None:
        self.accepted += 1
        super().process_request(request, client_address)

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests want."""

    def __enter__(self) -> Remote:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


def resolver(*answers: tuple[str, ...]) -> Callable[..., list[Any]]:
    """Return a name service that gives one answer after another, the last one for ever."""
    left = list(answers)

    def resolve(name: str, port: int, **_: object) -> list[Any]:
        if name == "unknown.example":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    return resolve


def relay(*hosts: str, answers: tuple[tuple[str, ...], ...] = ((PUBLIC,),), isolated: bool = True, **options: Any) -> Relay:
    """Return a relay that runs, for which `PUBLIC` is public and every name stands for that, or for these answers.

    :param options: of a `Network`, and of a `Relay`
    """
    limits = {name: options.pop(name) for name in ("size", "most") if name in options}
    found = Relay(hosts, Network(**{"resolve": resolver(*answers), "public": lambda address: address == PUBLIC, **options}), **limits)
    found.start()
    found.listen()
    found.isolated = isolated
    return found


def ask(
    query: str, through: Relay, store: Store | None = None, seconds: float = 20.0, values: dict[str, str] | None = None
) -> Any:
    """Return what a query finds, as a worker does it: the rows in the terms of SPARQL JSON, or what an ASK says.

    :raises Problem: it fails
    """
    out = BytesIO()
    failure: Exception | None = None
    with closing(through.calls(query, seconds)) as calls:
        try:
            results.write(sparql.run(store or Store(), sparql.parse(query), values or {}, elsewhere=calls.redirect), "json", out)
        except (QueryError, OSError, RuntimeError, ValueError) as error:
            # Without its traceback, which holds the engine's rows: only this thread may drop them.
            failure = calls.problem(error) or error.with_traceback(None)
        if failure is not None:
            raise failure
        calls.check()
    told = json.loads(out.getvalue())
    return told["boolean"] if "boolean" in told else told["results"]["bindings"]
