"""`--reload`: valid edits go live without a request dropped, nonsense leaves the old graph serving."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from serving import ROOT, Server

NONSENSE = "id:broken a wh:Work ; wh:partOf\n"
PERSON = '''
id:new-person
  a wh:Person ;
  skos:prefLabel "New Person {number}"@en ;
.
'''


def names(server: Server) -> list[str]:
    rows = server.query("SELECT ?n { id:new-person skos:prefLabel ?n }").json()["results"]["bindings"]
    return [row["n"]["value"] for row in rows]


def test_files_edited_into_nonsense_and_back(small_graph: Path) -> None:
    file = small_graph / "triples" / "entities" / "person.ttl"
    before = file.read_text(encoding="utf-8")
    with Server("--reload", graph=small_graph) as server:
        assert names(server) == []
        first = server.get("/health").json()["digest"]
        file.write_text(before + PERSON.format(number=1), encoding="utf-8")
        assert server.wait_for(lambda: names(server) == ["New Person 1"])
        file.write_text(before + NONSENSE, encoding="utf-8")
        assert server.wait_for(lambda: server.metric('whence_reloads_total{outcome="refused"') == 1)
        assert names(server) == ["New Person 1"]
        assert server.wait_for(lambda: any('"refused"' in line and "person.ttl" in line for line in server.log))
        for accept in ("application/json", "text/plain", "text/html"):  # strangers see no line of it
            told = server.get("/validation", accept)
            assert "A change of the files is not served" in told.text and "person.ttl" not in told.text and "broken" not in told.text
        assert told.kind == "text/html"
        assert "refused" in server.get("/health").json()
        file.write_text(before, encoding="utf-8")
        assert server.wait_for(lambda: server.get("/health").json()["digest"] == first)
        assert names(server) == []
        assert "refused" not in server.get("/health").json()


def test_no_request_is_dropped_and_none_sees_half_a_graph(small_graph: Path) -> None:
    file = small_graph / "triples" / "entities" / "person.ttl"
    before = file.read_text(encoding="utf-8")
    stop = threading.Event()
    seen: list[str] = []
    failed: list[object] = []

    def ask() -> None:
        while not stop.is_set():
            answer = server.query("SELECT ?n (COUNT(*) AS ?all) { { id:new-person skos:prefLabel ?n } UNION { ?s ?p ?o } } GROUP BY ?n", "text/csv")
            if answer.status == 200:
                seen.append(answer.text)
            else:
                failed.append((answer.status, answer.body))

    with Server("--reload", graph=small_graph) as server:
        thread = threading.Thread(target=ask)
        thread.start()
        try:
            for number in range(1, 4):
                file.write_text(before + PERSON.format(number=number), encoding="utf-8")
                assert server.wait_for(lambda: names(server) == [f"New Person {number}"])  # noqa: B023 - asked at once
        finally:
            stop.set()
            thread.join()
        assert failed == []
        assert len(set(seen)) <= 4
        assert server.wait_for(lambda: server.metric('whence_workers{state="draining"') == 0)


def test_a_graph_that_is_not_valid_is_not_served(small_graph: Path) -> None:
    (small_graph / "triples" / "broken.ttl").write_text(NONSENSE, encoding="utf-8")
    command = [sys.executable, "-m", "whence", "serve", "--graph", str(small_graph), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={"PYTHONPATH": str(ROOT / "scripts"), "PATH": "/usr/bin:/bin"})
    assert done.returncode == 3
    assert "broken.ttl" in done.stderr and "Traceback" not in done.stderr


def test_an_address_in_use_is_told_in_one_sentence() -> None:
    with Server() as server:
        command = [sys.executable, "-m", "whence", "serve", "--graph", str(ROOT / "tests" / "cases" / "graph"), "--port", str(server.port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={"PYTHONPATH": str(ROOT / "scripts"), "PATH": "/usr/bin:/bin"})
        assert done.returncode == 5
        assert f"127.0.0.1:{server.port} cannot be used" in done.stderr and "Traceback" not in done.stderr
