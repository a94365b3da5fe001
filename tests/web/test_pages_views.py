"""Pages as functions, without a server: pictures, answers that are cut, errors, what is typed, and how an index travels."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store
from serving import ROOT
from whence import catalog, validation
from whence.store import layout
from whence.store.settings import Settings
from whence.things import Claim, Index, Value, disagreements
from whence.things.influence import Edge
from whence.web.graph import Graph
from whence.web.http.problems import Problem
from whence.web.pages import PAGES, Context, home, prepare, queries
from whence.web.pages.influence_picture import FEW, WIDTH, Influences, draw
from whence.web.pages.relations import RELATIONS
from whence.web.pages.rendering import _environment
from whence.web.pages.rendering import prepare as compile_templates

SMALL_GRAPH = ROOT / "tests" / "cases" / "graph"
INDEX = Index(Store())
TRAP = "\"><script>alert(1)</script>"


def served(directory: Path | None = None) -> Graph:
    """What a worker serves, as far as pages look at it."""
    files = layout.locate(directory)
    outcome = validation.check(files)
    assert outcome.store is not None
    return Graph("0" * 64, str(directory or ROOT), {}, 0, {}, None, catalog.load(files), store=outcome.store, since=0.0)


@pytest.fixture(scope="module")
def graph() -> Any:
    return served()


@pytest.fixture(scope="module")
def small() -> Any:
    return served(SMALL_GRAPH)


def made(graph: Any, page: str, path: str = "", **more: Any) -> tuple[str, Context]:
    context = Context(graph, base="http://localhost/", path=path, **more)
    return PAGES[page](context), context


@pytest.mark.parametrize("slug", ["comet-song", "hana-mori", "document-000", "claim-influence-comet-song-iron-garden", "attestation-000-influence-denied", "passage-000-60-90"])
def test_a_graph_that_says_little_has_pages_too(small: Any, slug: str) -> None:
    text, context = made(small, "thing", slug)
    assert context.status == 200 and "<h1" in text
    assert slug == "hana-mori" or "Comet Song" in text
    assert "Hana Mori" in text


def test_a_page_shows_a_dispute_between_a_maker_and_the_press(small: Any) -> None:
    text, _ = made(small, "thing", "claim-influence-comet-song-iron-garden")
    assert 'class="stance stance-disputed"' in text
    assert re.search(r"Hana Mori</a>\s+<a [^>]*>denies</a>", text)


def test_the_home_page_counts_what_the_graph_is_made_of(small: Any) -> None:
    figures = re.findall(r'class="figure">([^<]+)<', made(small, "home", "/")[0])
    assert figures == ["3", "3", "2"]


def test_the_home_page_has_what_is_of_the_graph_itself_before_what_it_includes(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index(graph.store)
    contested = disagreements.about(index, "https://w3id.org/whence/id/star-trek")
    monkeypatch.setattr(home.maps, "draw", lambda _: None)
    monkeypatch.setattr(home, "_contested", lambda *_: list(contested))
    plain = home.overview(index, graph.settings)
    heading, entries = plain.groups[0]
    document = plain.documents[-1][0]
    for own in (entries[-1][0], document, contested[-1].sides[0].iri):
        told = home.overview(index, Settings("Own", own, "own", include=("whence",)))
        first = dict(told.groups)[heading][0][0], told.documents[0][0], told.example[0].iri
        assert own in first and len(told.documents) == len(plain.documents)


def test_an_index_travels_without_its_store(graph: Any) -> None:
    ready = pickle.loads(pickle.dumps(prepare(graph.store)))
    assert not hasattr(ready, "store")
    other = replace(graph, index=ready)
    for path in ("metallic-rouge", "masahiko-minami", "document-002"):
        assert made(other, "thing", path)[0] == made(graph, "thing", path)[0]


def test_a_table_and_a_graph_are_cut_and_say_so(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(query: str) -> str:
        return made(graph, "/editor", "/editor", parameters={"query": query})[0].partition('id="results"')[2]

    every = answer("SELECT ?claim { ?claim a wh:Claim } ORDER BY ?claim")
    assert "The first 200 rows" in every and every.count("<tr>") == 201
    assert "200 rows" in answer("SELECT ?claim { ?claim a wh:Claim } ORDER BY ?claim LIMIT 200")
    assert "The first" not in answer("SELECT ?claim { ?claim a wh:Claim } ORDER BY ?claim LIMIT 200")
    monkeypatch.setattr(queries, "TRIPLES", 10)
    assert "The first 10 triples" in answer("CONSTRUCT { ?s a wh:Claim } { ?s a wh:Claim }")
    assert "The first" not in answer("CONSTRUCT { ?s a wh:Claim } { ?s a wh:Claim } LIMIT 10")
    long = answer("SELECT (CONCAT('a', REPLACE(STR(?n), '.', 'aaaaaaaaaaaaaaaaaaaa')) AS ?text) { BIND(REPLACE(STR('0123456789012345678901234567890123456789'), '.', '0123456789') AS ?n) }")
    assert len(long) < 3000 and "…" in long


@pytest.mark.parametrize(("query", "lasting"), [("SELECT (NOW() AS ?now) {}", False), ("ASK {}", True)])
def test_an_answer_that_may_change_is_not_kept(graph: Any, query: str, lasting: bool) -> None:
    assert made(graph, "/editor", "/editor", parameters={"query": query})[1].lasting is lasting


@pytest.mark.parametrize(("query", "told"), [
    ("SELECT ?x {", "Line 1"), ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE"),
    ("SELECT (<http://example.org/f>(1) AS ?x) {}", "http://example.org/f"),
])  # fmt: skip
def test_a_query_that_cannot_be_answered_is_told_why_and_kept(graph: Any, query: str, told: str) -> None:
    text, context = made(graph, "/editor", "/editor", parameters={"query": query})
    assert 400 <= context.status < 500
    assert told in text.partition('role="alert"')[2]
    assert query.partition("<")[0] in text.partition("<textarea")[2]


@pytest.mark.parametrize(("page", "more"), [
    ("/editor", {"parameters": {"query": "SELECT * { ?kept ?p ?o }"}}),
    ("query", {"name": "lineage", "parameters": {"work": "id:kept"}}),
])  # fmt: skip
def test_a_query_that_took_too_long_is_kept_beside_the_problem(graph: Any, page: str, more: dict[str, Any]) -> None:
    late = Problem(503, "The query takes more than 30 s.")
    text, context = made(graph, "problem", page, problem=late, failed=page, **more)
    assert context.status == 503
    assert "The query takes more than 30 s." in text and "kept" in text.replace("is kept", "")


def test_a_page_that_failed_in_any_other_way_is_a_page_of_the_error(graph: Any) -> None:
    text, context = made(graph, "problem", "/page/x", problem=Problem(503, "It takes more than 30 s."), failed="thing")
    assert (context.status, "<h1" in text, "It takes more than 30 s." in text) == (503, True, True)


def test_a_missing_thing_is_a_problem_and_its_page_offers_near_ones(graph: Any) -> None:
    for path in ("metalic-rouge", "vocab/none", "a b<c>"):
        with pytest.raises(Problem) as caught:
            made(graph, "thing", path)
        assert caught.value.status == 404
    text, _ = made(graph, "problem", "/page/metalic-rouge", problem=Problem(404, "There is none."), failed="thing")
    assert 'href="/page/metallic-rouge"' in text


def test_a_missing_query_is_a_problem_that_offers_one(graph: Any) -> None:
    with pytest.raises(Problem, match="Did you mean lineage"):
        made(graph, "query", "/query/linage", name="linage")


@pytest.mark.parametrize("page", ["search", "suggestions", "/editor", "sparql", "query", "thing", "/picture", *RELATIONS])
def test_what_is_typed_is_escaped(graph: Any, page: str) -> None:
    typed = dict.fromkeys(("q", "query", "work", "class", "said", "example", "from", "to", "a", "b"), TRAP)
    page = "/suggestions" if page == "suggestions" else page
    parameters = {**typed, "thing": "metallic-rouge"}
    if page in RELATIONS:  # which refuse what they do not know
        names = {field.name for field in RELATIONS[page].fields} - {"way", "depth", "policy", "length", "row"}
        parameters = dict.fromkeys(names, TRAP)
    text, _ = made(graph, page, "metallic-rouge", name="lineage", parameters=parameters)
    assert "<script>alert" not in text


def test_the_validation_tells_that_a_change_is_refused_and_quotes_nothing(graph: Any) -> None:
    assert "The graph is valid" in made(graph, "validation")[0]
    text, context = made(replace(graph, refused=True), "validation")
    assert "is not served" in text and "<pre" not in text
    assert context.lasting is False


def test_the_search_shows_the_form_that_fits_and_the_kind(graph: Any) -> None:
    text, _ = made(graph, "search", "/search", parameters={"q": "出渕"})
    assert 'type="search" value="出渕"' in text
    assert re.search(r'<a href="/page/yutaka-izubuchi">Yutaka Izubuchi</a> <span class="aside">person, also “出渕裕”', text)
    assert 'href="/page/naomi-ortmann"' in made(graph, "search", "/search", parameters={"q": "Ortman"})[0].partition("<ul")[2].partition("</li>")[0]


def edge(source: int, target: int, number: int) -> Edge:
    claim = Claim(f"claim-{number}", f"Claim {number}", "Influence", (), INDEX)
    return Edge(claim, *(Value(f"thing number {end}", f"thing-{end}") for end in (source, target)), "style")


ENDS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda ends: ends[0] != ends[1]), max_size=40)


@settings(deadline=None)
@given(ENDS)
def test_nothing_in_a_picture_overlaps_or_leaves_it(ends: list[tuple[int, int]]) -> None:
    edges = [edge(source, target, number) for number, (source, target) in enumerate(ends)]
    found = Influences("thing-0", "thing number 0", family={"thing-0", "thing-1"}, edges=edges)
    picture = draw(found)
    if picture is None:
        assert not edges
        return
    assert len(picture.curves) == min(len(edges), FEW)
    assert picture.left_out == max(0, len(edges) - FEW)
    assert all(0 <= node.x and node.x + WIDTH <= picture.width and 0 <= node.y and node.y + node.height <= picture.height for node in picture.nodes)
    columns = {node.column for node in picture.nodes}
    assert columns <= {-2, -1, 0, 1, 2}
    for column in columns:
        below = sorted((node for node in picture.nodes if node.column == column), key=lambda node: node.y)
        assert all(one.y + one.height <= other.y for one, other in pairwise(below))


def test_sources_stand_left_of_the_thing_and_effects_right() -> None:
    found = Influences("thing-0", "thing", family={"thing-0"}, edges=[edge(1, 0, 1), edge(0, 2, 2), edge(3, 1, 3)])
    picture = draw(found)
    assert picture is not None
    assert {node.iri: node.column for node in picture.nodes} == {"thing-0": 0, "thing-1": -1, "thing-2": 1, "thing-3": -2}


@settings(deadline=None)
@given(ENDS)
def test_the_flows_of_narrow_screens_hold_what_the_drawing_does(ends: list[tuple[int, int]]) -> None:
    edges = [edge(source, target, number) for number, (source, target) in enumerate(ends)]
    picture = draw(Influences("thing-0", "thing number 0", family={"thing-0", "thing-1"}, edges=edges))
    if picture is None:
        return
    told = [(source.iri, flow.target.iri, one) for flow in picture.flows for source, between in flow.sources for one in between]
    assert sorted(one.claim.iri for _, _, one in told) == sorted(curve.edge.claim.iri for curve in picture.curves)
    assert all((source, target) == (one.source.iri, one.target.iri) for source, target, one in told)
    assert [flow.target.column for flow in picture.flows] == sorted(flow.target.column for flow in picture.flows)
    assert len({flow.target.iri for flow in picture.flows}) == len(picture.flows)


def test_all_templates_are_compiled_before_they_are_asked_for() -> None:
    compile_templates()
    files = {file.name for file in (ROOT / "scripts" / "whence" / "web" / "pages" / "templates").iterdir()}
    assert _environment().cache is not None
    assert {name for _, name in _environment().cache} == files
