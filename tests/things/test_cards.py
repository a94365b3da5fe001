"""Finding things by any of their names, and the card of each kind of thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from whence import things, validation
from whence.store import layout
from whence.namespaces import ID

SMALL_GRAPH = Path(__file__).parents[1] / "cases" / "graph"


@pytest.fixture(scope="module")
def store() -> Store:
    outcome = validation.check(layout.locate(SMALL_GRAPH))
    assert outcome.store is not None
    return outcome.store


@pytest.mark.parametrize(("name", "slug"), [
    ("Hana Mori", "hana-mori"),
    ("hana mori", "hana-mori"),
    ("  HANA-MORI ", "hana-mori"),
    ("Hanna Morri", "hana-mori"),
    ("hana-mori", "hana-mori"),
    ("id:hana-mori", "hana-mori"),
    (ID + "hana-mori", "hana-mori"),
    (f"<{ID}hana-mori>", "hana-mori"),
    ("彗星の歌", "comet-song"),
    ("Cömet Söng", "comet-song"),
    ("000_sample.txt", "document-000"),
    ("000_sample", "document-000"),
    ("claim-naming-hana-mori-hanna-morri", "claim-naming-hana-mori-hanna-morri"),
])  # fmt: skip
def test_a_thing_is_found_by_any_of_its_names(store: Store, name: str, slug: str) -> None:
    assert [match.iri for match in things.find(store, name)] == [ID + slug]


@pytest.mark.parametrize("name", ["", "nobody", "Hana", "<not an iri>", "wh:", "\"}", "x" * 100_000])
def test_what_is_not_there_is_not_found(store: Store, name: str) -> None:
    assert things.find(store, name) == []


@pytest.mark.parametrize(("name", "slug"), [("Hana Moori", "hana-mori"), ("commet sogn", "comet-song"), ("id:iron-gardn", "iron-garden")])
def test_a_near_name_is_suggested(store: Store, name: str, slug: str) -> None:
    assert things.suggest(store, name)[0].iri == ID + slug


def test_nothing_is_suggested_for_nonsense(store: Store) -> None:
    assert things.suggest(store, "qqqqqqqq") == []


def test_the_card_of_a_person(store: Store) -> None:
    card = things.card(store, ID + "hana-mori")
    assert (card.label, card.kinds, card.names) == ("Hana Mori", ["wh:Person"], [("Hanna Morri", None)])
    assert card.roles == [("director", "Comet Song", "affirmed")]
    assert [(claim.iri, claim.stance) for claim in card.claims] == [
        (ID + "claim-contribution-hana-mori-comet-song-director", "affirmed"),
        (ID + "claim-naming-hana-mori-hanna-morri", "not attested"),
    ]
    (made,) = card.made
    (position,) = made.positions
    assert (position.stance, position.speaker, position.passages) == ("denied", "Hana Mori", [("000_sample.txt", 60, 90)])


def test_the_card_of_a_work_shows_a_dispute_and_nothing_from_views(store: Store) -> None:
    card = things.card(store, ID + "comet-song")
    assert card.kinds == ["wh:Series"]
    assert [claim.stance for claim in card.claims] == ["disputed", "affirmed"]
    assert card.claims[0].label == "Comet Song is influenced by Iron Garden"
    assert {position.stance for position in card.claims[0].positions} == {"hedged", "denied"}
    assert card.facts == [("wh:hasPart", "the music of Comet Song")]


def test_the_card_of_a_document_shows_what_it_holds(store: Store) -> None:
    card = things.card(store, ID + "document-000")
    assert sum(len(claim.positions) for claim in card.made) == 3


@pytest.mark.parametrize("slug", ["claim-influence-comet-song-iron-garden", "attestation-000-influence-denied"])
def test_the_card_of_a_claim_or_attestation_shows_everyone(store: Store, slug: str) -> None:
    (claim,) = things.card(store, ID + slug).claims
    assert claim.roles == {"influenced": ["Comet Song"], "influencer": ["Iron Garden"]}
    assert len(claim.positions) == 2


def test_the_card_of_nothing_is_empty(store: Store) -> None:
    card = things.card(store, ID + "nobody")
    assert (card.label, card.kinds, card.claims, card.made) == ("id:nobody", [], [], [])


POSITION = """
@prefix id: <https://w3id.org/whence/id/> .
@prefix wh: <https://w3id.org/whence/ontology#> .
id:claim a wh:Statement , wh:Claim ; wh:about id:thing .
"""


@pytest.mark.parametrize(("positions", "stance"), [
    ([("Affirmed", "Stated", "Fact")], "affirmed"),
    ([("Affirmed", "Stated", "Wish")], "wished"),
    ([("Affirmed", "Hedged", "Prediction")], "expected"),
    ([("Affirmed", "Stated", "Intention"), ("Affirmed", "Stated", "Fact")], "affirmed"),
    ([("Affirmed", "Implied", "Analogy")], "compared"),
    ([("Denied", "Stated", "Fact")], "denied"),
    ([("Denied", "Stated", "Fact"), ("Affirmed", "Hedged", "Opinion")], "disputed"),
    ([("Denied", "Stated", "Fact"), ("Affirmed", "Stated", "Wish")], "wished"),
    ([("Denied", "QuestionPremise", "Fact"), ("Affirmed", "Stated", "Fact")], "affirmed"),
    ([("Denied", "QuestionPremise", "Fact")], "premise"),
])  # fmt: skip
def test_a_claim_stands_as_its_positions_do_together(positions: list[tuple[str, str, str]], stance: str) -> None:
    store = Store()
    text = POSITION
    for number, (polarity, commitment, mood) in enumerate(positions):
        text += f"id:p{number} a wh:Attestation ; wh:attests id:claim ; wh:polarity wh:{polarity} ; wh:commitment wh:{commitment} ; wh:mood wh:{mood} .\n"
    store.load(text.encode(), format=RdfFormat.TURTLE)
    assert [claim.stance for claim in things.card(store, ID + "thing").claims] == [stance]


def test_a_hedged_prediction_keeps_its_hedge() -> None:
    store = Store()
    text = POSITION + "id:p a wh:Attestation ; wh:attests id:claim ; wh:polarity wh:Affirmed ; wh:commitment wh:Hedged ; wh:mood wh:Prediction ."
    store.load(text.encode(), format=RdfFormat.TURTLE)
    (claim,) = things.card(store, ID + "thing").claims
    assert (claim.positions[0].stance, claim.positions[0].details["commitment"]) == ("expected", "hedged")
