"""Citing claims: three forms that say the same, well-formed whatever a label holds, and the Turtle that the query gets."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

from whence.namespaces import ID, PREFIXES
from whence.things import Claim, Index, citing, claims

ROOT = Path(__file__).parents[2]
SMALL_GRAPH = ROOT / "tests" / "cases" / "graph"
DISPUTED = ID + "claim-influence-comet-song-iron-garden"
ADDRESS, DAY, VERSION = "http://whence.example/page/claim-influence-comet-song-iron-garden", date(2026, 3, 9), "0f" * 32


@pytest.fixture(scope="module")
def index(small_store: Store) -> Index:
    return Index(small_store)


def cite(index: Index, claim: Claim) -> citing.Citation:
    return citing.cite(index, claim, claim.iri, ADDRESS, DAY, VERSION)


def test_a_claim_is_cited_with_who_says_it_where_it_is_read_when_and_in_which_version(index: Index) -> None:
    found = cite(index, claims.load(index, DISPUTED))
    assert found.text == (
        "“Comet Song is influenced by Iron Garden.” Joe Writer says with a hedge that Comet Song is influenced by Iron Garden (000_sample.txt, 10-40);"
        f" Hana Mori denies it (000_sample.txt, 60-90). In whence, a graph of claims and of who makes them, version {VERSION[:12]}. {ADDRESS}, accessed 9 March 2026."
    )
    (item,) = json.loads(found.csl)
    assert {name: item[name] for name in ("id", "type", "title", "URL", "version")} == {
        "id": "claim-influence-comet-song-iron-garden", "type": "entry", "title": "Comet Song is influenced by Iron Garden", "URL": ADDRESS, "version": VERSION,
    }  # fmt: skip
    assert item["accessed"] == {"date-parts": [[2026, 3, 9]]} and "denies" in item["note"]
    assert found.bibtex.startswith("@misc{claim-influence-comet-song-iron-garden,\n  title = {{Comet Song is influenced by Iron Garden}},\n")
    assert "  urldate = {2026-03-09},\n" in found.bibtex and f"  url = {{{ADDRESS}}},\n" in found.bibtex


@pytest.mark.parametrize("label", ["100% of {braces", "} & \\end{document}", "a_b^c ~ $x$ # \\", "bell\x07 and delete\x7f", 'quotes " and “these”', "ガンダム"])
def test_whatever_a_label_holds_all_forms_stay_well_formed(index: Index, label: str) -> None:
    found = cite(index, replace(claims.load(index, DISPUTED), label=label, positions=()))
    assert json.loads(found.csl)[0]["title"] == label
    assert "Nobody takes a position on it here." in found.text
    bare = re.sub(r"\\[$&%#_]|\\text\w+\{\}", "", found.bibtex)
    assert "\\" not in bare and not set("$&%#~^\x07\x7f") & set(bare)
    depths = list(accumulate((one == "{") - (one == "}") for one in found.bibtex.rstrip("\n").removeprefix("@misc")))  # BibTeX counts escaped ones, too
    assert min(depths[:-1]) > 0 and depths[-1] == 0


def test_the_query_gets_what_the_turtle_says_and_nothing_that_is_derived_of_it(index: Index) -> None:
    text = citing.turtle(index, DISPUTED)
    told = {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)}
    assert told == set(index.store.query(citing.query(DISPUTED), prefixes=PREFIXES))
    assert {triple.subject.value.removeprefix(ID) for triple in told} == {
        "claim-influence-comet-song-iron-garden", "attestation-000-influence-affirmed", "attestation-000-influence-denied",
    }  # fmt: skip
    assert "wh:polarity wh:Denied" in text and "wh:passage id:passage-000-60-90" in text and "wh:involves" not in text


def test_every_claim_of_the_curated_graph_can_be_cited(real_graph: Store) -> None:
    index = Index(real_graph)
    keys = set()
    for node in index.instances("Claim"):
        found = cite(index, claims.load(index, node.value))
        assert found.text.count("version") >= 1 and json.loads(found.csl)[0]["title"]
        keys.add(found.bibtex.partition(",")[0])
    assert len(keys) == len(index.instances("Claim"))
    assert citing.turtle(Index(Store()), DISPUTED) == ""
