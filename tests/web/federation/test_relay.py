"""SERVICE through the relay: what reaches another server, what comes back, and what is told of failures."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from remote import LARGE, PRIVATE, PUBLIC, RESULTS, Remote, ask, relay

from whence import sparql
from whence.errors import QueryError
from whence.web.federation.relay import Relay
from whence.web.http.problems import Problem
from whence.web.query.evaluation import Question, evaluate

CERTIFICATE = Path(__file__).parents[2] / "cases" / "tls" / "a.example.pem"


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    with Remote() as running:
        yield running


@pytest.fixture
def through(remote: Remote) -> Iterator[Relay]:
    made = relay(*hosts(remote))
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


def refused(text: str, through: Relay, **options: Any) -> Problem:
    """The problem that a query ends in, which never shows how the call was made."""
    with pytest.raises(Problem) as caught:
        ask(text, through, store(), **options)
    assert "127.0.0.1" not in caught.value.detail
    return caught.value


def test_the_engine_joins_what_comes_back(remote: Remote, through: Relay) -> None:
    found = ask(query(remote, "good?a=%20b").replace(".example", ".EXAMPLE."), through, store())
    assert sorted((row["s"]["value"], row["o"]["value"]) for row in found) == [("a:1", "1"), ("a:2", "2")]
    assert {row["x"]["type"] for row in found} == {"bnode"} and len({row["x"]["value"] for row in found}) == 1
    path, headers, sent = remote.requests[-1]
    assert path == "/good?a=%20b" and b"?s ?p ?x" in sent
    assert headers["Host"] == f"a.example:{remote.port}" and headers["Content-Type"] == "application/sparql-query"
    assert RESULTS in headers["Accept"] and headers["Accept-Encoding"] == "identity" and "Authorization" not in headers


def test_text_that_only_mentions_a_call_stays_what_it_is(remote: Remote, through: Relay) -> None:
    call = f"SERVICE <http://a.example:{remote.port}/good>"
    assert ask(f"SELECT ('{call}' AS ?service) {{}} # {call}", through)[0]["service"]["value"] == call


#: A limit for answers that never come, another one for those that never end.
IMPATIENT, SMALL = {"seconds": 0.3}, {"size": 1 << 16}
#: Path to the limits, the status and the words that tell of it.
FAILURES: dict[str, tuple[dict[str, Any], int, str]] = {
    "failing": ({}, 502, "answers 500 Internal Server Error."),
    "moved": ({}, 502, "redirects to http:"),
    "page": ({}, 502, "answers text/html, which are no SPARQL results."),
    "packed": ({}, 502, "answers in the encoding gzip"),
    "broken": ({}, 502, "cannot be answered with what a.example"),
    "short": ({}, 502, "not HTTP, or not whole"),
    "claiming": ({}, 502, "not HTTP, or not whole"),
    "gibberish": ({}, 502, "not HTTP, or not whole"),
    "heads": ({}, 502, "not HTTP, or not whole"),
    "huge": (SMALL, 502, "more than the 0.0625 MiB"),
    "endless": (SMALL, 502, "more than the 0.0625 MiB"),
    "unframed": (SMALL, 502, "more than the 0.0625 MiB"),
    "continued": (SMALL, 502, "more than the 0.0625 MiB"),
    "trailers": (SMALL, 502, "more than the 0.0625 MiB"),
    "silent": (IMPATIENT, 504, "did not answer in time."),
    "trickling": (IMPATIENT, 504, "did not answer in time."),
    "dripping": (IMPATIENT, 504, "did not answer in time."),
}


@pytest.mark.parametrize("path", FAILURES)
def test_what_goes_wrong_there_is_told_with_the_name(remote: Remote, path: str) -> None:
    limits, status, words = FAILURES[path]
    seconds = {"seconds": limits["seconds"]} if "seconds" in limits else {}
    through = relay(*hosts(remote), **{name: value for name, value in limits.items() if name != "seconds"})
    with Remote(PRIVATE, remote.port) as behind:
        begun = monotonic()
        for text in (query(remote, path), f"ASK {{ SERVICE <http://a.example:{remote.port}/{path}> {{ ?s ?p ?x }} }}"):
            problem = refused(text, through, **seconds)
            assert problem.status == status and words in problem.detail and f"a.example:{remote.port}" in problem.detail
        assert len(ask(query(remote, path, "SILENT"), through, store(), **seconds)) == 3
        assert monotonic() - begun < 10
        assert behind.accepted == 0
    through.close()


def test_the_time_of_all_calls_of_a_query_counts_together(remote: Remote, through: Relay) -> None:
    with closing(through.calls("", 0.4)) as calls:
        calls.redirect(f"http://a.example:{remote.port}/silent", True)
        calls.redirect(f"http://a.example:{remote.port}/good", True)
        begun = monotonic()
        for number in ("0", "1"):
            with pytest.raises(Problem, match="in time"):
                calls.make(number, b"ASK {}", "*/*")
        assert 0.3 < monotonic() - begun < 2


def test_calls_have_two_thirds_of_the_time_of_the_request(remote: Remote, through: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    calls = Relay.calls
    monkeypatch.setattr(Relay, "calls", lambda relay, text, seconds: (given.append(seconds), calls(relay, text, seconds))[1])
    question = Question(query(remote, "silent"), rows=10, size=1 << 20)
    with pytest.raises(Problem) as caught:
        evaluate(SimpleNamespace(store=store(), digest="", vocabulary="", context=None), through, question, None, 0.9, lambda _: None)
    assert caught.value.status == 504 and given == [pytest.approx(0.6)]


@pytest.mark.parametrize("answers", [((PRIVATE,),), ((PUBLIC, PRIVATE),), ((PRIVATE, PUBLIC),), (("::1",),)], ids=["private", "mixed", "mixed the other way", "IPv6"])
def test_a_name_that_stands_for_a_private_address_is_not_called(answers: tuple[tuple[str, ...], ...], remote: Remote) -> None:
    through = relay(*hosts(remote), answers=answers)
    before = remote.accepted
    with Remote(PRIVATE, remote.port) as behind:
        problem = refused(query(remote), through)
        assert problem.status == 403 and "not public" in problem.detail
        assert len(ask(query(remote, silent="SILENT"), through, store())) == 3
        assert (behind.accepted, remote.accepted) == (0, before)
    through.close()


def test_the_address_that_was_looked_at_is_the_one_that_is_called(remote: Remote) -> None:
    through = relay(*hosts(remote), answers=((PUBLIC,), (PRIVATE,)))
    with Remote(PRIVATE, remote.port) as behind:
        assert ask(query(remote), through, store())
        assert refused(query(remote), through).status == 403
        assert behind.accepted == 0
    through.close()


def test_a_name_nobody_knows_and_a_port_nobody_listens_on(remote: Remote) -> None:
    through = relay(*hosts(remote, "unknown.example"))
    problem = refused(query(remote, name="unknown.example"), through)
    assert problem.status == 502 and "unknown.example" in problem.detail and "name service" in problem.detail
    through.close()
    with Remote() as gone:
        text, through = query(gone), relay(*hosts(gone))
    problem = refused(text, through)
    assert problem.status == 502 and "cannot be reached" in problem.detail
    through.close()


def test_an_address_that_does_not_accept_makes_room_for_the_next(remote: Remote) -> None:
    through = relay(*hosts(remote), answers=((PRIVATE, PUBLIC),), public=lambda address: True)
    assert len(ask(query(remote), through, store())) == 2
    through.close()


def test_a_name_service_that_says_nothing_is_given_up(remote: Remote) -> None:
    over = threading.Event()
    through = relay(*hosts(remote), resolve=lambda *_, **__: over.wait(60) and [])
    problem = refused(query(remote), through, seconds=0.3)
    over.set()
    assert problem.status == 504 and "a.example" in problem.detail
    through.close()


@pytest.mark.parametrize("isolated", [True, False], ids=["isolated", "not isolated"])
@pytest.mark.parametrize(
    "called",
    ["<http://b.example:{port}/good>", "<http://a.example/good>", "<http://127.0.0.1:{port}/good>", "?x", "<good>", "x:good"],
)
def test_what_is_off_the_list_is_not_called(called: str, isolated: bool, remote: Remote) -> None:
    before = remote.accepted
    through = relay(*hosts(remote), isolated=isolated)
    text = f"BASE <http://a.example:{remote.port}/> PREFIX x: <http://a.example:{remote.port}/> ASK {{ SERVICE SILENT {called} {{ }} }}"
    with pytest.raises(Problem) as caught:
        ask(text.replace("{port}", str(remote.port)), through)
    assert caught.value.status == 403 and f"Allowed: a.example:{remote.port}." in caught.value.detail
    assert caught.value.members["line"] == 1 and remote.accepted == before
    through.close()


def test_one_query_calls_so_often_and_no_more(remote: Remote) -> None:
    text = f"SELECT * {{ ?s <a:p> ?o FILTER EXISTS {{ SERVICE <http://a.example:{remote.port}/good> {{ ?s ?p ?x }} }} }}"
    for most in (2, 3):
        through = relay(*hosts(remote), most=most)
        before = len(remote.requests)
        if most == 3:
            assert len(ask(text, through, store())) == 2
        else:
            problem = refused(text, through)
            assert problem.status == 403 and "more than 2 times" in problem.detail
        assert len(remote.requests) - before == most
        through.close()


def test_a_client_that_reads_slowly_gets_all_of_a_large_answer(remote: Remote, through: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.web.federation.relay._Request.timeout", 0.1)
    text = f"SELECT ?x {{ SERVICE <http://a.example:{remote.port}/large> {{ ?s ?p ?x }} }}"
    with closing(through.calls(text, 20)) as calls:
        rows = iter(sparql.run(Store(), text, elsewhere=calls.redirect))
        next(rows)
        sleep(0.3)
        assert 1 + sum(1 for _ in rows) == LARGE
        calls.check()


def test_an_error_in_the_query_shows_what_was_written(remote: Remote, through: Relay) -> None:
    before = remote.accepted
    with pytest.raises(QueryError) as caught:
        ask(query(remote).replace("?p ?x", "?p ?x ?y ?z"), through)
    assert f"<http://a.example:{remote.port}/good>" in (caught.value.excerpt or "")
    assert "127.0.0.1" not in f"{caught.value} {caught.value.excerpt}" and remote.accepted == before


def test_parameters_and_shared_prefixes_reach_the_other_server(remote: Remote, through: Relay) -> None:
    text = query(remote).replace("?s ?p ?x", "?s rdfs:label ?x")
    assert [row["s"]["value"] for row in ask(text, through, store(), values={"o": "2"})] == ["a:2"]
    assert b"rdf-schema#label" in remote.requests[-1][2]


def test_queries_at_once_keep_their_calls_apart(remote: Remote, through: Relay) -> None:
    found: dict[int, int] = {}

    def one(number: int) -> None:
        path = "good" if number % 2 else "broken"
        try:
            found[number] = len(ask(query(remote, path), through, store()))
        except Problem as problem:
            found[number] = problem.status

    threads = [threading.Thread(target=one, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == {number: 2 if number % 2 else 502 for number in range(16)}


def test_nobody_else_calls_through_it(remote: Remote, through: Relay) -> None:
    with closing(through.calls("", 20)) as calls:
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
    assert status("/" + path) == 404


def test_a_connection_that_cannot_be_taken_does_not_end_it(remote: Remote, through: Relay) -> None:
    class Listener(socket.socket):
        failures = 2

        def accept(self) -> tuple[socket.socket, Any]:
            self.failures -= 1
            if self.failures >= 0:
                raise OSError(errno.EMFILE, "Too many open files")
            return super().accept()

    assert through._server is not None
    through._server.socket = Listener(fileno=through._server.socket.detach())
    assert len(ask(query(remote), through, store())) == 2


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
    both = hosts(remote, "a.example", "b.example")
    believing, doubting = relay(*both, trusted=lambda: trusted), relay(*both)
    text = query(remote).replace("http:", "https:")
    assert len(ask(text, believing, store())) == 2
    assert names == ["a.example"] and remote.requests[-1][1]["Host"] == f"a.example:{remote.port}"
    before = len(remote.requests)
    for asked, through in ((text, doubting), (text.replace("a.example", "b.example"), believing)):
        problem = refused(asked, through)
        assert problem.status == 502 and "certificate" in problem.detail
    assert len(remote.requests) == before
    believing.close()
    doubting.close()


def test_a_server_that_speaks_no_tls_is_told_as_that(remote: Remote, through: Relay) -> None:
    problem = refused(query(remote).replace("http:", "https:"), through)
    assert problem.status == 502 and "a secure connection" in problem.detail


def test_a_slow_secure_answer_is_given_up(secure: tuple[Remote, list[str | None]]) -> None:
    remote, _ = secure
    trusted = ssl.create_default_context(cafile=str(CERTIFICATE))
    through = relay(*hosts(remote), trusted=lambda: trusted)
    assert refused(query(remote, "dripping").replace("http:", "https:"), through, seconds=0.5).status == 504
    through.close()
