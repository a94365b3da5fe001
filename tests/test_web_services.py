"""SERVICE: refused without an allow-list whatever the spelling, private addresses always."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from web_serving import Server

from whence.web.problems import Problem
from whence.web.services import allowed_hosts, is_public, require_plain

#: Each is one query that calls `{address}`, in a spelling that somebody may try.
SPELLINGS = {
    "plain": "SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
    "silent": "SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
    "lower case": "SELECT * {{ service <{address}> {{ ?s ?p ?o }} }}",
    "a prefixed name": "PREFIX x: <{address}> SELECT * {{ SERVICE x: {{ ?s ?p ?o }} }}",
    "a variable": "SELECT * {{ BIND(<{address}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
    "behind a less-than sign": "SELECT * {{ ?s ?p ?a, ?b FILTER(?a<?b)SERVICE#>\n<{address}> {{ ?x ?y ?z }} }}",
    "behind a number": "SELECT * {{ ?s ?p 5SERVICE <{address}> {{ ?x ?y ?z }} }}",
    "behind a string": "SELECT * {{ ?s ?p 'a\\'' . SERVICE <{address}> {{ ?x ?y ?z }} }}",
    "after a comment": "SELECT * {{ ?s ?p ?o . SERVICE # <https://a.example/>\n <{address}> {{ ?x ?y ?z }} }}",
    "relative": "BASE <{address}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} }}",
}


class Listening(http.server.BaseHTTPRequestHandler):
    called = 0

    def do_GET(self) -> None:  # noqa: N802 - the name the standard library calls
        type(self).called += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        self.wfile.write(b'{"head":{"vars":[]},"results":{"bindings":[{}]}}')

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module", params=[(), ("--allow-service", "a.example", "127.0.0.1")], ids=["no allow-list", "an allow-list"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with Server(*request.param) as running:
        yield running


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_private_address_is_never_called(server: Server, other: str, spelling: str) -> None:
    Listening.called = 0
    answer = server.query(SPELLINGS[spelling].format(address=other))
    assert answer.status in (400, 403) or answer.json()["results"]["bindings"] == []
    assert Listening.called == 0


def test_the_word_in_a_text_harms_nobody_without_an_allow_list() -> None:
    with Server() as running:
        assert running.query('SELECT ("fan service" AS ?x) {} # SERVICE').status == 200


def test_addresses_are_told_apart() -> None:
    private = ("10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.0.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "224.0.0.1")
    assert [address for address in private if is_public(address)] == []
    assert is_public("8.8.8.8") and is_public("2001:4860:4860::8888")
    assert allowed_hosts(("localhost", "127.0.0.1:7878", "8.8.8.8", "[::1]")) == ("8.8.8.8",)


def test_only_an_allowed_host_passes() -> None:
    require_plain("SELECT * { SERVICE <https://A.example:8080/x> {} }", ("a.example:8080",))
    for text in ("SERVICE <https://b.example/> {}", "SERVICE <https://a.example@b.example/> {}", "SERVICE <file:///etc> {}"):
        with pytest.raises(Problem):
            require_plain(text, ("a.example",))
