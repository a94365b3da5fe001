"""Named queries as routes, and their OpenAPI description."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, Server

CASES = json.loads((ROOT / "tests" / "cases" / "web" / "named_queries.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_request_gets_its_answer(server: Server, case: dict[str, Any]) -> None:
    headers = {"Accept": case["accept"]} if "accept" in case else {}
    answer = server.request(case.get("method", "GET"), case["path"], None, headers)
    assert answer.status == case["status"], answer.body
    assert case.get("type") in (None, answer.kind)
    assert case.get("is") in (None, answer.text)
    assert case.get("contains", "") in answer.text


@pytest.mark.parametrize(("value", "offered"), [("Iron%20Garden", "Did you mean id:iron-garden?"), ("comt%20song", "Did you mean id:comet-song"), ("zzz%20zzz", "Give an IRI:")])
def test_a_name_in_place_of_an_iri_is_answered_with_the_iri(server: Server, value: str, offered: str) -> None:
    answer = server.get(f"/query/influences-of-a-work?work={value}")
    assert answer.status == 400 and answer.json()["parameter"] == "work"
    assert offered in answer.json()["detail"]


def test_pages_are_chained_until_the_last(server: Server) -> None:
    path, rows = "/query/influences-of-a-work?_format=csv&limit=1", []
    for _ in range(5):
        answer = server.get(path)
        rows += answer.text.splitlines()[1:]
        found = re.fullmatch(r'<(.*)>; rel="next"', answer.headers.get("link", ""))
        if found is None:
            break
        path = "/" + found[1].removeprefix(server.base)
    assert rows == ["Iron Garden,Hana Mori,denied", "Iron Garden,Joe Writer,affirmed"]


def test_every_query_of_the_catalogue_is_a_route_and_an_operation(server: Server) -> None:
    names = [one["name"] for one in server.get("/query").json()["queries"]]
    assert len(names) == len(list((ROOT / "tests" / "cases" / "graph" / "queries").rglob("*.rq")))
    described = server.get("/openapi.json").json()["paths"]
    assert [name for name in names if f"/query/{name}" not in described] == []
    assert [name for name in names if server.get(f"/query/{name}").status != 200] == []


def test_the_description_is_valid(server: Server) -> None:
    from openapi_spec_validator import validate

    validate(server.get("/openapi.json").json())


def test_the_description_of_the_whole_catalogue_is_valid() -> None:
    from openapi_spec_validator import validate

    from whence import catalog
    from whence.store.layout import GraphFiles
    from whence.web.routes import openapi

    document = openapi.describe(catalog.load(GraphFiles(ROOT)), "https://example.org/")
    validate(document)
    assert len(document["paths"]) > len(list((ROOT / "queries").rglob("*.rq")))


@pytest.mark.parametrize(
    "choice",
    [
        ("--exclude-path", "/sparql", "--exclude-path", "/reconcile"),
        ("--include-path", "/sparql", "--include-path", "/reconcile", "--exclude-checks", "positive_data_acceptance"),
    ],
    ids=["all but these", "where a text of the right type need not be SPARQL, or JSON"],
)
def test_schemathesis_finds_nothing(server: Server, tmp_path: Path, choice: tuple[str, ...]) -> None:
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{server.base}openapi.json", "--checks", "all", "--max-examples", "15",
        "--seed", "1", "--phases", "examples,fuzzing", "--no-color", *choice,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "Failures:" not in done.stdout
    assert not [line for line in server.log if '"event": "error"' in line]
