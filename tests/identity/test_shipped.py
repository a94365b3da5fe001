"""The decisions that come with the corpus: on things that are there, without a contradiction, and crossed by what asks."""

from __future__ import annotations

import pytest
from deriving import ROOT
from pyoxigraph import NamedNode

from whence import catalog, identity, packs, sparql
from whence.identity import Source
from whence.namespaces import PREFIXES
from whence.store import layout
from whence.things import Index

ID, MADB, WIKIDATA = PREFIXES["id"], "https://w3id.org/whence/pack/madb/", "https://w3id.org/whence/pack/wikidata/"


@pytest.fixture(scope="module")
def opened() -> packs.Opened:
    return packs.open(layout.locate(ROOT), ["all"])


@pytest.fixture(scope="module")
def decided() -> identity.Decisions:
    return identity.decisions(layout.locate(ROOT))


def test_every_decision_is_on_things_that_are_there(opened: packs.Opened, decided: identity.Decisions) -> None:
    assert decided.findings == () and decided.rows
    assert [iri for one in decided.rows for iri in one.pair if next(opened.store.quads_for_pattern(NamedNode(iri), None, None, None), None) is None] == []


def test_nothing_with_a_shared_identifier_is_undecided(opened: packs.Opened, decided: identity.Decisions) -> None:
    sources = [Source("graph", opened.store), *(Source(pack.name, opened.store, pack.graph) for pack in opened.packs)]
    left = identity.proposals(sources, {one.pair for one in decided.rows}, decided.clusters).found
    assert [one for one in left if one.tier == "identifier"] == []


@pytest.mark.parametrize(
    ("thing", "other"),
    [
        ("blade-runner", WIKIDATA + "Q184843"), ("star-trek", WIKIDATA + "Q1092"), ("sailor-moon", MADB + "C8806"), ("rahxephon", MADB + "C10247"),
        ("rahxephon", WIKIDATA + "Q95072"), ("space-battleship-yamato-2199", MADB + "C14812"), ("shinichiro-watanabe", MADB + "agent-渡辺信一郎"),
    ],
)  # fmt: skip
def test_the_works_of_the_articles_are_found_in_the_catalogues(thing: str, other: str, opened: packs.Opened) -> None:
    index = Index(opened.store)
    assert other in index.same(ID + thing) and index.main(other) == ID + thing


def test_star_trek_is_not_the_film_of_2009(opened: packs.Opened, decided: identity.Decisions) -> None:
    assert (ID + "star-trek", WIKIDATA + "Q213081") in {one.pair for one in decided.rows if one.decision == "different"}
    assert WIKIDATA + "Q213081" not in Index(opened.store).same(ID + "star-trek")


def test_the_articles_and_the_catalogue_answer_who_directed_cowboy_bebop(opened: packs.Opened) -> None:
    named = catalog.find(layout.locate(ROOT), "contributors-of-a-work")
    values = {"work": "id:cowboy-bebop", "role": "role:director"}
    rows = list(sparql.run(opened.store, named.query, values, **packs.dataset(opened.store, opened.packs)))
    told = {(row[0].value.rpartition("/")[2], row[5].value.partition("_")[0]) for row in rows}
    assert {("shinichiro-watanabe", "004"), ("toshihiro-kawamoto", "003"), ("shinichiro-watanabe", "metadata")} <= told
    assert len(rows) == len({tuple(map(str, row)) for row in rows})
