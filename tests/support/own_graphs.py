"""A small graph of one's own, in git where that is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "scripts")}
PREFIXES = """@prefix aspect: <https://w3id.org/whence/vocab/aspect/> .
@prefix g: <https://example.org/g/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .
"""
THINGS = """
g:harbour
  a wh:Film ;
  skos:prefLabel "Harbour"@en ;
.

g:mori
  a wh:Person ;
  skos:prefLabel "Kana Mori"@en ;
.

g:otaru
  a wh:Place ;
  skos:prefLabel "Otaru"@en ;
.

g:post
  a wh:Document ;
  skos:prefLabel "The Harbour Post"@en ;
  wh:fileName "post.txt" ;
  wh:textLength 400 ;
  wh:writer g:mori ;
.
"""
CLAIMS = """
g:claim-influence-otaru
  a wh:Influence ;
  wh:aspect wh:AspectNotStated ;
  wh:influenced g:harbour ;
  wh:influencer g:otaru ;
.
"""


def attestation(name: str, start: int, claim: str = "claim-influence-otaru", polarity: str = "Affirmed", speaker: str = "mori") -> str:
    """The block of a position, its passage 20 characters long."""
    return f"""
g:{name}
  a wh:Attestation ;
  wh:attests g:{claim} ;
  wh:speaker g:{speaker} ;
  wh:polarity wh:{polarity} ; wh:commitment wh:Stated ; wh:mood wh:Fact ; wh:mode wh:DirectQuotation ;
  wh:document g:post ; wh:start {start} ; wh:end {start + 20} ; wh:passageDigest "sha256:{name}" ;
.
"""


@pytest.fixture
def own_graph(tmp_path: Path) -> Path:
    """A graph of four things, one claim and two positions."""
    graph = tmp_path / "g"
    for name, text in {"things": THINGS, "claims": CLAIMS, "post": attestation("first", 10) + attestation("last", 300)}.items():
        write(graph, name, text)
    (graph / "whence.toml").write_text('title = "G"\nbase = "https://example.org/g/"\nprefix = "g"\n', encoding="utf-8")
    return graph


def write(graph: Path, name: str, text: str) -> None:
    (graph / "triples").mkdir(parents=True, exist_ok=True)
    (graph / "triples" / f"{name}.ttl").write_text(PREFIXES + text, encoding="utf-8")


def read(graph: Path, name: str) -> str:
    return (graph / "triples" / f"{name}.ttl").read_text(encoding="utf-8").removeprefix(PREFIXES)


@pytest.fixture
def git(own_graph: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs git in the graph, which is its first commit, with the merge driver set up."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", "-C", str(own_graph), *named, *arguments], capture_output=True, text=True, check=False, env=ENVIRONMENT)

    assert run("init", "-q").returncode == 0
    subprocess.run([sys.executable, "-m", "whence", "merge", "--install", "--graph", str(own_graph)], check=True, capture_output=True, env=ENVIRONMENT)
    run("add", "-A")
    assert run("commit", "-q", "-m", "first").returncode == 0
    return run
