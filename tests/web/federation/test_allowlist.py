"""SERVICE: refused without an allow-list whatever the spelling, private addresses always."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Callable, Iterator

import pytest
from serving import ROOT, Server

from whence.web.federation.allowlist import address, allowed_hosts, is_allowed, is_public, require_plain
from whence.web.http.problems import Problem

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

    def do_GET(self) -> None:
        type(self).called += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        self.wfile.write(b'{"head":{"vars":[]},"results":{"bindings":[{}]}}')

    do_POST = do_GET

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


PRIVATE = (
    "10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.0.1", "172.16.0.1", "100.64.0.1", "100.100.100.200", "0.0.0.0", "192.0.0.192",
    "168.63.129.16", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "fe80::1%eth0", "fec0::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "2001:db8::1", "100::1",
    "64:ff9b::7f00:1", "64:ff9b:1::808:808", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "3fff::1", "5f00::1",
)  # fmt: skip


def test_addresses_are_told_apart() -> None:
    assert [found for found in PRIVATE if is_public(found)] == []
    public = ("8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808", "192.0.1.1", "172.32.0.1")
    assert [found for found in public if not is_public(found)] == []


def test_the_list_is_read_as_it_is_compared() -> None:
    given = ("localhost", "127.0.0.1:7878", "8.8.8.8", "[::1]", "::1", "2001:4860:4860::8888", "B\u00fccher.Example.:8080", "a.example/x", "u@a.example", "")
    assert allowed_hosts(given) == ("localhost", "8.8.8.8", "[2001:4860:4860::8888]", "xn--bcher-kva.example:8080")


@pytest.mark.parametrize("text", ["https://a.example/", "a.example/sparql", "a.example:x", "a.example:0", "a.example:65536", "u@a.example", "a b", ""])
def test_what_is_no_host_cannot_be_listed(text: str, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    answer = whence("serve", "--allow-service", "a.example:65535", text)
    assert answer.returncode == 2 and f"{text!r} is not a host" in answer.stderr


#: Address to what is called: host as told, port, path and query; or None for what is never called.
ADDRESSES = {
    "https://A.example./sparql?x=%20#y": ("a.example", 443, "/sparql?x=%20"),
    "HTTP://a.example": ("a.example", 80, "/"),
    "http://a.example?x": ("a.example", 80, "/?x"),
    "http://a.example:8080/": ("a.example:8080", 8080, "/"),
    "http://a.example:80/": ("a.example", 80, "/"),
    "https://b\u00fccher.example/\u00fc": ("xn--bcher-kva.example", 443, "/%C3%BC"),
    "https://[2001:4860:4860:0::8888]:1/": ("[2001:4860:4860::8888]:1", 1, "/"),
    "http://2130706433/": ("2130706433", 80, "/"),
    "http://0x7f.1/": ("0x7f.1", 80, "/"),
    "https://a.example:/": None,
    "https://a.example:0/": None,
    "https://a.example:65536/": None,
    "https://a.example@b.example/": None,
    "https://u:p@a.example/": None,
    "https://a.example\\@b.example/": None,
    "https://a.example%2eb.example/": None,
    "https://[fe80::1%25eth0]/": None,
    "https://[a.example]/": None,
    "https:///x": None,
    "https://./": None,
    "https://a.example/\\u003E": None,
    "https://a.example/ x": None,
    "https://a.example/\r\nX: y": None,
    "https:a.example": None,
    "ftp://a.example/": None,
    "//a.example/": None,
    "": None,
}


@pytest.mark.parametrize("iri", ADDRESSES)
def test_an_address_is_read_in_one_way(iri: str) -> None:
    found = address(iri)
    assert (found and (found.host, found.port, found.target)) == ADDRESSES[iri]


def test_a_host_alone_stands_for_the_usual_ports() -> None:
    def allowed(iri: str, *hosts: str) -> bool:
        found = address(iri)
        assert found is not None
        return is_allowed(found, hosts)

    assert allowed("https://a.example/", "a.example") and allowed("http://a.example:80/", "a.example")
    assert allowed("https://a.example/", "a.example:443") and allowed("http://[2001:db8::1]:1/", "[2001:db8::1]:1")
    assert not allowed("https://a.example:80/", "a.example") and not allowed("https://b.a.example/", "a.example")
    assert not allowed("https://a.example/", "a.example:80") and not allowed("https://a.example.b/", "a.example")


def test_only_an_allowed_host_passes() -> None:
    require_plain("SELECT * { SERVICE <https://A.example:8080/x> {} }", ("a.example:8080",))
    for text in ("SERVICE <https://b.example/> {}", "SERVICE <https://a.example@b.example/> {}", "SERVICE <file:///etc> {}", "SERVICE x: {}"):
        with pytest.raises(Problem):
            require_plain(text, ("a.example",))


def test_the_word_is_free_in_the_comments_at_the_head() -> None:
    for question in ROOT.glob("queries/*/*.rq"):
        require_plain(question.read_text("utf-8"), ())
    require_plain("#+ asks: Which service?\r\n  # of SERVICE\nASK {}", ())


@pytest.mark.parametrize("text", ["#+ a service\nASK { SERVICE <https://b.example/> {} }", "# a\rSERVICE <https://b.example/> {}", "ASK {} # SERVICE <https://a.example/>", "SELECT ('SERVICE <https://a.example/>' AS ?x) {}", "ASK { ?service ?p ?o }"])
def test_where_the_network_is_open_the_word_stands_nowhere_else(text: str) -> None:
    with pytest.raises(Problem):
        require_plain(text, ("a.example",))
