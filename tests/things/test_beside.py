"""Timelines and comparisons: of the curated graph by hand-checked values, and of a graph that says little."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from whence import validation
from whence.namespaces import ID
from whence.store import layout
from whence.things import Index, comparison, timeline

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(validation.open(layout.locate(ROOT)))


@pytest.fixture(scope="module")
def small() -> Index:
    outcome = validation.check(layout.locate(ROOT / "tests" / "cases" / "graph"))
    assert outcome.store is not None
    return Index(outcome.store)


def test_a_timeline_keeps_dates_as_exact_as_they_are_given(index: Index) -> None:
    events = timeline.of(index, ID + "metallic-rouge")
    words = list(dict.fromkeys(event.words for event in events))
    assert words == ["July 2023", "15 October 2023", "20 November 2023", "21 November 2023", "January 2024", "winter 2024", "11 January 2024", "no date"]
    rivals = {event.date for event in events if event.claim.competing}
    assert rivals == {"2024-01", "2024-24", "2024-01-11"}
    assert any(event.claim.stance == "expected" and "Fuji TV" in event.claim.label for event in events if not event.date)


@pytest.mark.parametrize(("slug", "dates"), [
    ("document-003", ["2023-07", "2023-10-15", "2023-11-20", "2023-11-21", "2024-01", ""]), ("star-trek", []), ("crimson-lightning-music-clip", ["2023-11-20", "2023-11-21"]),
    ("brandi-price", ["2023-07", "2023-10-15", "2023-11-20", "2024-01", "2024-24", "2024-01-11", ""]),
])  # fmt: skip
def test_a_timeline_is_that_of_what_it_is_asked_for(index: Index, slug: str, dates: list[str]) -> None:
    assert list(dict.fromkeys(event.date for event in timeline.of(index, ID + slug))) == dates


def test_two_works_share_people_and_what_is_claimed_between_them(index: Index) -> None:
    found = comparison.compare(index, ID + "metallic-rouge", ID + "cowboy-bebop")
    assert [(row.name, row.value.text) for row in found.shared] == [("people", "Toshihiro Kawamoto"), ("character designer", "Toshihiro Kawamoto")]
    stances = {claim.label: claim.stance for claim in found.between}
    assert stances["Cowboy Bebop influenced Metallic Rouge (character design)"] == "hedged"
    assert stances["Metallic Rouge is like Cowboy Bebop"] == "denied"
    assert not any(row.value.iri == ID + "cowboy-bebop" for row in found.rows)  # it stands between the two
    alone = {(row.name, row.value.text) for row in found.rows if row.other is None}
    assert ("is released", "11 January 2024") in alone and ("comes from", "Star Trek") in alone


def test_two_people_share_works_and_two_documents_claims(index: Index) -> None:
    people = comparison.compare(index, ID + "yutaka-izubuchi", ID + "toshihiro-kawamoto")
    assert ("worked on", "Metallic Rouge") in [(row.name, row.value.text) for row in people.shared]
    documents = comparison.compare(index, ID + "document-000", ID + "document-003")
    differing = {spoken.one.label: (spoken.one.stance, spoken.other.stance) for spoken in documents.spoken if spoken.differ}
    assert differing["Toshihiro Kawamoto, character designer of Metallic Rouge"] == ("press", "expected")
    assert [spoken.differ for spoken in documents.spoken] == sorted((spoken.differ for spoken in documents.spoken), reverse=True)


@pytest.mark.parametrize("pair", [("metallic-rouge", "metallic-rouge"), ("star-trek", "blade-runner"), ("rouge-redstar", "document-000"), ("no-such-thing", "star-trek")])
def test_any_two_things_can_be_compared_and_written(index: Index, pair: tuple[str, str]) -> None:
    one, other = (ID + slug for slug in pair)
    there, back = comparison.compare(index, one, other), comparison.compare(index, other, one)
    json.dumps(there.as_dict())
    assert [(row.name, row.value) for row in there.shared] == [(row.name, row.value) for row in back.shared]
    assert {claim.iri for claim in there.between} == {claim.iri for claim in back.between}
    if one == other:
        assert there.between == [] and len(there.shared) == len(there.rows) > 100


def test_a_dispute_shows_between_two_works(small: Index) -> None:
    found = comparison.compare(small, ID + "comet-song", ID + "iron-garden")
    assert [claim.stance for claim in found.between] == ["disputed"]
    assert found.shared == [] and timeline.of(small, ID + "comet-song") == []
