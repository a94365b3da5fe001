"""Publishing into another store, a small one over pyoxigraph."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest
from pyoxigraph import NamedNode, Quad, Store
from serving import free_port
from stores import P, Service, graph, held, see_whole_graphs

from whence import cli, publishing, sparql, validation
from whence.endpoint import Endpoint
from whence.errors import QueryError, RemoteError, UsageError
from whence.namespaces import VIEW
from whence.publishing import to_store
from whence.publishing.to_store import read_manifest
from whence.store import layout


def test_a_store_holds_what_was_published_and_then_what_replaces_it(service: Service) -> None:
    endpoint = Endpoint(service.address)
    first, second = graph("a", "b"), graph("c", view="press")
    assert publishing.publish(first, "1", endpoint) == publishing.Published(5, 1, sent=True)
    assert held(service.store) == held(first)
    joined = "SELECT ?text { <https://example.org/x> <https://example.org/p> ?node . ?node <https://example.org/p> ?text }"
    assert [row[0].value for row in service.store.query(joined)] == ['a "quoted"\nline 🏮']
    assert not publishing.publish(first, "1", endpoint).sent
    publishing.publish(second, "2", endpoint)
    assert held(service.store) == held(second)
    assert {str(name) for name in service.store.named_graphs()} == {f"<{VIEW}press>", f"<{publishing.MANIFEST}>"}


def test_more_triples_than_go_into_one_request_arrive(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.publishing.to_store._BATCH", 7)
    whole = graph(*(f"value-{number}" for number in range(50)))
    told: list[str] = []
    publishing.publish(whole, "1", Endpoint(service.address), tell=told.append)
    assert held(service.store) == held(whole)
    assert "sending 52 of 52 triples" in told


def test_another_graph_is_replaced_only_when_that_is_said(service: Service) -> None:
    service.store.add(Quad(P, P, P))
    endpoint = Endpoint(service.address)
    with pytest.raises(UsageError, match="did not publish"):
        publishing.publish(graph("a"), "1", endpoint)
    assert list(service.store) == [Quad(P, P, P)]
    service.store.add(Quad(P, P, P, P))
    publishing.publish(graph("a"), "1", endpoint, replace=True)
    assert Quad(P, P, P) not in service.store
    assert Quad(P, P, P, P) in service.store, "graphs that are not ours are left alone"


@pytest.mark.parametrize("failing", range(9))
def test_a_store_that_fails_at_any_update_keeps_what_it_held(service: Service, failing: int) -> None:
    endpoint = Endpoint(service.address)
    before, after = graph("a"), graph("b", "c")
    publishing.publish(before, "1", endpoint)
    seen = 0

    def refuses(_: str) -> bool:
        nonlocal seen
        seen += 1
        return seen > failing

    service.refuses = refuses
    try:
        publishing.publish(after, "2", endpoint)
    except RemoteError as error:
        assert "The disk is full" in str(error)
        assert held(service.store) == held(before)
    else:
        assert held(service.store) == held(after)
    service.refuses = lambda _: False
    publishing.publish(after, "3", endpoint)
    assert held(service.store) == held(after)


def test_what_is_lost_on_the_way_is_noticed(service: Service) -> None:
    service.loses = lambda text: "INSERT DATA" in text and '"b"' in text
    with pytest.raises(RemoteError, match="The store holds 2 of the 4"):
        publishing.publish(graph("a", "b"), "1", Endpoint(service.address))
    assert held(service.store) == set()


def test_a_switch_that_is_said_and_not_made_is_noticed(service: Service) -> None:
    endpoint = Endpoint(service.address)
    publishing.publish(graph("a"), "1", endpoint)
    before = held(service.store)
    service.loses = lambda text: "MOVE GRAPH" in text
    with pytest.raises(RemoteError, match="has not"):
        publishing.publish(graph("b"), "2", endpoint)
    assert held(service.store) == before


def test_a_switch_that_cannot_be_seen_is_told_as_that(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint, asked = Endpoint(service.address), []

    def read(endpoint: Endpoint) -> object:
        asked.append(endpoint)
        if len(asked) > 1:
            raise RemoteError("The store answered 502.")
        return read_manifest(endpoint)

    monkeypatch.setattr(to_store, "read_manifest", read)
    with pytest.raises(RemoteError, match="was told to switch over, and whether it has cannot be seen: The store answered 502"):
        publishing.publish(graph("a"), "1", endpoint)
    assert len(asked) == 2 and NamedNode(publishing.MANIFEST) in service.store.named_graphs()


def test_an_update_that_is_led_elsewhere_is_none(service: Service) -> None:
    """What is led elsewhere by 302 is asked there without its body."""
    with closing(Service()) as other:
        other.gets, service.leads = (200, b"text/html", b"Welcome"), other.address
        with pytest.raises(RemoteError, match="leads to"):
            Endpoint(service.address, updates=f"{service.address}/elsewhere").update("CLEAR ALL")


def test_readers_see_the_old_graph_or_the_new_one(service: Service) -> None:
    see_whole_graphs(Endpoint(service.address), turns=8)


def test_what_a_broken_off_publication_left_is_removed_once_it_is_old(service: Service) -> None:
    now = int(time.time())
    for started in (now, now - 2 * 24 * 3600):
        service.store.add(Quad(P, P, P, NamedNode(f"{publishing.STAGING}{started}-abcd/0")))
    publishing.publish(graph("a"), "1", Endpoint(service.address))
    assert [name.value for name in service.store.named_graphs() if name.value.startswith(publishing.STAGING)] == [f"{publishing.STAGING}{now}-abcd/0"]


def test_failures_are_told_in_a_sentence(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="is no address"):
        Endpoint("localhost:3030")
    with pytest.raises(UsageError, match="no user and no password") as refused:
        Endpoint("http://me:secret@localhost:3030/ds")
    assert "secret" not in str(refused.value)
    with pytest.raises(UsageError, match="no password for me"):
        Endpoint(service.address, user="me")
    monkeypatch.setenv("WHENCE_PASSWORD", "secret")
    assert Endpoint(service.address, user="me").query("ASK {}") is True
    with pytest.raises(RemoteError, match="404"):
        Endpoint(service.address + "/other").query("ASK {}")
    with pytest.raises(QueryError, match="does not understand it"):
        Endpoint(service.address).query("SELECT")
    with pytest.raises(RemoteError, match="does not answer"):
        Endpoint(f"http://127.0.0.1:{free_port()}/ds").query("ASK {}")


@pytest.mark.parametrize("said", [b'{"head": {}, "boolean": true}', b'{"head": {"vars": ["x"]}, "results": {"bindings": [{}]}}', b"<html>", b"{"])
def test_a_server_that_answers_something_else_is_told(service: Service, said: bytes) -> None:
    service.says = said
    with pytest.raises(RemoteError, match="no answer of SPARQL"):
        publishing.publish(graph("a"), "1", Endpoint(service.address))


def test_what_should_be_short_is_not_read_without_end(service: Service) -> None:
    service.endless = True
    with pytest.raises(RemoteError, match="at greater length than anything that was asked for"):
        publishing.publish(graph("a"), "1", Endpoint(service.address))
    for ask in (publishing.open_served, publishing.endpoint_at):
        with pytest.raises(RemoteError, match="is neither a store of SPARQL nor a server of whence"):
            ask(service.address)


def answers(endpoint: Endpoint, store: Store, name: str, values: dict[str, str], files: layout.GraphFiles) -> None:
    from whence import catalog

    query = catalog.find(files, name).query
    here, there = sparql.run(store, query, values), endpoint.answer(query, values)
    assert [getattr(one, "value", one) for one in here.variables] == [getattr(one, "value", one) for one in there.variables]
    assert sorted(str(tuple(row)) for row in here) == sorted(str(tuple(row)) for row in there)


def test_queries_are_answered_there_as_here(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    files = layout.locate()
    store = validation.open(files)
    assert cli.main(["publish", "--to", service.address]) == 0
    assert "named graphs" in capsys.readouterr().out
    endpoint = Endpoint(service.address)
    for name, values in (("numbers", {}), ("influences-on-work", {}), ("roles-of-a-person", {"person": "id:yutaka-izubuchi"})):
        answers(endpoint, store, name, values, files)
    text = "SELECT ?c { ?c a wh:Influence ; wh:influencer ?x }"
    assert cli.main(["query", text, "--set", "x=id:blade-runner", "--format", "csv"]) == 0
    here = capsys.readouterr().out
    assert cli.main(["query", text, "--set", "x=id:blade-runner", "--format", "csv", "--endpoint", service.address]) == 0
    assert sorted(capsys.readouterr().out.split()) == sorted(here.split()) != []


KILLED = """
import sys
from stores import graph
from whence import publishing
from whence.endpoint import Endpoint
publishing.to_store._BATCH = 50
print("begun", flush=True)
publishing.publish(graph(*(f"new-{number}" for number in range(1500))), "2", Endpoint(sys.argv[1]))
"""


@pytest.mark.parametrize("updates", [0, 1, 2, 5, 20, 33])
def test_a_publication_that_is_killed_leaves_the_old_graph_or_the_new_one(service: Service, updates: int) -> None:
    before, after = graph("a"), graph(*(f"new-{number}" for number in range(1500)))
    publishing.publish(before, "1", Endpoint(service.address))
    process = subprocess.Popen([sys.executable, "-c", KILLED, service.address], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    seen = 0

    def kills(_: str) -> bool:
        nonlocal seen
        seen += 1
        if seen > updates:
            process.kill()
        return False

    service.refuses = kills
    with process:
        process.wait()
    assert process.returncode in (0, -signal.SIGKILL) and seen
    assert held(service.store) in (held(before), held(after))
    service.refuses = lambda _: False
    publishing.publish(after, "3", Endpoint(service.address))
    assert held(service.store) == held(after)
