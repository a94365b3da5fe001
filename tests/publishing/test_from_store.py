"""A graph that is served, by a store that whence published into and by whence itself: how it is fetched, and what is said where it cannot be."""

from __future__ import annotations

import asyncio
import gc
import re
import weakref
from contextlib import closing
from pathlib import Path

import packed
import pytest
from own_graphs import THINGS, write
from pyoxigraph import DefaultGraph, Literal
from serving import ROOT, SMALL_GRAPH, Server, free_port
from stores import P, Service, graph, output, plain

import whence
from whence import cli, publishing
from whence.endpoint import Endpoint
from whence.errors import RemoteError
from whence.namespaces import WH
from whence.store import layout



@pytest.mark.usefixtures("validated")
def test_a_server_is_served_by_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    with Server() as first, Server(bounds={"graph": None, "endpoint": f"http://127.0.0.1:{first.port}"}) as second:
        for path in ("/page/iron-garden", "/disagreements", "/ask?q=what+influenced+iron+garden", "/data/iron-garden.ttl", "/lineage/iron-garden"):
            assert second.get(path).text.replace(str(second.port), str(first.port)) == first.get(path).text, path
        here, there = (one.get("/explain?subject=id:comet-song&property=wh:influencedBy&object=id:iron-garden", "text/html") for one in (first, second))
        assert (here.status, there.status) == (200, 200)
        assert "In the view any: yes" in there.text
        offered = second.get("/download", "text/html")
        assert (offered.status, "whence-derived.nq" in offered.text, "whence.nq" in offered.text) == (200, True, False)
        assert "from where this copy was fetched" in second.get("/validation", "text/html").text
        here = output(capsys, "--graph", str(SMALL_GRAPH), "show", "Iron Garden")
        assert output(capsys, "show", "Iron Garden", "--endpoint", f"http://127.0.0.1:{second.port}/") == here
        count = ("query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--format", "csv")
        assert output(capsys, *count, "--endpoint", f"http://127.0.0.1:{first.port}") == output(capsys, *count, "--graph", str(SMALL_GRAPH))


def test_a_graph_of_ones_own_keeps_its_names(service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_graph = tmp_path / "own"
    write(own_graph, "own", THINGS.partition("\ng:post")[0])
    (own_graph / "whence.toml").write_text('title = "Harbours"\nbase = "https://example.org/g/"\nprefix = "g"\n', encoding="utf-8")
    output(capsys, "--graph", str(own_graph), "publish", "--to", service.address)
    for command in (("show", "g:harbour"), ("show", "Harbour"), ("lineage", "Harbour")):
        here = output(capsys, "--graph", str(own_graph), *command)
        assert output(capsys, *command, "--endpoint", service.address) == here != ""
    files, _ = publishing.open_served(service.address)
    own = layout.locate(own_graph).settings
    assert (files.settings.title, files.settings.base, files.settings.prefix) == (own.title, own.base, own.prefix)


def test_what_was_no_server_holds_nothing_of_whoever_asks(service: Service) -> None:
    class Held:
        pass

    def asking() -> weakref.ref[Held]:
        held = Held()
        publishing.open_served(service.address)
        return weakref.ref(held)

    publishing.publish(graph("a"), "1", Endpoint(service.address))
    gc.disable()  # a store that is held until the next collection has files that come and go
    try:
        assert asking()() is None
    finally:
        gc.enable()


def test_a_new_version_is_fetched_and_half_of_one_is_refused(service: Service) -> None:
    first, second = graph("a"), graph("b", "c")
    for digest, one in (("1", first), ("2", second)):
        publishing.publish(one, digest, Endpoint(service.address))
        files, copy = publishing.open_served(service.address)
        assert plain(copy) == plain(one)
        assert files.settings.file == ""
    publishing.publish(first, "3", Endpoint(service.address))
    service.store.remove(next(service.store.quads_for_pattern(None, P, Literal("a"), DefaultGraph())))
    with pytest.raises(RemoteError, match="sent 3 of 4 triples"):
        publishing.open_served(service.address)


def test_a_copy_that_cannot_be_kept_is_answered_from_all_the_same(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.store.cache.folders", lambda: [str(tmp_path / "file" / "cache")])
    (tmp_path / "file").write_text("in the way")
    publishing.publish(graph("a"), "1", Endpoint(service.address))
    told: list[str] = []
    _, copy = publishing.open_served(service.address, tell=told.append)
    assert plain(copy) == plain(graph("a"))
    assert "fetches it again" in told[0]


def test_a_graph_that_is_replaced_while_it_is_fetched_is_fetched_again(service: Service) -> None:
    first, second = graph("a", "b"), graph("c")
    publishing.publish(first, "1", Endpoint(service.address))

    def replace(text: str) -> None:
        if "CONSTRUCT" in text:
            service.meets = lambda _: None
            publishing.publish(second, "2", Endpoint(service.address))

    service.meets = replace
    _, copy = publishing.open_served(service.address)
    assert plain(copy) == plain(second)


def test_what_does_not_fit_is_told_in_a_sentence(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    told = {
        ("show", "x", "--endpoint", service.address): "holds no graph that whence published",
        ("show", "x", "--endpoint", "localhost"): "is no address",
        ("show", "x", "--endpoint", f"http://127.0.0.1:{free_port()}"): "does not answer",
        ("show", "x", "--endpoint", service.address + "/other"): "is neither a store of SPARQL nor a server of whence",
        ("--graph", ".", "show", "x", "--endpoint", service.address): "exclude each other",
        ("show", "x", "--user", "me"): "--user is for --endpoint",
        ("show", "x", "--endpoint", service.address, "--user", "me"): "no password for me",
        ("serve", "--reload", "--endpoint", service.address): "--reload watches files",
    }
    for command, sentence in told.items():
        assert cli.main([*command]) in (2, 5)
        said = capsys.readouterr().err
        assert sentence in said
        assert said.count("\n") == 1


def test_a_password_is_not_sent_where_an_address_leads(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_PASSWORD", "secret")
    with closing(Service()) as other:
        service.leads = other.address
        with pytest.raises(RemoteError, match="holds no graph"):
            publishing.open_served(service.address, user="me")
        assert other.told == [None]
    assert service.told[0] == "Basic bWU6c2VjcmV0"


def test_packs_are_published_and_fetched_with_the_graph(service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_graph = packed.valid_graph(tmp_path / "g")
    packed.make(own_graph)
    query = ("query", "SELECT ?claim { GRAPH <https://w3id.org/whence/pack/tides> { ?claim a wh:Claim } } ORDER BY ?claim", "--format", "csv")
    here = output(capsys, *query, "--graph", str(own_graph), "--pack", "tides")
    output(capsys, "--graph", str(own_graph), "publish", "--to", service.address, "--pack", "tides")
    assert output(capsys, *query, "--endpoint", service.address).split() == here.split() != ["claim"]
    _, copy = publishing.open_served(service.address)
    assert [row[0].value for row in copy.query(query[1].replace("wh:Claim", f"<{WH}Claim>"))] == here.split()[1:]
    for command in (("show", "tides:harbour"), ("lineage", "tides:harbour")):
        here = output(capsys, *command, "--graph", str(own_graph), "--pack", "tides")
        assert output(capsys, *command, "--endpoint", service.address) == here
    output(capsys, "--graph", str(own_graph), "publish", "--to", service.address)
    assert output(capsys, *query, "--endpoint", service.address).split() == ["claim"]


@pytest.mark.usefixtures("validated")
def test_the_python_interface_opens_a_store(service: Service) -> None:
    here = whence.open(ROOT)
    publishing.publish(here.store, "1", Endpoint(service.address))
    there = whence.open(service.address)
    assert there.show("Metallic Rouge") == here.show("Metallic Rouge")
    assert there.ask("Who composed the music of Metallic Rouge?").state == "answered"
    named = {"work": "id:metallic-rouge"}
    assert list(there.query("influences-on-work", **named)) == list(here.query("influences-on-work", **named))
    with pytest.raises(whence.UsageError, match="published graph"):
        there.validate()
    told = [graph.explain("Metallic Rouge", "wh:influencedBy", "Star Trek", view="maker")[0] for graph in (here, there)]
    assert [one.proofs[0].claims for one in told] == [told[0].proofs[0].claims] * 2


def test_the_python_interface_opens_a_server_with_packs(tmp_path: Path) -> None:
    own_graph = packed.valid_graph(tmp_path / "g")
    packed.make(own_graph)
    with (own_graph / "whence.toml").open("a") as stream:
        stream.write('packs = ["tides"]\n')
    here = whence.open(own_graph)
    with Server(graph=own_graph) as server:
        there = whence.open(server.base)
        for name in ("tides:harbour", "g:harbour"):
            assert there.show(name) == here.show(name)
        assert plain(there.store) == plain(here.store)


def test_a_store_that_answers_any_address_is_no_server(service: Service) -> None:
    publishing.publish(graph("a"), "1", Endpoint(service.address))
    service.gets = (200, b"text/html", b"<html>")
    _, copy = publishing.open_served(service.address)
    assert plain(copy) == plain(graph("a"))
    for number in (b"Infinity", b"1e999", b'"many"'):
        service.gets = (200, b"application/json", b'{"served": "1", "graph": {"triples": {"": %s}, "settings": {}, "prefixes": {}}}' % number)
        assert plain(publishing.open_served(service.address)[1]) == plain(copy)


@pytest.mark.parametrize("command", [("show", "x"), ("query", "SELECT * { ?s ?p ?o }"), ("export", "--derived"), ("lineage", "x")])
def test_an_answer_without_end_is_read_no_further_than_may_be(service: Service, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    publishing.publish(graph("a"), "1", Endpoint(service.address))
    service.store.update(f"DELETE {{ GRAPH ?g {{ ?s <http://purl.org/dc/terms/extent> ?n }} }} INSERT {{ GRAPH ?g {{ ?s <http://purl.org/dc/terms/extent> {10**15} }} }} WHERE {{ GRAPH ?g {{ ?s <http://purl.org/dc/terms/extent> ?n }} }}")

    def never_end(text: str) -> None:
        service.endless = "published" not in text

    for filler in (b" " * 65_536, b"<https://example.org/s> <https://example.org/p> <https://example.org/o> .\n" * 1000, b"<" + b"x" * 65_536):
        service.filler, service.meets = filler, never_end
        memory = resident()
        assert cli.main([*command, "--endpoint", service.address, "--max-fetch", "32M"]) in (4, 5)
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "sends more than 33,554,432 bytes. Ask for less, or allow more with --max-fetch" in said or "none of RDF" in said or "no answer of SPARQL" in said
        assert resident() - memory < 300 << 20
    assert cli.main([*command, "--max-fetch", "32M"]) == 2
    assert "--max-fetch is for --endpoint" in capsys.readouterr().err


def test_processes_that_a_command_becomes_read_no_more_than_it_says(service: Service) -> None:
    publishing.publish(graph("a"), "1", Endpoint(service.address))
    pytest.importorskip("mcp", reason="the extra mcp is not installed")
    from mcp.server.mcpserver.exceptions import ToolError

    from whence.assistants import Tools

    tools = Tools(service.address, most=8 << 10)
    publishing.publish(graph(*(f"value-{number}" for number in range(200))), "2", Endpoint(service.address))
    with pytest.raises(ToolError, match="sends more than 8,192 bytes"):
        asyncio.run(tools.disagreements())
    with pytest.raises(RuntimeError, match="sends more than 8,192 bytes"):
        Server(bounds={"graph": None, "endpoint": service.address, "max_fetch": 8 << 10})


def resident() -> int:
    """Bytes of memory that this process has in use."""
    return int(re.findall(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[0]) * 1024
