"""The Reconciliation Service API 0.2, by JSON schemas of its sections written for these tests, over the graph itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jsonschema
import packed
import pytest
from serving import ROOT, Answer, Server

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = {"type": "string", "minLength": 1}


def record(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """A schema of an object with these members and no others."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required), "additionalProperties": False}


TYPE = record({"id": TEXT, "name": TEXT}, description=TEXT, broader={"type": "array", "items": record({"id": TEXT, "name": TEXT})})
TEMPLATE = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
SERVICE = record({"service_url": TEXT, "service_path": TEXT}, flyout_service_url=TEXT, flyout_service_path={"type": "string", "pattern": r"\$\{id\}"})
#: Section 4.1, with 6.1, 7.1 and 8.1.
MANIFEST = record(
    {"versions": {"type": "array", "contains": {"const": "0.2"}}, "name": TEXT, "identifierSpace": TEXT, "schemaSpace": TEXT},
    documentation=TEXT, serviceVersion=TEXT, logo=TEXT, view=record({"url": TEMPLATE}), batchSize={"type": "integer", "minimum": 1},
    defaultTypes={"type": "array", "items": TYPE, "uniqueItems": True},
    preview=record({"url": TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}),
    suggest=record({"entity": SERVICE, "type": SERVICE, "property": SERVICE}),
    extend=record({"propose_properties": SERVICE, "property_settings": {"type": "array"}}),
)  # fmt: skip
#: Section 5.2.
FEATURE = record({"id": TEXT, "value": {"type": ["number", "boolean"]}})
CANDIDATE = record(
    {"id": TEXT, "name": TEXT, "score": {"type": "number", "minimum": 0, "maximum": 100}},
    description=TEXT, match={"type": "boolean"}, type={"type": "array", "items": TYPE}, features={"type": "array", "items": FEATURE},
)  # fmt: skip
RESULTS = {"type": "object", "additionalProperties": record({"result": {"type": "array", "items": CANDIDATE}})}
#: Section 7.3.
SUGGESTED = {
    "entity": record({"id": TEXT, "name": TEXT}, description=TEXT, notable={"type": "array", "items": TYPE}),
    "type": TYPE,
    "property": record({"id": TEXT, "name": TEXT}, description=TEXT),
}
#: Sections 8.2 and 8.4.
PROPOSAL = record({"properties": {"type": "array", "items": SUGGESTED["property"]}, "type": {"type": "string"}}, limit={"type": "number"})
CELL = {"oneOf": [record({"id": TEXT, "name": TEXT}), record({"str": {"type": "string"}}), record({"int": {"type": "integer"}}), record({"float": {"type": "number"}})]}
ROWS = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "array", "items": CELL}}}
EXTENDED = record({"meta": {"type": "array", "items": record({"id": TEXT, "name": TEXT})}, "rows": ROWS})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(graph=ROOT) as running:
        yield running


def asked(server: Server, path: str = "", **parameters: Any) -> Answer:
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    return server.get(f"/reconcile{path}" + (f"?{urlencode(fields)}" if fields else ""))


def checked(server: Server, schema: dict[str, Any], path: str = "", **parameters: Any) -> Any:
    answer = asked(server, path, **parameters)
    assert (answer.status, answer.kind) == (200, "application/json"), answer.body
    assert answer.headers["access-control-allow-origin"] == "*"
    jsonschema.validate(answer.json(), schema)
    return answer.json()


def candidates(server: Server, query: str = "", **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked(server, RESULTS, queries={"q": {**({"query": query} if query else {}), **more}})["q"]["result"]
    scores = [one["score"] for one in found]
    assert scores == sorted(scores, reverse=True)
    assert sum(one["match"] for one in found) <= 1
    return found


def test_the_manifest_says_what_there_is(server: Server) -> None:
    manifest = checked(server, MANIFEST)
    assert manifest["identifierSpace"] == "https://w3id.org/whence/id/"
    for kind, service in manifest["suggest"].items():
        address = (service["service_url"] + service["service_path"]).replace(server.base, "/")
        assert server.get(f"{address}?prefix=a").status == 200, kind
    for address in (manifest["view"]["url"], manifest["preview"]["url"]):
        assert server.get(address.replace("{{id}}", "metallic-rouge").replace(server.base, "/"), "text/html").status == 200
    for address in (manifest["logo"], manifest["documentation"]):
        assert server.get(address.replace(server.base, "/"), "text/html, image/*").status == 200


@pytest.mark.parametrize(
    ("query", "more", "best"),
    [
        ("Metallic Rouge", {}, "metallic-rouge"),
        ("metallic ROUGE!", {"type": "Series"}, "metallic-rouge"),
        ("出渕裕", {}, "yutaka-izubuchi"),
        ("Izubuchi Yutaka", {"type": "Person"}, "yutaka-izubuchi"),
        ("Rouge", {"type": "Song"}, "song-rouge"),
        ("id:star-trek", {}, "star-trek"),
        ("https://w3id.org/whence/id/star-trek", {}, "star-trek"),
        ("Metallic Rouge", {"properties": [{"pid": "schema:director", "v": "Motonobu Hori"}]}, "metallic-rouge"),
        ("Metallic Rouge", {"properties": [{"pid": "schema:director", "v": [{"id": "motonobu-hori"}, "Nobody"]}]}, "metallic-rouge"),
    ],
)
def test_what_is_sure_is_a_match(server: Server, query: str, more: dict[str, Any], best: str) -> None:
    first, *_ = candidates(server, query, **more)
    assert (first["id"], first["match"]) == (best, True)


@pytest.mark.parametrize(
    ("query", "more", "best"),
    [
        ("Rouge", {}, {"rouge-redstar", "song-rouge"}),  # two are called so
        ("Metalic Rogue", {}, {"metallic-rouge"}),  # spelled otherwise
        ("Bones", {}, {"studio-bones"}),  # another name of it, that others may have, too
        ("Metallic Rouge", {"properties": [{"pid": "schema:director", "v": "Shinichiro Watanabe"}]}, {"metallic-rouge"}),  # not this director
    ],
)
def test_what_is_not_sure_is_a_candidate_alone(server: Server, query: str, more: dict[str, Any], best: set[str]) -> None:
    found = candidates(server, query, **more)
    assert found[0]["id"] in best
    assert not any(one["match"] for one in found)


def test_types_hold_and_evidence_is_told(server: Server) -> None:
    assert all("Song" in [kind["id"] for kind in one["type"]] for one in candidates(server, "Rouge", type=["Song"]))
    agreeing, *_ = candidates(server, "Metallic Rouge", properties=[{"pid": "schema:director", "v": "Motonobu Hori"}])
    contrary, *_ = candidates(server, "Metallic Rouge", properties=[{"pid": "schema:director", "v": "Nobody"}])
    assert {"id": "schema:director", "value": True} in agreeing["features"]
    assert {"id": "schema:director", "value": False} in contrary["features"]
    assert agreeing["score"] > contrary["score"]
    directed = candidates(server, properties=[{"pid": "schema:director", "v": {"id": "motonobu-hori"}}])
    assert "metallic-rouge" in [one["id"] for one in directed]
    assert candidates(server, "Xyzzy Plugh Quux") == []
    assert len(candidates(server, "Rouge", limit=2)) == 2


def test_a_batch_is_answered_by_post_as_by_get(server: Server) -> None:
    batch = {"q0": {"query": "Metallic Rouge"}, "q1": {"query": "Rouge", "type": ["Character"], "limit": 1, "type_strict": "any"}}
    posted = server.request("POST", "/reconcile", urlencode({"queries": json.dumps(batch)}).encode(), FORM)
    jsonschema.validate(posted.json(), RESULTS)
    assert posted.json() == asked(server, queries=batch).json()
    assert list(posted.json()) == ["q0", "q1"]


def test_an_empty_query_gets_no_candidates_and_keeps_its_batch_from_nothing(server: Server) -> None:
    found = checked(server, RESULTS, queries={"q0": {"query": "Metallic Rouge"}, "q1": {"query": ""}, "q2": {"query": " ", "type": "Series"}})
    assert found["q0"]["result"][0]["id"] == "metallic-rouge" and found["q1"]["result"] == found["q2"]["result"] == []


def test_jsonp_where_a_callback_is_named(server: Server) -> None:
    plain, called = asked(server), asked(server, callback="jQuery123.done")
    assert called.kind == "text/javascript"
    assert called.text == f"/**/jQuery123.done({plain.text});"
    assert asked(server, callback="alert(1)//").status == 400


@pytest.mark.parametrize("kind", ["entity", "type", "property"])
def test_suggestions_and_their_flyouts(server: Server, kind: str) -> None:
    schema = record({"result": {"type": "array", "items": SUGGESTED[kind]}})
    prefix, wanted = {"entity": ("metallic r", "metallic-rouge"), "type": ("per", "Person"), "property": ("dire", "schema:director")}[kind]
    found = checked(server, schema, f"/suggest/{kind}", prefix=prefix)["result"]
    assert wanted in [one["id"] for one in found]
    assert wanted in [one["id"] for one in checked(server, schema, f"/suggest/{kind}", prefix=wanted)["result"]]
    assert checked(server, schema, f"/suggest/{kind}", prefix=prefix, cursor="1")["result"][:1] == found[1:2]
    flyout = checked(server, record({"id": TEXT, "html": TEXT}), f"/flyout/{kind}", id=wanted)
    assert flyout["id"] == wanted and "<h1" in flyout["html"]


def test_a_preview_may_stand_in_a_frame_of_any_site(server: Server) -> None:
    answer = asked(server, "/preview", id="yutaka-izubuchi")
    assert "Yutaka Izubuchi" in answer.text
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert asked(server, "/preview", id="<script>alert(1)</script>").status == 404


def test_values_are_fetched_for_what_was_matched(server: Server) -> None:
    proposed = checked(server, PROPOSAL, "/properties", type="Series", limit="40")["properties"]
    assert "schema:director" in [one["id"] for one in proposed]
    wanted = [{"id": "schema:director"}, {"id": "wh:textLength"}]
    found = checked(server, EXTENDED, extend={"ids": ["metallic-rouge", "document-001", "nothing"], "properties": wanted})
    assert {"id": "motonobu-hori", "name": "Motonobu Hori"} in found["rows"]["metallic-rouge"]["schema:director"]
    assert found["rows"]["document-001"] == {"schema:director": [], "wh:textLength": [{"int": 12980}]}
    assert found["rows"]["nothing"] == {"schema:director": [], "wh:textLength": []}


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"queries": "{"}, 400, "no JSON from its character 2 on."),
        ({"queries": "[]"}, 400, "no batch"),
        ({"queries": '{"q": {}}'}, 400, "neither query nor properties"),
        ({"queries": '{"q": {"query": null}}'}, 400, "query is a text"),
        ({"queries": '{"q": {"query": "x", "props": []}}'}, 400, "no 'props'"),
        ({"queries": '{"q": {"query": "x", "limit": 0}}'}, 400, "limit"),
        ({"queries": '{"q": {"query": "x", "limit": Infinity}}'}, 400, "limit"),
        ({"queries": '{"q": {"query": "x", "type": 1}}'}, 400, "type"),
        ({"queries": '{"q": {"query": "x", "type": "No such type"}}'}, 400, "There is no type"),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "no such", "v": 1}]}}'}, 400, "has a property"),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "wh:partOf"}]}}'}, 400, "pid and v"),
        ({"queries": json.dumps({f"q{n}": {"query": "x"} for n in range(51)})}, 413, "at most 50"),
        ({"queries": "{}", "extend": "{}"}, 400, "not both"),
        ({"extend": '{"ids": "x"}'}, 400, "no such query"),
        ({"extend": '{"ids": [], "properties": [{"id": "no such"}]}'}, 400, "has a property"),
        ({"extend": '{"ids": [], "properties": [{"id": "wh:director"}]}'}, 400, "has a property 'wh:director'. Did you mean schema:director?"),
        ({"queries": "[" * 100_000}, 400, "no JSON"),
        ({"queries": json.dumps({"q": {"query": "x", "properties": [{"pid": "wh:partOf", "v": "x"}] * 21}})}, 400, "more than 20 properties"),
        ({"queries": json.dumps({"q": {"query": "x", "properties": [{"pid": "wh:partOf", "v": ["x"] * 51}]}})}, 400, "50 values"),
        ({"queries": json.dumps({"q": {"properties": [{"pid": "wh:partOf", "v": ["x"] * 26}] * 2}})}, 400, "50 values"),
        ({"queries": '{"q": {"query": "x", "properties": {"pid": "wh:partOf", "v": 1}}}'}, 400, "list of objects"),
        ({"queries": '{"q": {"query": "x", "properties": null}}'}, 400, "list of objects"),
        ({"extend": json.dumps({"ids": ["metallic-rouge"] * 101, "properties": [{"id": "wh:partOf"}] * 100})}, 413, "more than 10,000 cells"),
        ({"extend": json.dumps({"ids": ["metallic-rouge"], "properties": [{"id": "wh:partOf"}] * 10_001})}, 413, "more than 10,000 cells"),
        ({"extend": json.dumps({"ids": ["metallic-rouge"] * 1001, "properties": []})}, 413, "at most 1000"),
    ],
)
def test_what_is_wrong_is_told(server: Server, fields: dict[str, str], status: int, told: str) -> None:
    answer = server.request("POST", "/reconcile", urlencode(fields).encode(), FORM)
    assert (answer.status, answer.kind) == (status, "application/problem+json")
    assert told in answer.json()["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_lone_surrogate_breaks_nothing(server: Server) -> None:
    found = asked(server, queries='{"q\\ud800": {"query": "qqxx\\ud800"}}')
    assert found.status == 200 and found.json() == {"q\ud800": {"result": []}}


def test_a_graph_without_our_classes_is_matched_too() -> None:
    with Server() as small:
        checked(small, MANIFEST)
        (first, *_) = candidates(small, "Comet Song")
        assert (first["id"], first["match"]) == ("comet-song", True)


def test_what_is_just_within_the_bounds_is_answered(server: Server) -> None:
    wanted = [{"pid": "wh:partOf", "v": ["x", "y"]}] * 20
    assert asked(server, queries={"q": {"query": "Metallic Rouge", "properties": wanted}}).status == 200
    rows = server.query("SELECT DISTINCT ?s { ?s ?p ?o FILTER(strstarts(str(?s), 'https://w3id.org/whence/id/')) } LIMIT 100").json()["results"]["bindings"]
    columns = server.query("SELECT DISTINCT ?p { ?s ?p ?o } LIMIT 100").json()["results"]["bindings"]
    extend = {"ids": [row["s"]["value"] for row in rows], "properties": [{"id": column["p"]["value"]} for column in columns]}
    assert len(extend["ids"]) == len(extend["properties"]) == 100
    answer = server.request("POST", "/reconcile", urlencode({"extend": json.dumps(extend)}).encode(), FORM)
    assert answer.status == 200 and answer.whole
    jsonschema.validate(answer.json(), EXTENDED)
    assert [len(row) for row in answer.json()["rows"].values()] == [100] * 100


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A graph with a pack that has a film of the same name and another of the same identifier."""
    folder = packed.valid_graph(tmp_path_factory.mktemp("beside") / "g")
    (folder / "whence.toml").write_text((folder / "whence.toml").read_text(encoding="utf-8") + 'packs = ["tides"]\n', encoding="utf-8")
    identifier = '\n{0}:harbour wh:identifier {0}:identifier-{1} .\n\n{0}:identifier-{1}\n  a wh:Identifier ;\n  wh:scheme "Wikidata" ; wh:identifierValue "Q7" ; wh:verifiedIn "here" ;\n.\n'
    things = folder / "triples" / "things.ttl"
    things.write_text(things.read_text(encoding="utf-8") + identifier.format("g", "harbour-wikidata"), encoding="utf-8")
    packed.make(folder, data=packed.DATA.replace("{positions}", identifier.replace("{0}", "p").replace("{1}", "harbour") + "{positions}"))
    with Server(graph=folder) as running:
        yield running


def test_what_may_be_the_same_thing_is_offered_with_the_evidence_of_each_tier(beside: Server) -> None:
    (found,) = candidates(beside, properties=[{"pid": "wh:sameThing", "v": {"id": "tides:harbour"}}])
    assert (found["id"], found["match"], found["score"]) == ("harbour", False, 98.0)
    assert found["features"] == [{"id": "identifier", "value": True}, {"id": "name and work", "value": False}, {"id": "name", "value": False}]
    assert "Wikidata Q7 for both" in found["description"]
    assert candidates(beside, properties=[{"pid": "wh:sameThing", "v": "tides:tides"}]) == []


def test_things_of_packs_are_candidates_and_identifiers_are_evidence(beside: Server) -> None:
    assert {one["id"] for one in candidates(beside, "Harbour")} >= {"harbour", "tides:harbour"}
    assert [one["id"] for one in candidates(beside, "Tide Tables", type="Novel")] == ["tides:tides"]
    by_number = candidates(beside, properties=[{"pid": "wh:identifier", "v": "Q7"}])
    assert {one["id"] for one in by_number} == {"harbour", "tides:harbour"}
    first, *_ = candidates(beside, "Harbour", properties=[{"pid": "wh:identifier", "v": "Wikidata Q7"}])
    assert {"id": "wh:identifier", "value": True} in first["features"]
