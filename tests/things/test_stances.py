"""Stances: of one position, and of a claim from all positions on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from whence.things import STANCES, stance_of
from whence.things.positions import together

ROOT = Path(__file__).parents[2]
FACT = ("Affirmed", "Stated", "Fact")
DENIAL = ("Denied", "Stated", "Fact")


@pytest.mark.parametrize(("positions", "stance"), [
    ([], "unattested"),
    ([FACT], "press"),
    ([("Affirmed", "", "")], "press"),
    ([("Affirmed", "Stated", "Opinion")], "press"),
    ([("Affirmed", "Hedged", "Fact")], "hedged"),
    ([("Affirmed", "Hedged", "Fact"), FACT], "press"),
    ([("Affirmed", "Implied", "Fact"), ("Affirmed", "Hedged", "Fact")], "hedged"),
    ([("Affirmed", "Promotional", "Fact")], "promotional"),
    ([("Affirmed", "Stated", "Wish")], "wished"),
    ([("Affirmed", "Promotional", "Wish")], "wished"),
    ([("Affirmed", "Hedged", "Prediction")], "expected"),
    ([("Affirmed", "Stated", "Intention"), FACT], "press"),
    ([("Affirmed", "Implied", "Analogy")], "compared"),
    ([("Affirmed", "Stated", "Intention"), ("Affirmed", "Stated", "Wish"), ("Affirmed", "Stated", "Analogy")], "intended"),
    ([DENIAL], "denied"),
    ([("Denied", "Stated", "Intention")], "denied"),
    ([DENIAL, ("Affirmed", "Hedged", "Opinion")], "disputed"),
    ([DENIAL, ("Affirmed", "Stated", "Wish")], "denied"),
    ([DENIAL, ("Affirmed", "QuestionPremise", "Fact")], "denied"),
    ([("Affirmed", "QuestionPremise", "Intention")], "premise"),
    ([("Denied", "QuestionPremise", "Fact")], "premise"),
    ([("Denied", "QuestionPremise", "Fact"), FACT], "press"),
])  # fmt: skip
def test_a_claim_stands_as_its_positions_do_together(positions: list[tuple[str, str, str]], stance: str) -> None:
    assert together([stance_of(polarity == "Denied", commitment, mood) for polarity, commitment, mood in positions]) == stance


def test_makers_weigh_more_than_the_press_and_a_dispute_elsewhere_more_than_both() -> None:
    assert together([stance_of(False, "Stated", "Fact"), stance_of(False, "Stated", "Fact", maker=True)]) == "makers"
    assert together(["makers"], disputed=True) == "disputed"


def test_every_mood_of_the_ontology_has_a_stance() -> None:
    text = (ROOT / "ontology" / "whence.ttl").read_text(encoding="utf-8")
    moods = re.findall(r"\nwh:(\w+)\n  a\n    owl:NamedIndividual ,\n    wh:Mood ;", text)
    assert {mood: stance_of(False, "Stated", mood) for mood in moods} == {
        "Fact": "press", "Opinion": "press", "Intention": "intended", "Prediction": "expected", "Wish": "wished", "Analogy": "compared",
    }


def test_stances_can_be_told_apart_without_colour() -> None:
    assert len({sign for sign, _, _ in STANCES.values()}) == len(STANCES)
    assert len({words for _, words, _ in STANCES.values()}) == len(STANCES)
