"""Every face on a graph that is served: by a store that whence published into, and by whence itself."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import packed
import pytest
from own_graphs import THINGS, write
from pyoxigraph import DefaultGraph, Literal
from serving import ROOT, SMALL_GRAPH, Server, free_port
from stores import P, Service, graph, plain

import whence
from whence import cli, publishing
from whence.endpoint import Endpoint
from whence.errors import RemoteError
from whence.namespaces import WH
from whence.store import layout

FACES = (
    ("show", "Metallic Rouge"),
    ("show", "Blade Runner", "--limit", "2"),
    ("lineage", "Metallic Rouge", "--both", "--format", "json"),
    ("path", "Metallic Rouge", "Star Trek"),
    ("ask", "Who composed the music of Metallic Rouge?"),
    ("disagreements",),
    ("compare", "Metallic Rouge", "Blade Runner"),
    ("timeline", "Metallic Rouge", "--format", "json"),
)


def output(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert cli.main([*command]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("validated")
def test_every_face_tells_the_same_of_a_served_graph(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    output(capsys, "publish", "--to", service.address)
    for command in FACES:
        here = output(capsys, *command)
        assert output(capsys, *command, "--endpoint", service.address) == here, command
    asked = len(service.asked)
    output(capsys, "show", "Blade Runner", "--endpoint", service.address)
    assert len(service.asked) == asked + 1, "what was fetched once is not fetched again"


@pytest.mark.usefixtures("validated")
def test_a_server_is_served_by_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    with Server() as first, Server(bounds={"graph": None, "endpoint": f"http://127.0.0.1:{first.port}"}) as second:
        for path in ("/page/iron-garden", "/disagreements", "/ask?q=what+influenced+iron+garden", "/data/iron-garden.ttl", "/lineage/iron-garden"):
            assert second.get(path).text.replace(str(second.port), str(first.port)) == first.get(path).text, path
        refused = second.get("/explain?subject=id:iron-garden&property=wh:influencedBy&object=id:iron-garden")
        assert (refused.status, "copy of the graph at http://127.0.0.1" in refused.text) == (404, True)
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
    for refused in (there.validate, lambda: there.explain("Metallic Rouge", "wh:influencedBy", "Star Trek")):
        with pytest.raises(whence.UsageError, match="published graph"):
            refused()


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
