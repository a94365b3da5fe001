"""The card that `whence show` prints of each kind of thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from whence.things.card import card
from whence.namespaces import ID
from whence.things import Index, Passage, claims

SMALL_GRAPH = Path(__file__).parents[1] / "cases" / "graph"
DISPUTED = ID + "claim-influence-comet-song-iron-garden"


@pytest.fixture(scope="module")
def index(small_store: Store) -> Index:
    return Index(small_store)


def test_the_card_of_a_person(index: Index) -> None:
    assert card(index, ID + "hana-mori", 10) == """\
Hana Mori
  id:hana-mori
  wh:Person

  Hana Mori is a person, named here in 2 claims: 1 affirmed outright and 1 without a position.

Also called
  Hanna Morri

Roles
  director: Comet Song

Claims: affirmed (1)
  agent: Hana Mori; role: director; work: Comet Song  [wh:Contribution]
    affirmed by Joe Writer, 000_sample.txt 10-40

Claims: not attested (1)
  entity: Hana Mori; printedForm: Hanna Morri  [wh:Naming]

Positions taken: denied (1)
  Comet Song is influenced by Iron Garden  [wh:Influence]
    denied by Hana Mori, 000_sample.txt 60-90
"""


def test_the_card_of_a_work_shows_a_dispute_and_nothing_from_views(index: Index) -> None:
    text = card(index, ID + "comet-song", 10)
    assert "Facts\n  wh:hasPart: the music of Comet Song\n\n" in text
    assert "Claims: disputed (1)\n  Comet Song is influenced by Iron Garden  [wh:Influence]\n    hedged by Joe Writer" in text
    assert "view:" not in text


def test_a_longer_card_says_how_to_see_all_of_it(index: Index) -> None:
    assert "  and 2 more (--limit 3)\n" in card(index, ID + "document-000", 1)


@pytest.mark.parametrize("iri", [DISPUTED, ID + "attestation-000-influence-denied"])
def test_the_card_of_a_claim_or_attestation_shows_everyone(index: Index, iri: str) -> None:
    (claim,) = claims.mentioning(index, iri)
    assert {role: [value.text for value in values] for role, values in claim.roles.items()} == {
        "influenced": ["Comet Song"], "influencer": ["Iron Garden"],
    }
    assert [(one.stance, one.passages) for one in claim.positions] == [
        ("hedged", (Passage(ID + "document-000", 10, 40),)), ("denied", (Passage(ID + "document-000", 60, 90),)),
    ]


def test_what_a_document_holds_is_shown_with_its_own_positions_alone(index: Index) -> None:
    assert sum(len(claim.positions) for claim in claims.held(index, ID + "document-000", "document")) == 3
    (claim,) = claims.held(index, ID + "hana-mori", "speaker", "ascribedTo")
    assert [position.stance for position in claim.positions] == ["denied"]


def test_the_card_of_nothing_has_its_name_alone(index: Index) -> None:
    assert card(index, ID + "nobody", 10) == "id:nobody\n  id:nobody\n"


def test_a_hedged_prediction_keeps_its_hedge() -> None:
    store = Store()
    text = """
    @prefix id: <https://w3id.org/whence/id/> .
    @prefix wh: <https://w3id.org/whence/ontology#> .
    id:claim a wh:Statement , wh:Claim ; wh:about id:thing .
    id:p a wh:Attestation ; wh:attests id:claim ; wh:polarity wh:Affirmed ; wh:commitment wh:Hedged ; wh:mood wh:Prediction .
    """
    store.load(text.encode(), format=RdfFormat.TURTLE)
    assert "    expected by nobody named, commitment hedged, mood wh:Prediction\n" in card(Index(store), ID + "thing", 10)
