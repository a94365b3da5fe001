"""Pages about how things stand to each other: forms, names that nothing has or several have, data by `Accept`, and the same document as the command's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from serving import ROOT, Server

from whence.web.pages.relations import RELATIONS

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
#: One question of each kind, with the words of its command.
ASKED = {
    "compare": ({"a": "Metallic Rouge", "b": "id:cowboy-bebop"}, ["Metallic Rouge", "id:cowboy-bebop"]),
    "disagreements": ({"thing": "rouge-redstar"}, ["rouge-redstar"]),
    "explain": ({"subject": "Metallic Rouge", "property": "wh:influencedBy", "object": "id:star-trek", "policy": "maker"}, ["Metallic Rouge", "wh:influencedBy", "id:star-trek", "--view", "maker"]),
    "lineage": ({"thing": "Metallic Rouge", "way": "up"}, ["Metallic Rouge"]),
    "path": ({"from": "Metallic Rouge", "to": "id:cowboy-bebop"}, ["Metallic Rouge", "id:cowboy-bebop"]),
    "sources": ({"thing": "Metallic Rouge"}, ["Metallic Rouge"]),
    "timeline": ({"thing": "Metallic Rouge"}, ["Metallic Rouge"]),
}
TRAP = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(graph=ROOT) as running:
        yield running


def address(name: str, **more: str) -> str:
    return f"/{name}?" + urlencode({**ASKED[name][0], **more})


def test_every_relation_is_asked_here() -> None:
    assert set(ASKED) == set(RELATIONS)


@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_data_is_what_the_command_writes(server: Server, whence: Any, name: str) -> None:
    done = whence(name, *ASKED[name][1], "--graph", str(ROOT), "--format", "json")
    answer = server.get(address(name), "application/json")
    assert (answer.status, answer.kind, answer.headers["vary"]) == (200, "application/json", "Accept, Accept-Encoding")
    assert answer.json() == json.loads(done.stdout)


@pytest.mark.parametrize("name", ASKED)
def test_data_comes_by_accept_and_by_a_word(server: Server, name: str) -> None:
    answers = [server.get(address(name), "application/json"), server.get(address(name)), server.get(address(name, format="json"), HTML)]
    assert [(answer.status, answer.kind) for answer in answers] == [(200, "application/json")] * 3
    assert answers[0].json() == answers[1].json() == answers[2].json()


@pytest.mark.parametrize("name", ASKED)
def test_a_page_names_the_claims_of_its_data(server: Server, name: str) -> None:
    answer = server.get(address(name), HTML)
    assert (answer.status, answer.kind) == (200, "text/html")
    data = server.get(address(name)).json()
    claims = set(re.findall(r"https://w3id\.org/whence/id/(claim-[a-z0-9-]+)", json.dumps(data["between"] if name == "compare" else data)))
    shown = set(re.findall(r'href="/page/(claim-[a-z0-9-]+)"', answer.text))
    assert claims and claims <= shown
    assert not re.search(r"<(script|style)(?![^>]* src)[^>]*>", answer.text)
    for part in re.findall(r'href="(\?[^"]*format=[^"]*)"', answer.text):
        assert server.get(f"/{name}{part.replace('&amp;', '&')}").status == 200


def test_a_field_shows_the_name_of_the_thing_that_an_address_names_by_its_slug(server: Server) -> None:
    text = server.get("/timeline?thing=metallic-rouge", HTML).text
    assert re.search(r'<input[^>]* value="Metallic Rouge"', text) and 'value="metallic-rouge"' not in text


def test_pictures_come_as_files(server: Server) -> None:
    for name in ("lineage", "path"):
        for format, begun in {"svg": "<svg", "mermaid": "flowchart", "dot": "digraph", "graphml": "<?xml", "gexf": "<?xml"}.items():
            assert server.get(address(name, format=format)).text.lstrip().startswith(begun), format
    assert server.get(address("lineage"), "image/svg+xml").kind == "image/svg+xml"
    page = server.get(address("lineage"), HTML).text
    assert "<svg" in page and "<style" not in page
    assert ".lineage" in server.get("/static/lineage.css").text


@pytest.mark.parametrize("name", sorted(set(ASKED) - {"explain"}))
def test_a_name_that_nothing_has_gets_what_is_called_nearly_so(server: Server, name: str) -> None:
    wrong = {field: "metalic rougges" for field in ASKED[name][0] if field != "way"}
    answer = server.get(f"/{name}?" + urlencode(wrong), HTML)
    assert answer.status == 404 and "etag" not in answer.headers
    assert "Nothing here is called “metalic rougges”" in answer.text
    mended = next(link for link in re.findall(r'href="(\?[^"]+)"', answer.text) if "metallic-rouge&" in link + "&" or link.endswith("metallic-rouge"))
    assert "id%3Ametallic-rouge" in mended
    told = server.get(f"/{name}?" + urlencode(wrong))
    assert told.status == 404 and "Did you mean Metallic Rouge (id:metallic-rouge)" in told.text


def test_a_name_that_several_have_is_answered_and_the_others_are_offered(server: Server) -> None:
    answer = server.get("/disagreements?thing=Rouge", HTML)
    assert answer.status == 200
    others = re.search(r"So called too: (.*?)</p>", answer.text, re.DOTALL)
    assert others and server.get("/disagreements" + re.findall(r'href="([^"]+)"', others[1])[0].replace("&amp;", "&"), HTML).status == 200


def test_two_things_side_by_side_and_a_thing_in_order_of_time(server: Server) -> None:
    text = server.get(address("compare"), HTML).text
    both = text.partition('id="both"')[2].partition('id="between"')[0]
    assert "People and studios" in both and "/page/toshihiro-kawamoto" in both
    assert re.search(r"stance-hedged.*Cowboy Bebop influenced Metallic Rouge \(character design\)", text.partition('id="between"')[2], re.DOTALL)
    dates = re.findall(r"<h3>([^<]+)</h3>", server.get(address("timeline"), HTML).text)
    assert dates.index("15 October 2023") < dates.index("January 2024") < dates.index("winter 2024") < dates.index("11 January 2024")


def test_a_proof_leads_to_passages_and_a_denial_is_told(server: Server) -> None:
    text = server.get(address("explain"), HTML).text
    assert "In the view maker: yes" in text
    assert "[Interview with Minami and Kawamoto at Anime Expo 2023], 1372–1491" in text and "queries/views/maker.rq" in text and "triples/attestations/document-002.ttl:" in text
    denied = server.get("/explain?" + urlencode({"subject": "Metallic Rouge", "property": "wh:influencedBy", "object": "Blade Runner", "policy": "maker"}), HTML).text
    assert "In the view maker: no" in denied and "denies that Blade Runner influenced Metallic Rouge (world-building)" in denied


def test_a_row_of_a_query_is_explained_or_the_fault_told(server: Server) -> None:
    answer = server.get("/explain?" + urlencode({"query": "lineage", "row": "1", "work": "id:metallic-rouge", "subject": "", "property": ""}))
    assert answer.status == 200 and answer.json()["row"]["query"] == "lineage"
    assert "Row 1 of" in server.get("/explain?query=lineage", HTML).text
    for wrong in ("query=lineage&row=999", "query=no-such-query", "subject=Metallic+Rouge&property=nonsense&object=x", "subject=metalic+rougges&property=director&object=x", "subject=Metallic+Rouge&property=director&object=Motonobu+Hori&policy=mine"):
        told, page = server.get(f"/explain?{wrong}"), server.get(f"/explain?{wrong}", HTML)
        assert told.status == page.status == 404, wrong
        assert 'role="alert"' in page.text and "Traceback" not in page.text


def test_a_form_alone_is_a_page_and_no_data(server: Server) -> None:
    for name in ("lineage", "path", "compare", "timeline", "explain"):
        assert server.get(f"/{name}", HTML).status == 200
        answer = server.get(f"/{name}")
        assert answer.status == 400 and "Give " in answer.text


@pytest.mark.parametrize(("path", "status", "told"), [
    ("/lineage?thing=metallic-rouge&depth=99", 400, "depth is a whole number from 1 to 6"), ("/lineage?thing=metallic-rouge&depth=%C2%B2", 400, "depth is a whole number"),
    ("/path?from=a&to=b&policy=mine", 400, "There is no policy 'mine'. There are maker, press, any."), ("/disagreements?format=svg", 406, "as json"),
    ("/lineage?thing=metallic-rouge&format=pdf", 406, "as json, svg"),
])  # fmt: skip
def test_what_is_wrong_in_an_address_is_told(server: Server, path: str, status: int, told: str) -> None:
    answer = server.get(path)
    assert (answer.status, told in answer.text) == (status, True), answer.text
    assert server.get(path, HTML).status == status


@pytest.mark.parametrize("typed", [TRAP, "x" * 5000, "\x00", " ", "<>", "https://w3id.org/whence/ontology#Claim", "https://example.org/{}", "ガンダム", "id:"])
def test_whatever_is_typed_is_escaped_and_no_fault_of_the_server(server: Server, typed: str) -> None:
    for name, (given, _) in ASKED.items():
        for accept in (HTML, "application/json"):
            answer = server.get(f"/{name}?" + urlencode({field: typed for field in given if field != "way"}), accept)
            assert answer.status in (200, 400, 404), (name, answer.status)
            assert "<script>alert" not in answer.text or answer.kind != "text/html"


def test_other_types_are_refused_and_the_page_of_a_thing_leads_here(server: Server) -> None:
    assert server.get(address("lineage"), "image/png").status == 406
    text = server.get("/page/metallic-rouge", HTML).text
    for name, field in (("lineage", "thing"), ("path", "from"), ("disagreements", "thing"), ("timeline", "thing"), ("compare", "a")):
        assert f'href="/{name}?{field}=metallic-rouge"' in text


@pytest.mark.parametrize("path", ["/page/metallic-rouge", "/page/vocab/genre/tokusatsu", "/page/claim-influence-star-trek-world-building", "/page/document-002", "/page/ontology/Hedged"])
def test_every_link_to_a_relation_is_answered(server: Server, path: str) -> None:
    links = re.findall(rf'href="(/(?:{"|".join(RELATIONS)})\?[^"]+)"', server.get(path, HTML).text)
    assert bool(links) == ("ontology" not in path)
    for link in links:
        assert server.get(link.replace("&amp;", "&"), HTML).status == 200, link


@pytest.mark.parametrize("name", sorted(RELATIONS))
@pytest.mark.parametrize("wrong", ["things=x", "%00=x", "%3Cscript%3E=x", "thing%20=x"])
@pytest.mark.parametrize("format", ["", "&format=json", "&_format=json"])
def test_a_parameter_that_there_is_not_is_told(server: Server, name: str, wrong: str, format: str) -> None:
    for accept in (HTML, "application/json"):
        answer = server.get(f"{address(name)}&{wrong}{format}", accept)
        assert answer.status == 400 and "There is no parameter " in answer.text and "<script>=x" not in answer.text and "'<script>'" not in answer.text.partition("<title>")[2]


@pytest.mark.parametrize(("path", "leads"), [
    ("/query/", "query"), ("/query//", "query"), ("/query/lineage/", "query/lineage"), ("/path/?from=a%26b&to=c", "path?from=a%26b&to=c"), ("/reconcile/", "reconcile"),
    ("/query/%0d%0aSet-Cookie:x/", "query/%0D%0ASet-Cookie%3Ax"),
])  # fmt: skip
def test_an_address_with_a_slash_too_many_leads_to_that_without(server: Server, path: str, leads: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        answer = server.request(method, path)
        assert (answer.status, answer.headers["location"], answer.body) == (308, server.base + leads, b"") and "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["//example.org/", "/%2f%2fexample.org/", "/\\example.org/", "/nothing/", "/id/", "//"])
def test_no_address_leads_elsewhere(server: Server, path: str) -> None:
    answer = server.get(path)
    assert answer.status == 404 and "location" not in answer.headers


def test_things_claims_and_rows_lead_to_their_proofs(server: Server) -> None:
    claim = re.findall(r'href="/page/(claim-influence-[a-z0-9-]+)"', server.get(address("lineage"), HTML).text)[0]
    for path, begun in (("/page/metallic-rouge", "/explain?subject="), (f"/page/{claim}", "/explain?subject="), ("/query/lineage?work=id:metallic-rouge", "/explain?query=lineage")):
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/explain\?[^"]+)"', server.get(path, HTML).text)]
        assert [link for link in links if link.startswith(begun)], path
        for link in links[:3]:
            proof = server.get(link, HTML)
            assert proof.status == 200 and 'role="alert"' not in proof.text, link
