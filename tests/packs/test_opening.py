"""Packs beside a graph: found, judged each on its own, and opened together with the graph."""

from __future__ import annotations

from pathlib import Path

import packed
import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad

from whence import packs, sparql, validation
from whence.errors import InputError, UsageError
from whence.namespaces import expansions, shorten
from whence.store import layout, snapshot

GRAPH = NamedNode("https://w3id.org/whence/pack/tides")
HARBOUR = "https://w3id.org/whence/pack/tides/harbour"
CLAIMS = "SELECT ?claim { ?claim a wh:Claim } ORDER BY ?claim"


def claims(opened: packs.Opened, *, chosen: bool, query: str = CLAIMS) -> list[str]:
    answer = sparql.run(opened.store, query, {}, **packs.dataset(opened.store, opened.packs if chosen else ()))
    return [shorten(row["claim"].value) for row in answer]


def test_a_graph_without_packs_is_opened_as_it_is(own_graph: Path) -> None:
    files = layout.locate(own_graph)
    opened = packs.open(files)
    assert (opened.packs, opened.set_aside, opened.digest) == ((), {}, files.digest())
    assert len(opened.store) == len(validation.open(files))


def test_packs_are_no_data_of_the_graph_and_leave_its_digest_alone(own_graph: Path) -> None:
    before = layout.locate(own_graph)
    packed.make(own_graph)
    files = layout.locate(own_graph)
    assert files.data == before.data
    assert files.digest() == before.digest()
    assert list(files.packs) == ["tides"]


def test_a_pack_is_a_named_graph_beside_the_default_graph_which_stays_the_curated_one(own_graph: Path) -> None:
    packed.make(own_graph)
    files = layout.locate(own_graph)
    opened = packs.open(files, ["tides"])
    assert [pack.name for pack in opened.packs] == ["tides"]
    assert claims(opened, chosen=False) == ["g:claim-influence-otaru"]
    assert claims(opened, chosen=True) == ["g:claim-influence-otaru", "tides:claim-director", "tides:claim-source"]
    assert claims(opened, chosen=False, query="SELECT ?claim { GRAPH <https://w3id.org/whence/pack/tides> { ?claim a wh:Contribution } }") == ["tides:claim-director"]


def test_the_graph_of_a_pack_is_its_own_validated_graph_without_what_the_curated_one_has(own_graph: Path) -> None:
    packed.make(own_graph)
    files = layout.locate(own_graph)
    opened = packs.open(files, ["tides"])
    curated, own = validation.open(files), opened.packs[0].open()
    asserted = set(own.quads_for_pattern(None, None, None, DefaultGraph()))
    kept = {Quad(*quad.triple) for quad in opened.store.quads_for_pattern(None, None, None, GRAPH) if quad.subject != GRAPH}
    blank = {quad for quad in asserted - kept if "_:" in str(quad)}
    assert kept <= asserted
    assert asserted - kept - blank == {quad for quad in asserted if quad in curated} - blank
    assert not any(quad in curated for quad in kept)
    assert len({quad for quad in kept if HARBOUR in str(quad)}) > 5
    view = {Quad(*quad.triple) for quad in own.quads_for_pattern(None, None, None, NamedNode("https://w3id.org/whence/view/any"))}
    assert view
    assert view == {Quad(*quad.triple) for quad in opened.store.quads_for_pattern(None, None, None, opened.packs[0].view("any"))}
    assert set(opened.store.quads_for_pattern(None, None, None, DefaultGraph())) >= {quad for quad in curated.quads_for_pattern(None, None, None, DefaultGraph()) if "_:" not in str(quad)}


def test_a_merge_of_graph_packs_and_views_has_each_triple_once(own_graph: Path) -> None:
    packed.make(own_graph)
    packed.make(own_graph, "shoals")
    opened = packs.open(layout.locate(own_graph), ["all"])
    assert [pack.name for pack in opened.packs] == ["shoals", "tides"]
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    distinct = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
    seen = packs.dataset(opened.store, opened.packs, "any")
    numbers = [next(iter(sparql.run(opened.store, query, {}, **seen)))["n"].value for query in (count, distinct)]
    assert numbers[0] == numbers[1]


def test_the_store_is_made_once_and_anew_when_a_pack_changes(own_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = packed.make(own_graph)
    first = packs.open(layout.locate(own_graph), ["tides"])
    assert snapshot.open_snapshot(first.digest)
    with monkeypatch.context() as once:
        once.setattr(snapshot, "publish", None)
        assert packs.open(layout.locate(own_graph), ["tides"]).digest == first.digest
    data = folder / "data" / "all.ttl"
    data.write_text(data.read_text().replace("Tide Tables", "Tables of the Tides"))
    changed = packs.open(layout.locate(own_graph), ["tides"])
    assert changed.digest != first.digest
    assert "Tables of the Tides" in str(list(changed.store.quads_for_pattern(None, None, None, GRAPH)))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "_build", full)
    data.write_text(data.read_text().replace("Tables of the Tides", "Tides"))
    told: list[str] = []
    kept = packs.open(layout.locate(own_graph), ["tides"], tell=told.append)
    assert snapshot.open_snapshot(kept.digest) is None
    assert len(claims(kept, chosen=True)) == 3
    assert any("could not be remembered (No space left on device)" in sentence for sentence in told)


def test_a_pack_that_fails_is_set_aside_with_a_sentence_and_the_rest_is_answered_from(own_graph: Path) -> None:
    packed.make(own_graph)
    packed.make(own_graph, "shoals", packed.DATA.replace("wh:agent p:mori ;", "wh:agent p:nobody ;"))
    (packed.make(own_graph, "reefs") / "pack.toml").write_text("name = reefs")
    (packed.make(own_graph, "sands") / "data" / "all.ttl").unlink()
    told: list[str] = []
    opened = packs.open(layout.locate(own_graph), ["all"], tell=told.append)
    assert [pack.name for pack in opened.packs] == ["tides"]
    assert told == list(opened.set_aside.values())
    assert opened.set_aside["shoals"].startswith("The pack shoals is set aside: it has ")
    assert "This is no TOML" in opened.set_aside["reefs"] and "pack.toml:1" in opened.set_aside["reefs"]
    assert set(opened.set_aside) == {"shoals", "reefs", "sands"}
    assert len(claims(opened, chosen=True)) == 3
    with pytest.raises(validation.Refusal, match="Nothing is answered from the pack shoals: it has "):
        packs.open(layout.locate(own_graph), ["shoals"])
    with pytest.raises(InputError, match="The pack has no data"):
        packs.open(layout.locate(own_graph), ["sands", "tides"])


def test_what_the_source_of_a_pack_is_stands_in_its_graph(own_graph: Path) -> None:
    packed.make(own_graph)
    opened = packs.open(layout.locate(own_graph), ["tides"])
    query = "SELECT ?title ?licence ?notice { GRAPH ?pack { ?pack dcterms:title ?title ; dcterms:license ?licence ; dcterms:rights ?notice } }"
    assert [tuple(term.value for term in row) for row in sparql.run(opened.store, query)] == [("The Catalogue of tides", "https://creativecommons.org/publicdomain/zero/1.0/", "Source: tides")]


def test_a_pack_holds_a_passage_for_each_position_and_leaves_its_nodes_to_readers(own_graph: Path) -> None:
    packed.make(own_graph)
    opened = packs.open(layout.locate(own_graph), ["tides"])
    count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { %s } }"
    numbers = [sparql.run(opened.store, count % pattern) for pattern in ("?position wh:passage ?passage", "?passage a oa:SpecificResource", "?selector oa:start ?start")]
    assert [next(iter(number))["n"].value for number in numbers] == ["2", "0", "0"]
    made = [quad for quad in opened.packs[0].derived(opened.store) if quad.predicate.value.startswith("http://www.w3.org/ns/oa#")]
    assert len(made) == 2 * 4


@pytest.mark.parametrize(("head", "found"), [
    ("", ["g:claim-influence-otaru"]),
    (f"FROM {GRAPH}", ["tides:claim-director", "tides:claim-source"]),
    (f"FROM <https://w3id.org/whence/graph/curated> FROM {GRAPH}", ["g:claim-influence-otaru", "tides:claim-director", "tides:claim-source"]),
    ("FROM <https://w3id.org/whence/graph/curated>", ["g:claim-influence-otaru"]),
])  # fmt: skip
def test_from_says_of_which_graphs_the_default_graph_is_made(own_graph: Path, head: str, found: list[str]) -> None:
    packed.make(own_graph)
    opened = packs.open(layout.locate(own_graph), ["tides"])
    assert [shorten(row["claim"].value) for row in sparql.run(opened.store, f"SELECT ?claim {head} {{ ?claim a wh:Claim }} ORDER BY ?claim")] == found


def test_which_packs_are_asked_where_nobody_says_so_stands_in_the_settings(own_graph: Path) -> None:
    packed.make(own_graph)
    packed.make(own_graph, "shoals")
    settings = own_graph / "whence.toml"
    before = settings.read_text()
    assert packs.open(layout.locate(own_graph)).packs == ()
    settings.write_text(before + 'packs = ["shoals"]\n')
    assert [pack.name for pack in packs.open(layout.locate(own_graph)).packs] == ["shoals"]
    settings.write_text(before + 'packs = ["all"]\n')
    assert [pack.name for pack in packs.open(layout.locate(own_graph)).packs] == ["shoals", "tides"]
    settings.write_text(before + 'packs = ["shoal"]\n')
    told: list[str] = []
    opened = packs.open(layout.locate(own_graph), tell=told.append)
    assert opened.packs == () and "whence.toml:4: There is no pack 'shoal'. Did you mean shoals?" in opened.set_aside["shoal"] and told == [opened.set_aside["shoal"]]
    settings.write_text(before + 'packs = "shoals"\n')
    with pytest.raises(InputError, match="The packs is not a list of names of packs"):
        layout.locate(own_graph)


def test_an_unknown_pack_is_refused_with_what_there_is(own_graph: Path) -> None:
    with pytest.raises(UsageError, match="There is no pack 'madb'. whence pack add makes one"):
        packs.open(layout.locate(own_graph), ["madb"])
    packed.make(own_graph)
    with pytest.raises(UsageError, match="Did you mean tides"):
        packs.open(layout.locate(own_graph), ["tide"])


def test_the_packs_of_an_included_graph_are_there_and_those_of_its_own_come_first(own_graph: Path, tmp_path: Path) -> None:
    packed.make(own_graph)
    packed.make(own_graph, "shoals")
    outer = tmp_path / "outer"
    (outer / "triples").mkdir(parents=True)
    (outer / "whence.toml").write_text(f'title = "O"\nbase = "https://example.org/o/"\nprefix = "o"\ninclude = ["{own_graph}"]\n')
    own = packed.make(outer, "shoals")
    files = layout.locate(outer)
    assert files.packs == {"shoals": str(own), "tides": str(own_graph / "triples" / "packs" / "tides")}
    opened = packs.open(files, ["all"])
    assert len(claims(opened, chosen=True)) == 5


def test_prefixes_of_packs_are_read_and_written_after_those_of_the_graph(own_graph: Path) -> None:
    packed.make(own_graph)
    files = layout.locate(own_graph)
    packs.open(files, ["tides"])
    assert shorten(HARBOUR) == "tides:harbour"
    assert expansions("tides") == ["https://w3id.org/whence/pack/tides/"]
    from whence.namespaces import bases

    assert bases()[0] == "https://example.org/g/"
    packs.open(layout.locate(own_graph), ["tides"])  # from what was kept
    assert bases()[0] == "https://example.org/g/"


def test_a_pack_may_not_take_the_prefix_of_the_graph(own_graph: Path) -> None:
    packed.make(own_graph, "g")
    opened = packs.open(layout.locate(own_graph), ["all"])
    assert "The prefix is that of the graph already" in opened.set_aside["g"]
    assert len(list(opened.store.quads_for_pattern(None, None, None, GRAPH))) == 0


def test_what_two_packs_say_alike_of_the_things_of_others_stands_once(own_graph: Path) -> None:
    more = packed.DATA + "\n<https://example.org/elsewhere> a wh:Person ; skos:prefLabel \"Elsewhere\"@en .\n"
    packed.make(own_graph, data=more)
    packed.make(own_graph, "shoals", more)
    opened = packs.open(layout.locate(own_graph), ["all"])
    assert not opened.set_aside
    found = list(opened.store.quads_for_pattern(NamedNode("https://example.org/elsewhere"), NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"), None))
    assert [quad.graph_name.value.rpartition("/")[2] for quad in found] == ["shoals"]


def test_an_empty_graph_tells_of_its_packs_unless_they_are_asked(own_graph: Path) -> None:
    packed.make(own_graph)
    for file in (own_graph / "triples").glob("*.ttl"):
        file.unlink()
    told: list[str] = []
    packs.open(layout.locate(own_graph), tell=told.append)
    assert len(told) == 1 and "The packs beside it are not asked (tides)" in told[0]
    packs.open(layout.locate(own_graph), ["tides"], tell=told.append)
    assert len(told) == 1
