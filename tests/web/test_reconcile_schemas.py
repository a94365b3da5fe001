"""Answers of `/reconcile` against the JSON schemas of the specification, from a checkout of reconciliation-api/specs named by WHENCE_RECONCILIATION_SPECS."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT7
from serving import ROOT, Server

PUBLISHED = Path(os.environ.get("WHENCE_RECONCILIATION_SPECS") or Path(__file__).parents[3] / "reconciliation-specs") / "0.2"
pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="needs a checkout of reconciliation-api/specs, named by WHENCE_RECONCILIATION_SPECS")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NAMES = [
    "Metallic Rouge", "Metalic Rogue", "Rouge", "メタリックルージュ", "出渕裕", "Star Trek", "Cowboy Bebop", "Bones", "Anime Expo", "Sarah Fitzgerald", "tokusatsu",
    "Masahiko Minami", "xyzzy", "id:star-trek", "Naomi", "Blade Runner", "Kotaku", "Crimson Lightning", "the music of Metallic Rouge", "1940s",
]  # fmt: skip
TYPES = ["", "Series", "Film", "Song", "Person", "Character", "Document", "Claim", "Entity", "No such type"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(graph=ROOT) as running:
        yield running


def schema(name: str) -> Any:
    return json.loads((PUBLISHED / "schemas" / f"{name}.json").read_text("utf-8"))


def check(name: str, found: Any) -> Any:
    """Validate an answer by a published schema, with the others at the addresses they give themselves."""
    every = [json.loads(path.read_text("utf-8")) for path in sorted((PUBLISHED / "schemas").glob("*.json")) if path.stem != "openapi"]
    registry: Any = Registry().with_resources((one["$id"], DRAFT7.create_resource(one)) for one in every)
    jsonschema.Draft7Validator(schema(name), registry=registry).validate(found)
    return found


def asked(server: Server, path: str = "", **fields: Any) -> Any:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    answer = server.get(f"/reconcile{path}" + (f"?{urlencode(texts)}" if texts else ""))
    assert answer.status == 200, answer.body
    return answer.json()


def test_the_manifest(server: Server) -> None:
    check("manifest", asked(server))


def test_a_batch_of_queries_and_its_results(server: Server) -> None:
    wanted = {"properties": [{"pid": "schema:director", "v": [{"id": "motonobu-hori"}, "Nobody", 7, True]}]}
    batch = {f"q{place}": {"query": name} for place, name in enumerate(NAMES)}
    batch |= {"typed": {"query": "Rouge", "type": ["Song", "Character"], "type_strict": "any", "limit": 3}, "with": {"query": "Metallic Rouge", **wanted}, "alone": wanted}
    check("reconciliation-query-batch", batch)
    found = check("reconciliation-result-batch", asked(server, queries=batch))
    assert list(found) == list(batch)
    assert sum(bool(one["result"]) for one in found.values()) > len(NAMES) - 3


@pytest.mark.parametrize(("kind", "name"), [("entity", "suggest-entities-response"), ("type", "suggest-types-response"), ("property", "suggest-properties-response")])
def test_suggestions(server: Server, kind: str, name: str) -> None:
    found = [check(name, asked(server, f"/suggest/{kind}", prefix=prefix))["result"] for prefix in ("a", "per", "dire", "metallic r", "ルージュ", "qqqq", "")]
    assert sum(map(bool, found)) >= 3


def test_properties_that_are_proposed_and_their_values(server: Server) -> None:
    for kind in TYPES:
        check("data-extension-property-proposal", asked(server, "/properties", type=kind, limit="50"))
    proposed = [one["id"] for one in asked(server, "/properties", type="", limit="50")["properties"]]
    ids = ["metallic-rouge", "yutaka-izubuchi", "document-001", "star-trek", "claim-influence-star-trek-world-building", "no-such-thing"]
    query = check("data-extension-query", {"ids": ids, "properties": [{"id": one} for one in proposed]})
    found = check("data-extension-response", asked(server, extend=query))
    assert list(found["rows"]) == ids and [one["id"] for one in found["meta"]] == proposed


@pytest.mark.parametrize("kind", ["entity", "type", "property"])
def test_flyouts_are_as_the_example(server: Server, kind: str) -> None:
    example = json.loads((PUBLISHED / "examples" / "flyout-response" / "valid" / "example.json").read_text("utf-8"))
    given = {"entity": "metallic-rouge", "type": "Person", "property": "schema:director"}[kind]
    found = asked(server, f"/flyout/{kind}", id=given)
    assert {name: type(value) for name, value in found.items()} == {name: type(value) for name, value in example.items()}


def test_queries_that_the_schemas_refuse_are_refused(server: Server) -> None:
    refused = sorted((PUBLISHED / "examples" / "reconciliation-query-batch" / "invalid").glob("*.json"))
    assert refused
    for path in refused:
        answer = server.request("POST", "/reconcile", urlencode({"queries": path.read_text("utf-8")}).encode(), FORM)
        assert (answer.status, answer.kind) == (400, "application/problem+json"), path.name
