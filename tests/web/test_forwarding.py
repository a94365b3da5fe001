"""SERVICE through the forwarder: what reaches another server, what comes back, and what is told of failures."""

from __future__ import annotations

import errno
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from remote import LARGE, PRIVATE, PUBLIC, RESULTS, Remote, ask, forwarder, resolver

from whence.web.forwarding import Forwarder, Limits
from whence.web.remote import Means

CERTIFICATE = Path(__file__).parents[1] / "cases" / "tls" / "a.example.pem"
#: A limit for answers that never come, another one for those that never end.
IMPATIENT, SMALL = Limits(seconds=0.3), Limits(size=1 << 16)


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    with Remote() as running:
        yield running


@pytest.fixture
def through() -> Iterator[Forwarder]:
    made = forwarder()
    yield made
    made.close()


def query(remote: Remote, path: str = "good", silent: str = "", name: str = "a.example") -> str:
    return f"SELECT * {{ ?s <a:p> ?o SERVICE {silent} <http://{name}:{remote.port}/{path}> {{ ?s ?p ?x }} }}"


def hosts(remote: Remote, *names: str) -> tuple[str, ...]:
    return tuple(f"{name}:{remote.port}" for name in (names or ("a.example",)))


def store() -> Store:
    found = Store()
    found.extend(Quad(NamedNode(f"a:{number}"), NamedNode("a:p"), Literal(number)) for number in (0, 1, 2))
    return found


def rows(body: bytes) -> list[dict[str, Any]]:
    return json.loads(body)["results"]["bindings"]  # type: ignore[no-any-return]


def told(head: dict[str, Any]) -> str:
    """The detail of a problem, which never shows how the call was made."""
    detail = head["problem"]["detail"]
    assert "127.0.0.1" not in detail
    return str(detail)


def test_the_engine_joins_what_comes_back(remote: Remote, through: Forwarder) -> None:
    head, body = ask(query(remote, "good?a=%20b").replace(".example", ".EXAMPLE."), hosts(remote), through, store())
    assert head["status"] == 200
    assert head["headers"][b"cache-control"] == b"no-store" and b"etag" not in head["headers"] and "keep" not in head
    found = rows(body)
    assert sorted((row["s"]["value"], row["o"]["value"]) for row in found) == [("a:1", "1"), ("a:2", "2")]
    assert {row["x"]["type"] for row in found} == {"bnode"} and len({row["x"]["value"] for row in found}) == 1
    path, headers, sent = remote.requests[-1]
    assert path == "/good?a=%20b" and b"?s ?p ?x" in sent
    assert headers["Host"] == f"a.example:{remote.port}" and headers["Content-Type"] == "application/sparql-query"
    assert RESULTS in headers["Accept"] and headers["Accept-Encoding"] == "identity" and "Authorization" not in headers


def test_text_that_only_mentions_a_call_stays_what_it_is(remote: Remote, through: Forwarder) -> None:
    call = f"SERVICE <http://a.example:{remote.port}/good>"
    head, body = ask(f"SELECT ('{call}' AS ?service) {{}} # {call}", hosts(remote), through)
    assert head["status"] == 200 and rows(body)[0]["service"]["value"] == call


#: Path to the limits, the status and the words that tell of it.
FAILURES = {
    "failing": (None, 502, "answers 500 Internal Server Error."),
    "moved": (None, 502, "redirects to http:"),
    "page": (None, 502, "answers text/html, which are no SPARQL results."),
    "packed": (None, 502, "answers in the encoding gzip"),
    "broken": (None, 502, "cannot be answered with what a.example"),
    "short": (None, 502, "not HTTP, or not whole"),
    "gibberish": (None, 502, "not HTTP, or not whole"),
    "huge": (SMALL, 502, "more than the 0.0625 MiB"),
    "endless": (SMALL, 502, "more than the 0.0625 MiB"),
    "continued": (SMALL, 502, "more than the 0.0625 MiB"),
    "silent": (IMPATIENT, 504, "did not answer in time."),
    "trickling": (IMPATIENT, 504, "did not answer in time."),
}


@pytest.mark.parametrize("path", FAILURES)
def test_what_goes_wrong_there_is_told_with_the_name(remote: Remote, path: str) -> None:
    limits, status, words = FAILURES[path]
    through = forwarder(limits=limits)
    with Remote(PRIVATE, remote.port) as behind:
        head, _ = ask(query(remote, path), hosts(remote), through, store())
        assert head["status"] == status and words in told(head) and f"a.example:{remote.port}" in told(head)
        asked, _ = ask(f"ASK {{ SERVICE <http://a.example:{remote.port}/{path}> {{ ?s ?p ?x }} }}", hosts(remote), through)
        assert asked["status"] == status and words in told(asked)
        head, body = ask(query(remote, path, "SILENT"), hosts(remote), through, store())
        assert head["status"] == 200 and len(rows(body)) == 3
        assert behind.accepted == 0
    through.close()


@pytest.mark.parametrize("answers", [((PRIVATE,),), ((PUBLIC, PRIVATE),), ((PRIVATE, PUBLIC),), (("::1",),)], ids=["private", "mixed", "mixed the other way", "IPv6"])
def test_a_name_that_stands_for_a_private_address_is_not_called(answers: tuple[tuple[str, ...], ...], remote: Remote) -> None:
    through = forwarder(*answers)
    before = remote.accepted
    with Remote(PRIVATE, remote.port) as behind:
        head, _ = ask(query(remote), hosts(remote), through, store())
        assert head["status"] == 403 and "not public" in told(head)
        head, body = ask(query(remote, silent="SILENT"), hosts(remote), through, store())
        assert head["status"] == 200 and len(rows(body)) == 3
        assert (behind.accepted, remote.accepted) == (0, before)
    through.close()


def test_the_address_that_was_looked_at_is_the_one_that_is_called(remote: Remote) -> None:
    through = forwarder((PUBLIC,), (PRIVATE,))
    with Remote(PRIVATE, remote.port) as behind:
        assert ask(query(remote), hosts(remote), through, store())[0]["status"] == 200
        assert ask(query(remote), hosts(remote), through, store())[0]["status"] == 403
        assert behind.accepted == 0
    through.close()


def test_a_name_nobody_knows_and_a_port_nobody_listens_on(remote: Remote, through: Forwarder) -> None:
    head, _ = ask(query(remote, name="unknown.example"), hosts(remote, "unknown.example"), through, store())
    assert head["status"] == 502 and "unknown.example" in told(head) and "name service" in told(head)
    with Remote() as gone:
        text, listed = query(gone), hosts(gone)
    head, _ = ask(text, listed, through, store())
    assert head["status"] == 502 and "cannot be reached" in told(head)


def test_a_name_service_that_says_nothing_is_given_up(remote: Remote) -> None:
    over = threading.Event()
    through = forwarder(limits=IMPATIENT)
    through._means = through._means._replace(resolve=lambda *_, **__: over.wait(60) and [])
    head, _ = ask(query(remote), hosts(remote), through, store())
    over.set()
    assert head["status"] == 504 and "a.example" in told(head)
    through.close()


@pytest.mark.parametrize("confined", [True, False], ids=["confined", "not confined"])
@pytest.mark.parametrize(
    "called",
    ["<http://b.example:{port}/good>", "<http://a.example/good>", "<http://127.0.0.1:{port}/good>", "?x", "<good>", "x:good"],
)
def test_what_is_off_the_list_is_not_called(called: str, confined: bool, remote: Remote, through: Forwarder) -> None:
    before = remote.accepted
    text = f"BASE <http://a.example:{remote.port}/> PREFIX x: <http://a.example:{remote.port}/> ASK {{ SERVICE SILENT {called} {{ }} }}"
    head, _ = ask(text.replace("{port}", str(remote.port)), hosts(remote), through, confined=confined)
    assert head["status"] == 403 and f"Allowed: a.example:{remote.port}." in head["problem"]["detail"]
    assert remote.accepted == before


def test_one_query_calls_so_often_and_no_more(remote: Remote) -> None:
    text = f"SELECT * {{ ?s <a:p> ?o FILTER EXISTS {{ SERVICE <http://a.example:{remote.port}/good> {{ ?s ?p ?x }} }} }}"
    for calls, status in ((2, 403), (3, 200)):
        through = forwarder(limits=Limits(calls=calls))
        before = len(remote.requests)
        head, _ = ask(text, hosts(remote), through, store())
        assert (head["status"], len(remote.requests) - before) == (status, calls)
        assert status == 200 or "more than 2 times" in told(head)
        through.close()


def test_a_client_that_reads_slowly_gets_all_of_a_large_answer(remote: Remote, through: Forwarder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.web.forwarding._Request.timeout", 0.1)
    frames: list[bytes] = []

    def send(piece: bytes) -> None:
        frames.append(piece)
        sleep(0.3 if len(frames) == 1 else 0)

    head, body = ask(f"SELECT ?x {{ SERVICE <http://a.example:{remote.port}/large> {{ ?s ?p ?x }} }}", hosts(remote), through, send=send, size=1 << 28, rows=10**6)
    assert head["status"] == 200 and len(frames) > 1
    assert len(rows(body)) == LARGE


def test_an_error_in_the_query_shows_what_was_written(remote: Remote, through: Forwarder) -> None:
    before = remote.accepted
    head, _ = ask(query(remote).replace("?p ?x", "?p ?x ?y ?z"), hosts(remote), through)
    assert head["status"] == 400 and f"<http://a.example:{remote.port}/good>" in head["problem"]["excerpt"]
    assert "127.0.0.1" not in repr(head) and remote.accepted == before


def test_parameters_and_shared_prefixes_reach_the_other_server(remote: Remote, through: Forwarder) -> None:
    text = query(remote).replace("?s ?p ?x", "?s rdfs:label ?x")
    head, body = ask(text, hosts(remote), through, store(), bound=[("o", "integer", "2")])
    assert head["status"] == 200, head
    assert [row["s"]["value"] for row in rows(body)] == ["a:2"]
    assert b"rdf-schema#label" in remote.requests[-1][2]


def test_nobody_else_calls_through_it(remote: Remote, through: Forwarder) -> None:
    calls = through.begin(hosts(remote))
    address = calls.redirect(f"http://a.example:{remote.port}/good", False) or ""
    port, _, path = address.removeprefix("http://127.0.0.1:").partition("/")

    def status(path: str, method: str = "POST", body: bytes | None = b"ASK {}", headers: dict[str, str] | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", int(port))
        connection.request(method, path, body, headers or {})
        with connection.getresponse() as response:
            response.read()
            connection.close()
            return response.status

    before = remote.accepted
    token = path.partition("/")[0]
    for other in ("/", "/0", f"/{token}", f"/{token}/1", f"/{token}/-1", f"/{token}/x", f"/{token[:-1]}/0", "http://a.example/"):
        assert status(other) == 404
    assert status("/" + path, "GET", None) == 501
    assert status("/" + path, headers={"Content-Length": "x"}) == 404 and remote.accepted == before
    assert status("/" + path) == 200 and remote.accepted == before + 1
    through.end(calls)
    assert status("/" + path) == 404


def test_a_connection_that_cannot_be_taken_does_not_end_it(remote: Remote) -> None:
    through = Forwarder(Means(resolver((PUBLIC,)), lambda address: address == PUBLIC))

    class Listener(socket.socket):
        failures = 2

        def accept(self) -> tuple[socket.socket, Any]:
            self.failures -= 1
            if self.failures >= 0:
                raise OSError(errno.EMFILE, "Too many open files")
            return super().accept()

    plain = socket.create_server(("127.0.0.1", 0))
    through.listen(Listener(fileno=plain.detach()))
    assert ask(query(remote), hosts(remote), through, store())[0]["status"] == 200
    through.close()


@pytest.fixture(scope="module")
def secure() -> Iterator[tuple[Remote, list[str | None]]]:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda _, name, __: names.append(name)
    running = Remote()
    running.socket = context.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
    with running:
        yield running, names


def test_certificates_are_asked_of_the_name(secure: tuple[Remote, list[str | None]]) -> None:
    remote, names = secure
    trusted = ssl.create_default_context(cafile=str(CERTIFICATE))
    believing, doubting = forwarder(trusted=lambda: trusted), forwarder()
    text, listed = query(remote).replace("http:", "https:"), hosts(remote, "a.example", "b.example")
    assert ask(text, listed, believing, store())[0]["status"] == 200
    assert names == ["a.example"] and remote.requests[-1][1]["Host"] == f"a.example:{remote.port}"
    before = len(remote.requests)
    for asked, through in ((text, doubting), (text.replace("a.example", "b.example"), believing)):
        head, _ = ask(asked, listed, through, store())
        assert head["status"] == 502 and "certificate" in told(head)
    assert len(remote.requests) == before
    believing.close()
    doubting.close()
