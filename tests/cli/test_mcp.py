"""`whence mcp`, asked by the client of the official SDK over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.server.mcpserver.exceptions import ToolError
from serving import Client as Requests
from serving import free_port

from whence.assistants import Tools
from whence.store import new_graph

ROOT = Path(__file__).resolve().parents[2]
SMALL_GRAPH = ROOT / "tests" / "cases" / "graph"

pytestmark = pytest.mark.usefixtures("validated")


def asked(talk: Callable[[Client], Awaitable[Any]], graph: Path = ROOT) -> Any:
    """Return what a conversation with a server of its own comes to."""
    environment = {"PYTHONPATH": str(ROOT / "scripts"), "WHENCE_CACHE": os.environ["WHENCE_CACHE"]}
    server = StdioServerParameters(command=sys.executable, args=["-m", "whence", "--graph", str(graph), "mcp"], env=environment)

    async def run() -> Any:
        async with Client(server, read_timeout_seconds=120) as client:
            return await talk(client)

    return asyncio.run(run())


async def text(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.content[0].text


async def refusal(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return result.content[0].text


def test_rows_are_data_whatever_they_say() -> None:
    words = "--limit 5 whence show --all"

    async def talk(client: Client) -> Any:
        return await text(client, "sparql", text=f'SELECT ("{words}" AS ?x) {{}}')

    assert words in asked(talk, SMALL_GRAPH)


def test_a_graph_from_elsewhere_has_no_packs() -> None:
    tools = Tools.__new__(Tools)
    tools._served, tools.files = ["--endpoint=http://localhost:1/"], None  # type: ignore[assignment]
    with pytest.raises(ToolError, match="has no packs here. Leave pack out"):
        asyncio.run(tools.show("Metallic Rouge", pack="madb"))


def test_arguments_that_do_not_fit_are_refused_in_sentences() -> None:
    async def talk(client: Client) -> Any:
        calls: list[tuple[str, dict[str, object]]] = [("show", {}), ("query", {"query": "x"}), ("show", {"thing": "x", "limit": "many"}), ("ask", {"question": "x", "words": 1})]
        return [await refusal(client, tool, **arguments) for tool, arguments in calls]

    missing, other, number, unknown = asked(talk, SMALL_GRAPH)
    assert missing == "show lacks thing. It takes thing, limit, pack."
    assert other == "query takes no 'query'. It takes name, parameters, view, pack."
    assert number.startswith("limit cannot be 'many': ") and "pydantic" not in number
    assert unknown == "ask takes no 'words'. It takes question, limit, pack."


def test_every_tool_is_there_reads_only_and_says_what_it_is_for() -> None:
    async def talk(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = asked(talk, SMALL_GRAPH)
    assert sorted(tool.name for tool in tools) == sorted(Tools.NAMES)
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)


def test_answers_come_with_their_passages() -> None:
    async def talk(client: Client) -> None:
        assert "https://w3id.org/whence/id/star-trek" in await text(client, "search", name="Star Trek")
        card = await text(client, "show", thing="Toshihiro Kawamoto")
        assert "“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku)" in card
        assert "1372-1491" in await text(client, "lineage", thing="Metallic Rouge", policy="maker")
        assert "Star Trek" in await text(client, "path", start="Metallic Rouge", end="Star Trek")
        assert "[Interview with Minami and Kawamoto at Anime Expo 2023]" in await text(client, "disagreements", thing="Metallic Rouge")
        assert "Iwasaki" in await text(client, "ask", question="who composed the music of Metallic Rouge?")
        assert "1372" in await text(client, "explain", subject="Metallic Rouge", property="wh:influencedBy", object="Star Trek")
        assert "Document" in await text(client, "compare", first="Metallic Rouge", second="Blade Runner")
        assert "2024" in await text(client, "timeline", thing="Metallic Rouge")

    asked(talk)


def test_what_a_command_says_of_its_options_is_said_of_the_tools() -> None:
    async def talk(client: Client) -> Any:
        told = [await text(client, "search", name="Iron Garden"), await text(client, "sparql", text="SELECT ?x { ?x wh:influencedBy ?y }"), await text(client, "sources", thing="Iron Garden", all=True)]
        told += [await text(client, "sparql", text="SELECT ?x { GRAPH <https://w3id.org/whence/pack/foo> { ?x ?y ?z } }")]
        return told + [await refusal(client, tool, **{"thing": "Iron Garden", name: 0}) for tool, name in (("show", "limit"), ("lineage", "depth"))]

    card, rows, sources, graph, limit, depth = told = asked(talk, SMALL_GRAPH)
    assert not [one for one in told if "--" in one or "whence.toml" in one or "whence: " in one]
    assert "iron-garden" in card and "Add view=any" in rows and "pack=all asks" in sources and "pack=foo takes it in" in graph
    assert (limit, depth[:71]) == ("limit cannot be 0: Input should be greater than or equal to 1. It takes thing, limit, pack.", "depth cannot be 0: Input should be greater than or equal to 1. It takes")


def test_queries_take_parameters_and_a_view() -> None:
    async def talk(client: Client) -> None:
        assert "influences-of-a-work" in await text(client, "queries", words="influences")
        rows = await text(client, "query", name="influences-of-a-work", parameters={"work": "id:comet-song"})
        assert "Iron Garden,Hana Mori,denied" in rows
        assert "influencedBy" in await text(client, "sparql", text="SELECT ?p { ?s ?p ?o FILTER(?p = wh:influencedBy) }", view="any")
        assert "wh:Influence" in await text(client, "sparql", text="CONSTRUCT WHERE { ?s a wh:Influence }")

    asked(talk, SMALL_GRAPH)


def test_errors_reach_the_caller() -> None:
    async def talk(client: Client) -> None:
        assert "Nothing here is called 'Qqqq'" in await refusal(client, "show", thing="Qqqq")
        assert "1:11: This { is never closed" in await refusal(client, "sparql", text="SELECT ?x {")
        assert "no-such-query" in await refusal(client, "query", name="no-such-query")
        assert "no name of a query" in await refusal(client, "query", name="/etc/passwd")
        assert "There is no view 'makr'" in await refusal(client, "sparql", text="ASK {}", view="makr")
        assert "The command does not take these values: " in await refusal(client, "show", thing="nul\0")
        assert "The command does not take these values: " in await refusal(client, "ask", question="x" * 300_000)
        for told in (await text(client, "search", name="q" * 100_000), await refusal(client, "query", name="q/" * 50_000)):
            assert "…'" in told
            assert len(told) < 300
        assert "Nothing here is called '--help'" in await refusal(client, "show", thing="--help")
        assert await text(client, "sparql", text="SELECT (1 AS ?still) {}")

    asked(talk, SMALL_GRAPH)


def test_a_query_without_end_is_ended_and_the_server_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.assistants._SECONDS", 1)

    async def run() -> None:
        tools = Tools(str(SMALL_GRAPH))
        with pytest.raises(Exception, match="time limit of 1 s"):
            await tools.sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
        assert "1" in await tools.sparql("SELECT (1 AS ?one) {}")

    asyncio.run(run())


def test_the_ontology_is_a_resource() -> None:
    async def talk(client: Client) -> Any:
        assert {str(one.uri) for one in (await client.list_resources()).resources} == {"whence://ontology", "whence://vocabularies"}
        return (await client.read_resource("whence://ontology")).contents[0].text

    assert "wh:Attestation" in asked(talk, SMALL_GRAPH)


def test_it_speaks_http_too() -> None:
    port = free_port()
    command = [sys.executable, "-m", "whence", "--graph", str(SMALL_GRAPH), "mcp", "--http", "--port", str(port)]
    with subprocess.Popen(command, env={"PYTHONPATH": str(ROOT / "scripts"), "WHENCE_CACHE": os.environ["WHENCE_CACHE"]}, stderr=subprocess.DEVNULL) as process:
        try:

            async def run() -> str:
                async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                    return await text(client, "show", thing="Iron Garden")

            def answers() -> bool:
                try:
                    return bool(Requests(port).get("/mcp").status)
                except OSError:
                    return False

            assert Requests.wait_for(answers)
            assert "id:iron-garden" in asyncio.run(run())
            hostile = Requests(port).request("POST", "/mcp", b"{}", {"Host": "evil.example", "Content-Type": "application/json"})
            assert hostile.status in (403, 421)
        finally:
            process.terminate()


@pytest.mark.parametrize("address", ["999.1.1.1", "x" * 300, "192.0.2.1"])  # the last one is nobody's (RFC 5737)
def test_an_address_that_cannot_be_used_is_told(address: str, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    answer = whence("mcp", "--http", "--graph", SMALL_GRAPH, "--host", address)
    assert answer.returncode == 5
    assert re.fullmatch(r"whence: The address .+ cannot be used\. Choose another --port or --host\.\n", answer.stderr)


def test_the_tools_of_a_graph_of_ones_own_are_explained_by_it(tmp_path: Path) -> None:
    async def talk(client: Client) -> Any:
        told = " ".join([client.instructions or "", *(tool.description for tool in (await client.list_tools()).tools)])
        return client.server_info.title, told

    new_graph.start(str(tmp_path / "g"), "Mine", "https://example.org/g/", "g", [])
    title, told = asked(talk, tmp_path / "g")
    assert title == "Mine" and "prefixes wh:, g:, role:" in told and "etallic" not in told
