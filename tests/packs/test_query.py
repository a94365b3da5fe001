"""`whence query` over packs: the default graph is the curated one's until a pack is named."""

from __future__ import annotations

from pathlib import Path

import packed
import pytest

CLAIMS = "SELECT ?claim { ?claim a wh:Claim } ORDER BY ?claim"
OWN, ITS = "<https://example.org/g/claim-influence-otaru>", ["<https://w3id.org/whence/pack/tides/claim-director>", "<https://w3id.org/whence/pack/tides/claim-source>"]


@pytest.fixture
def graph(own_graph: Path) -> Path:
    packed.make(own_graph)
    packed.make(own_graph, "shoals", packed.DATA.replace("wh:agent p:mori ;", ""))
    with (own_graph / "whence.toml").open("a") as stream:
        stream.write('packs = ["tides"]\n')
    return own_graph


def test_what_a_query_sees_of_packs(graph: Path, whence) -> None:  # type: ignore[no-untyped-def]
    def found(query: str, *options: str) -> list[str]:
        answer = whence("query", query, "--format", "tsv", *options, "--graph", graph)
        assert (answer.returncode, answer.stderr) == (0, "")
        return answer.stdout.splitlines()[1:]

    assert found(CLAIMS) == [OWN]
    assert found(CLAIMS, "--pack", "tides") == [OWN, *ITS]
    assert found("SELECT ?claim FROM <https://w3id.org/whence/pack/tides> { ?claim a wh:Claim } ORDER BY ?claim") == ITS
    assert found("SELECT ?claim { GRAPH <https://w3id.org/whence/pack/tides> { ?claim a wh:Claim } } ORDER BY ?claim") == ITS
    assert found("PREFIX pack: <https://w3id.org/whence/pack/> SELECT ?claim FROM pack:tides { ?claim a wh:Claim } ORDER BY ?claim") == ITS
    assert found("SELECT ?claim { GRAPH ?pack { ?claim a wh:Claim } } ORDER BY ?claim") == ITS
    assert found("SELECT ?of { ?of wh:influencedBy ?by } ORDER BY ?of", "--view", "any") == ["<https://example.org/g/harbour>"]
    assert found("SELECT ?of { ?of wh:influencedBy ?by } ORDER BY ?of", "--view", "any", "--pack", "tides") == ["<https://example.org/g/harbour>", "<https://w3id.org/whence/pack/tides/harbour>"]
    assert found("ASK { tides:harbour a wh:Film }".replace("ASK", "SELECT (1 AS ?n)"), "--pack", "tides") == ["1"]


def test_a_pack_that_a_query_names_is_there_whatever_the_settings_say(own_graph: Path, whence) -> None:  # type: ignore[no-untyped-def]
    packed.make(own_graph)
    query = "SELECT ?claim { GRAPH %s { ?claim a wh:Claim } } ORDER BY ?claim"
    for graph, found in (("<https://w3id.org/whence/pack/tides>", ITS), ("?any", [])):
        assert whence("query", query % graph, "--format", "tsv", "--graph", own_graph).stdout.splitlines()[1:] == found


def test_names_of_graphs_are_known_and_unknown_ones_are_told(graph: Path, whence) -> None:  # type: ignore[no-untyped-def]
    def told(query: str, *options: str) -> str:
        return whence("query", query, "--graph", graph, *options).stderr

    every = "SELECT * FROM <https://w3id.org/whence/graph/curated> FROM <https://w3id.org/whence/pack/tides> { ?work a wh:Game }"
    assert told(every) == "whence: Nothing is a wh:Game.\n"
    assert told("SELECT * { ?work a wh:Novel }", "--pack", "tides") == ""
    assert told("SELECT * { ?claim wh:agent ?agent }", "--pack", "tides") == ""
    within = "SELECT * { ?claim wh:agent ?agent FILTER NOT EXISTS { GRAPH <https://w3id.org/whence/pack/tides> { ?claim a wh:Game } } }"
    assert told(within) == "whence: wh:agent stands in packs alone (tides). Add --pack tides, or ask GRAPH <https://w3id.org/whence/pack/tides> { ... }.\n"
    assert "There is no graph <https://w3id.org/whence/pack/tide>. Did you mean" in told("SELECT * { GRAPH <https://w3id.org/whence/pack/tide> { ?s ?p ?o } }")


def test_a_pack_that_fails_is_told_of_and_refused_where_it_is_named(graph: Path, whence) -> None:  # type: ignore[no-untyped-def]
    answer = whence("query", CLAIMS, "--pack", "all", "--format", "tsv", "--graph", graph)
    assert answer.returncode == 0 and len(answer.stdout.splitlines()) == 4
    assert "whence: The pack shoals is set aside: it has " in answer.stderr
    answer = whence("query", CLAIMS, "--pack", "shoals", "--graph", graph)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "Nothing is answered from the pack shoals: it has one violation." in answer.stderr and "wh:agent" in answer.stderr
    answer = whence("query", CLAIMS, "--pack", "tide", "--graph", graph)
    assert (answer.returncode, answer.stdout, answer.stderr) == (2, "", "whence: There is no pack 'tide'. Did you mean tides? There are shoals, tides.\n")
