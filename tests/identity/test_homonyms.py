"""A name that several things have as much as another: the commands ask which is meant, and tell what tells them apart."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import packed
import pytest
from own_graphs import attestation

from whence.cli import main

pytestmark = pytest.mark.usefixtures("validated")
BATMEN = """@prefix g: <https://example.org/g/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .

g:batman-1966
  a wh:Film ;
  skos:prefLabel "Batman"@en ;
  owl:differentFrom g:batman-1989 ;
  wh:possiblySameAs g:harbour ;
.

g:batman-1989
  a wh:Film ;
  skos:prefLabel "Batman"@en ;
.

g:claim-release-1989
  a wh:Release ;
  wh:date "1989-06-23" ;
  wh:work g:batman-1989 ;
.
"""


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    folder = packed.valid_graph(tmp_path / "g")
    position = attestation("second", 40, "claim-release-1989").replace("sha256:second", f"sha256:{sha256(b'second').hexdigest()}")
    (folder / "triples" / "batmen.ttl").write_text(BATMEN + position, encoding="utf-8")
    return folder


def test_commands_ask_which_of_several_is_meant(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["show", "Batman"], ["lineage", "batman"], ["path", "Batman", "Harbour"], ["timeline", "Batman"], ["compare", "Harbour", "Batman"]):
        assert main(["--graph", str(graph), *command]) == 2
        told = capsys.readouterr()
        assert "2 things are called" in told.err and "Say which: g:batman-1966 (film); g:batman-1989 (film, 1989-06-23)." in told.err
        assert told.out == ""


def test_an_iri_tells_which_and_a_label_comes_before_a_form_in_print(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("g:batman-1989", "Harbour"):
        assert main(["--graph", str(graph), "show", name]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("  g:")][:2] == ["  g:batman-1989", "  g:harbour"]


def test_things_are_called_in_the_language_that_is_asked_for_else_in_english_else_in_any(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    things = graph / "triples" / "things.ttl"
    text = things.read_text(encoding="utf-8").replace('skos:prefLabel "Harbour"@en', 'skos:prefLabel "Harbour"@en , "港"@ja')
    things.write_text(text.replace('"Otaru"@en', '"小樽"@ja'), encoding="utf-8")
    for language, expected in (("ja", "Where 港 comes from"), ("de", "Where Harbour comes from"), ("", "Where Harbour comes from")):
        assert main(["--graph", str(graph), "lineage", "g:harbour", *(["--language", language] if language else [])]) == 0
        told = capsys.readouterr().out
        assert expected in told and "小樽" in told
    assert main(["--graph", str(graph), "show", "港", "--language", "JA"]) == 0
    assert capsys.readouterr().out.startswith("港\n")


def test_what_is_possibly_the_same_is_followed_on_request_and_marked(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lineage = ["--graph", str(graph), "lineage", "g:batman-1966"]
    assert main(lineage) == 0
    assert "Otaru" not in capsys.readouterr().out
    assert main([*lineage, "--possibly-same"]) == 0
    told = capsys.readouterr().out
    assert "Possibly the same as Batman, which is left open: Harbour (g:harbour)" in told and told.index("left open") < told.index("Otaru")
    assert main([*lineage, "--possibly-same", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["reached"] == [] and "Otaru" in json.dumps(document["possiblySame"][0]["reached"])
    assert main([*lineage, "--possibly-same", "--format", "dot"]) == 2


def test_an_answer_tells_which_of_several_it_is_about(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--graph", str(graph), "ask", "What is said about Batman?"]) == 0
    told = capsys.readouterr().err
    assert "2 things are called 'Batman': g:batman-1966 (film); g:batman-1989 (film, 1989-06-23). This is about g:batman-1989" in told
    assert main(["--graph", str(graph), "ask", "What is said about Harbour?"]) == 0
    assert capsys.readouterr().err == ""
