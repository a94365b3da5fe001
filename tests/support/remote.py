"""Another server, as SERVICE meets them: one that answers well, badly, slowly, or elsewhere."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Callable
from typing import Any

from pyoxigraph import Store

from whence.web.answering import Answerer
from whence.web.forwarding import Forwarder, Limits
from whence.web.frames import packed
from whence.web.message import Question
from whence.web.remote import Means

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


def forwarder(*answers: tuple[str, ...], limits: Limits | None = None, **means: Any) -> Forwarder:
    """Return a forwarder for which `PUBLIC` is public and every name stands for that, or for these answers."""
    found = Forwarder(Means(resolver(*(answers or ((PUBLIC,),))), lambda address: address == PUBLIC, **means), limits)
    found.listen()
    return found


def ask(
    query: str, hosts: tuple[str, ...], through: Forwarder, store: Store | None = None, confined: bool = True,
    send: Callable[[bytes], None] | None = None, **fields: Any,
) -> tuple[dict[str, Any], bytes]:
    """Return head and body of what a worker answers."""
    told: list[tuple[dict[str, Any] | None, bytes]] = []

    def take(_: int, head: dict[str, Any] | None = None, body: bytes = b"") -> None:
        told.append((head, body))
        if send is not None:
            send(body)

    question = Question(query, hosts=hosts, formats=("json",), **{"rows": 1000, "size": 1 << 20, **fields})
    Answerer(store or Store(), "digest", None, take, confined, through).answer(packed(question.fields()), query.encode())
    return told[0][0] or {}, b"".join(body for _, body in told)
