"""What the endpoint tells beside an answer: the hints of the command line, in a header that clients ignore."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, urlencode

import pytest
from browsing import chromium, opened
from serving import ROOT, Answer, Server

from whence import catalog, hints, sparql, validation
from whence.store import layout

#: Queries that a hint belongs to, with a word of it.
HINTED = {
    'SELECT ?x { ?x skos:prefLabel "Metallic Rouge" }': '"Metallic Rouge"@en',
    "SELECT ?x { ?x a wh:Influense }": "wh:Influence",
    "ASK { id:metallic-rogue ?p ?o }": "id:metallic-rouge",
    "SELECT ?x { id:metallic-rouge wh:influencedBy ?x }": "views alone",
    "CONSTRUCT { ?x a wh:Thing } WHERE { ?x wh:influencr ?y }": "wh:influencer",
    'SELECT ?x { ?x skos:prefLabel "出渕裕（監督）" }': "",
    "SELECT ?title { ?x a wh:Film }": "?title",
}
HINTED |= {
    "ASK FROM view:makr { ?a ?b ?c }": "There is no graph view:makr. Did you mean view:maker?",
    "SELECT * { GRAPH <https://w3id.org/whence/view/pres> { ?a ?b ?c } }": "There is no graph view:pres. Did you mean view:press?",
}
PLAIN = ["SELECT ?film { ?film a wh:Film }", "ASK { id:metallic-rouge a wh:Series }", "SELECT ?c { ?c wh:property wh:heldAt }", "DESCRIBE id:metallic-rouge"]


#: Queries of the catalogue whose other defaults leave rows out, with the values given.
GAPS = {"cast-of-a-version": {"work": "id:metallic-rouge"}, "size-of-a-cast": {"document": "id:document-000", "work": "id:metallic-rouge"}}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(graph=ROOT) as running:
        yield running


def told(answer: Answer) -> list[str]:
    """The hints of an answer, read as RFC 9651 has it."""
    header = answer.headers.get("whence-hint", "")
    assert re.fullmatch(r'(%"([ !#$&-~]|%[0-9a-f]{2})*"(, )?)*', header), header
    return [unquote(one) for one in re.findall(r'%"([^"]*)"', header)]


@pytest.mark.parametrize("query", HINTED)
def test_an_answer_has_the_hints_of_the_command_line(server: Server, query: str) -> None:
    outcome = validation.check(layout.locate(ROOT))
    assert outcome.store is not None
    expected = hints.about(outcome.store, sparql.parse(query), empty=lambda: True)
    for _ in range(2):  # the second one may come from the cache
        answer = server.query(query, accept="*/*")
        assert answer.status == 200 and told(answer) == expected
        assert HINTED[query] in " ".join(expected)
    assert server.request("HEAD", f"/sparql?query={quote(query)}").headers.get("whence-hint") == answer.headers.get("whence-hint")


@pytest.mark.parametrize("query", PLAIN)
def test_a_query_without_a_mistake_has_none(server: Server, query: str) -> None:
    assert "whence-hint" not in server.query(query, accept="*/*").headers


def test_scripts_of_other_sites_may_read_them(server: Server) -> None:
    exposed = server.query(next(iter(HINTED))).headers["access-control-expose-headers"]
    assert "Whence-Hint" in exposed.split(", ")


def test_there_are_a_few_of_them_whatever_the_query_holds(server: Server) -> None:
    names = " ".join(f"id:{'no' * 200}{number}" for number in range(40))
    answer = server.query(f"SELECT ?x {{ VALUES ?x {{ {names} }} }}")
    assert answer.status == 200 and 0 < len(told(answer)) <= 6 and len(answer.headers["whence-hint"]) < 8000


def test_a_view_that_is_asked_for_is_no_mistake(server: Server) -> None:
    query = "SELECT ?x { id:metallic-rouge wh:influencedBy ?x }"
    answer = server.query(query, **{"default-graph-uri": "https://w3id.org/whence/view/any"})
    assert answer.json()["results"]["bindings"] and not told(answer)


def test_a_named_query_tells_of_a_thing_that_is_not_there(server: Server) -> None:
    answer = server.get("/query/lineage?work=id:metallic-rogue", "application/sparql-results+json")
    assert answer.status == 200 and "id:metallic-rouge" in " ".join(told(answer))
    elsewhere = server.get(f"/query/lineage?work={quote('https://a.example/x', safe='')}", "application/sparql-results+json")
    assert elsewhere.status == 200 and "<https://a.example/x>" in told(elsewhere)[0]


def test_a_named_query_tells_what_its_answer_leaves_out(server: Server) -> None:
    empty = "/query/credits-of-a-person?agent=id:nectar"
    assert any('no "no"' in one for one in told(server.get(empty, "text/csv")))
    assert 'no &#34;no&#34;' in server.get(empty, "text/html").text
    outcome = validation.check(layout.locate(ROOT))
    assert outcome.store is not None
    for name, values in GAPS.items():
        query = catalog.find(layout.locate(ROOT), name).query
        rows = [tuple(row) for row in sparql.run(outcome.store, query, values)]
        expected = hints.left_out(outcome.store, query, values, rows)
        assert expected and told(server.get(f"/query/{name}?{urlencode(values)}", "text/csv")) == expected
        assert expected[0] in server.get(f"/query/{name}?{urlencode(values)}", "text/html").text


@pytest.mark.parametrize("scripts", [True, False])
def test_the_editor_shows_them_above_the_results(server: Server, scripts: bool) -> None:
    query = next(iter(HINTED))
    with chromium() as browser, opened(browser, server, f"/editor?query={quote(query)}", java_script_enabled=scripts) as page:
        note = page.get_by_role("list", name="Hints")
        note.get_by_text('Write "Metallic Rouge"@en').wait_for()
        page.locator("[aria-label=Hints]:above(:text('0 rows'))").wait_for()


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_of_the_address_that_there_is_not_is_told(server: Server, name: str) -> None:
    query = quote("ASK { GRAPH ?g { ?a ?b ?c } }")
    assert told(server.request("GET", f"/sparql?query={query}&{name}={quote('https://w3id.org/whence/view/makr')}")) == ["There is no graph view:makr. Did you mean view:maker?"]
    (foreign,) = told(server.request("GET", f"/sparql?query={query}&{name}={quote('https://nowhere.example/g')}"))
    assert foreign.startswith("There is no graph <https://nowhere.example/g>. There are ") and "view:maker" in foreign
    assert not told(server.request("GET", f"/sparql?query={query}&{name}={quote('https://w3id.org/whence/view/maker')}"))
