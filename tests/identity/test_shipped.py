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
def decided() -> identity.Decisions:
    return identity.decisions(layout.locate(ROOT))


def test_every_decision_is_on_things_that_are_there(real_packs: packs.Opened, decided: identity.Decisions) -> None:
    assert decided.findings == () and decided.rows
    assert [iri for one in decided.rows for iri in one.pair if next(real_packs.store.quads_for_pattern(NamedNode(iri), None, None, None), None) is None] == []


def test_nothing_with_a_shared_identifier_is_undecided(real_packs: packs.Opened, decided: identity.Decisions) -> None:
    sources = [Source("graph", real_packs.store), *(Source(pack.name, real_packs.store, pack.graph) for pack in real_packs.packs)]
    left = identity.proposals(sources, {one.pair for one in decided.rows}, decided.clusters).found
    assert [one for one in left if one.tier == "identifier"] == []


@pytest.mark.parametrize(
    ("thing", "other"),
    [
        ("blade-runner", WIKIDATA + "Q184843"), ("star-trek", WIKIDATA + "Q1092"), ("sailor-moon", MADB + "C8806"), ("rahxephon", MADB + "C10247"),
        ("rahxephon", WIKIDATA + "Q95072"), ("space-battleship-yamato-2199", MADB + "C14812"), ("shinichiro-watanabe", MADB + "agent-渡辺信一郎"),
    ],
)  # fmt: skip
def test_the_works_of_the_articles_are_found_in_the_catalogues(thing: str, other: str, real_packs: packs.Opened) -> None:
    index = Index(real_packs.store)
    assert other in index.same(ID + thing) and index.main(other) == ID + thing


def test_star_trek_is_not_the_film_of_2009(real_packs: packs.Opened, decided: identity.Decisions) -> None:
    assert (ID + "star-trek", WIKIDATA + "Q213081") in {one.pair for one in decided.rows if one.decision == "different"}
    assert WIKIDATA + "Q213081" not in Index(real_packs.store).same(ID + "star-trek")


def test_the_articles_and_the_catalogue_answer_who_directed_cowboy_bebop(real_packs: packs.Opened) -> None:
    named = catalog.find(layout.locate(ROOT), "contributors-of-a-work")
    values = {"work": "id:cowboy-bebop", "role": "role:director"}
    rows = list(sparql.run(real_packs.store, named.query, values, **packs.dataset(real_packs.store, real_packs.packs)))
    told = {(row[0].value.rpartition("/")[2], row[5].value.partition("_")[0]) for row in rows}
    assert {("shinichiro-watanabe", "004"), ("toshihiro-kawamoto", "003"), ("shinichiro-watanabe", "metadata")} <= told
    assert len(rows) == len({tuple(map(str, row)) for row in rows})
