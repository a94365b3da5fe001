"""The SPARQL endpoint over HTTP: each case of `cases/web/protocol.json`, and the shared conformance runner."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from serving import ROOT, Answer, Server

CASES = json.loads((ROOT / "tests" / "cases" / "web" / "protocol.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def sent(server: Server, case: dict[str, Any]) -> Answer:
    path = case.get("path", "/sparql")
    if "query" in case:
        query = dict(case["query"])
        query["query"] += "x" * case.get("pad", 0)
        path += "?" + urlencode(query)
    headers = {name: case[key] for name, key in (("Accept", "accept"), ("User-Agent", "agent"), ("Content-Type", "type_sent")) if key in case}
    body = bytes.fromhex(case["body_hex"]) if "body_hex" in case else case["body"].encode() if "body" in case else None
    return server.request(case.get("method", "GET"), path, body, headers)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_request_gets_its_answer(server: Server, case: dict[str, Any]) -> None:
    answer = sent(server, case)
    assert answer.status == case["status"], answer.body
    assert answer.headers["access-control-allow-origin"] == "*"
    assert case.get("type") in (None, answer.kind)
    assert case.get("is") in (None, answer.text)
    assert case.get("contains", "") in answer.text
    assert answer.text.startswith(case.get("starts", ""))
    assert not (case.get("empty") and answer.body)
    for name, value in case.get("headers", {}).items():
        assert answer.headers.get(name) == value


def test_the_columns_of_a_star_come_as_the_query_names_them(server: Server) -> None:
    answer = server.get("/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 1"}), Accept="application/sparql-results+json")
    assert answer.json()["head"]["vars"] == ["s", "p", "o"]


def test_each_representation_has_its_entity_tag(server: Server) -> None:
    tags = {accept: server.query("SELECT (1 AS ?n) {}", accept).headers["etag"] for accept in ("text/csv", "application/json")}
    assert len(set(tags.values())) == 2
    again = server.get("/sparql?" + urlencode({"query": "SELECT (1 AS ?n) {}"}), "text/csv", If_None_Match=tags["text/csv"])
    assert (again.status, again.body) == (304, b"")
    assert server.get("/sparql?" + urlencode({"query": "SELECT (1 AS ?n) {}"}), "text/csv", If_None_Match='"other"').status == 200
    assert "accept" in again.headers["vary"].lower()


def test_an_answer_that_changes_has_no_entity_tag(server: Server) -> None:
    first, second = (server.query("SELECT (UUID() AS ?n) {}") for _ in range(2))
    assert "etag" not in first.headers and first.headers["cache-control"] == "no-store"
    assert first.body != second.body


def test_compression_has_a_representation_of_its_own(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"})
    plain, packed = server.get(path), server.get(path, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != plain.headers["etag"]
    refused = server.get(path, Accept_Encoding="gzip;q=0")
    assert "content-encoding" not in refused.headers
    assert server.get(path, Accept_Encoding="gzip", If_None_Match=packed.headers["etag"]).status == 304


def test_a_large_query_in_a_form(server: Server) -> None:
    query = "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + " ".join(f'"{i}"' for i in range(50_000)) + " } }"
    answer = server.request("POST", "/sparql", urlencode({"query": query}).encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "50000"


@pytest.mark.parametrize("size", [10_000, 70_000, 150_000, 700_000])
def test_the_pieces_of_an_answer_come_in_their_order(server: Server, size: int) -> None:
    """Also where a thread has made all of them before the first one is sent."""
    for number in range(30):
        text = f"{number} " + "".join(f"{place:07d} " for place in range(size // 8))
        query = f'SELECT ("{text}" AS ?text) (1 AS ?n) {{ VALUES ?row {{ 1 2 3 }} }}'
        answer = server.request("POST", "/sparql", query.encode(), {"Content-Type": "application/sparql-query", "Accept": "text/csv"})
        assert (answer.status, answer.whole) == (200, True)
        assert answer.text == "text,n\r\n" + f"{text},1\r\n" * 3


def test_a_body_that_is_too_large_is_refused(server: Server) -> None:
    answer = server.request("POST", "/sparql", b"x" * (4 * 1024 * 1024 + 1), {"Content-Type": "application/sparql-query"})
    assert answer.status == 413


@pytest.mark.parametrize("query", ["SELECT (<x> AS ?x) {}", "SELECT * { BIND (<x> AS ?x) }", "select*{ BIND (<x> AS ?x) }"])
def test_a_relative_iri_is_resolved_against_the_endpoint(query: str, server: Server) -> None:
    answer = server.query(query)
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == f"{server.base}x"


def test_the_shared_conformance_runner(server: Server, shared: Path, tmp_path: Path) -> None:
    runner = shared / "suites" / "protocol_runner.py"
    command = [sys.executable, str(runner), "--suite", str(shared / "suites"), "--query-url", f"{server.base}sparql", "--json", str(tmp_path / "out.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "TOTAL 49/49 pass, 0 skipped" in done.stdout


def test_no_traceback_reached_the_log(server: Server) -> None:
    assert not [line for line in server.log if '"error"' in line or "Traceback" in line]
