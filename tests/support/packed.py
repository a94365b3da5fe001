"""A pack of four things and two positions, made by hand beside a graph."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from own_graphs import CLAIMS, PREFIXES, THINGS, attestation, write

#: The published file that the pack is made of.
PUBLISHED = "Harbour\tdirector\tKana Mori\nHarbour\tbased on\tTide Tables\n"
MANIFEST = """name = "{name}"
title = "The Catalogue of {name}"
base = "https://w3id.org/whence/pack/{name}/"
prefix = "{name}"
source = "https://example.org/{name}"
version = "3"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
notice = "Source: {name}"
mapping = "plain"
made = "2026-11-29"

[[files]]
name = "{name}.tsv"
path = "/data/{name}.tsv"
digest = "sha256:{digest}"
length = {length}
document = "https://w3id.org/whence/pack/{name}/document-{name}"

[counts]
statements = 2
claims = 2
attestations = 2
things = 4
"""
DATA = """@prefix p: <https://w3id.org/whence/pack/{name}/> .
@prefix role: <https://w3id.org/whence/vocab/role/> .

p:harbour
  a wh:Film ;
  skos:prefLabel "Harbour"@en ;
.

p:mori
  a wh:Person ;
  skos:prefLabel "Mori Kana"@en ;
.

p:tides
  a wh:Novel ;
  skos:prefLabel "Tide Tables"@en ;
.

p:editors
  a wh:Group ;
  skos:prefLabel "the editors of {name}"@en ;
.

p:document-{name}
  a wh:Document ;
  skos:prefLabel "{name}.tsv"@en ;
  wh:fileName "{name}.tsv" ;
  wh:textDigest "sha256:{digest}" ;
  wh:textLength {length} ;
  wh:writer p:editors ;
.

p:claim-director
  a wh:Contribution ;
  wh:agent p:mori ;
  wh:role role:director ;
  wh:work p:harbour ;
.

p:claim-source
  a wh:Influence ;
  wh:aspect wh:AspectNotStated ;
  wh:influenced p:harbour ;
  wh:influencer p:tides ;
.
{positions}"""
_POSITION = """
p:attestation-{start}
  a wh:Attestation ;
  wh:attests p:{claim} ;
  wh:speaker p:editors ;
  wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact ; wh:mode wh:Narration ;
  wh:document p:document-{name} ; wh:start {start} ; wh:end {end} ; wh:passageDigest "sha256:{digest}" ;
.
"""


def valid_graph(graph: Path) -> Path:
    """Make the graph of `own_graphs` in a folder, with digests as they have to be."""
    write(graph, "things", THINGS.replace("wh:textLength 400", f'wh:textDigest "sha256:{_digest("")}" ; wh:textLength 400'))
    write(graph, "claims", CLAIMS)
    write(graph, "post", attestation("first", 10).replace("sha256:first", f"sha256:{_digest('first')}"))
    (graph / "whence.toml").write_text('title = "G"\nbase = "https://example.org/g/"\nprefix = "g"\n', encoding="utf-8")
    return graph


def make(graph: Path, name: str = "tides", data: str = DATA) -> Path:
    """Make a pack beside a graph, and return its folder."""
    folder = graph / "triples" / "packs" / name
    (folder / "data").mkdir(parents=True)
    told = {"name": name, "digest": _digest(PUBLISHED), "length": len(PUBLISHED)}
    positions = ""
    start = 0
    for claim, line in zip(("claim-director", "claim-source"), PUBLISHED.splitlines(), strict=True):
        positions += _POSITION.format(name=name, claim=claim, start=start, end=start + len(line), digest=_digest(line))
        start += len(line) + 1
    (folder / "pack.toml").write_text(MANIFEST.format(**told), encoding="utf-8")
    (folder / "data" / "all.ttl").write_text(PREFIXES + data.format(**told, positions=positions), encoding="utf-8")
    return folder


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
