"""Timelines: dates as exact as they are said, in order, each with who says it; read in the documents by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from deriving import with_views
from pyoxigraph import Store

from whence import packs
from whence.namespaces import ID
from whence.things import Index, dates, sentences, timeline
from whence.things.timeline import Entry

CASE = Path(__file__).parents[1] / "cases" / "things" / "disagreements.ttl"


@pytest.fixture(scope="module")
def real(real_graph: Store) -> Index:
    return Index(real_graph)


@pytest.fixture(scope="module")
def entries(real: Index) -> list[Entry]:
    return timeline.of(real, ID + "metallic-rouge")


def test_what_comes_out_when(entries: list[Entry]) -> None:
    assert [(one.words, one.what) for one in entries if one.kind == "release"] == [
        ("July 2023", "the first teaser trailer of Metallic Rouge is released"),
        ("15 October 2023", "the third official teaser trailer of Metallic Rouge is released by Crunchyroll"),
        ("20 November 2023", "the special music clip of Crimson Lightning is released by Crunchyroll"),
        ("January 2024", "Metallic Rouge is released"),
        ("winter 2024", "Metallic Rouge is released"),
        ("11 January 2024", "Metallic Rouge is released"),
        ("11 January 2024", "Metallic Rouge is released by Crunchyroll"),
    ]


def test_who_says_it_and_who_dates_it_otherwise(entries: list[Entry]) -> None:
    (winter,) = (one for one in entries if one.date == "2024-24")
    assert winter.rivals == (("2024-01", True), ("2024-01-11", True))
    places = [(place.document.removeprefix(ID), place.start, place.end) for one in winter.claims[0].in_order for place in one.passages]
    assert places == [("document-001", 12944, 12979), ("document-002", 4501, 4565)]


def test_events_and_interviews_have_the_date_of_what_they_were_held_at(entries: list[Entry]) -> None:
    found = {one.thing.iri.removeprefix(ID): (one.kind, one.date) for one in entries if one.thing}
    assert found["interview-of-document-001"] == ("interview", "2023")
    assert found["metallic-rouge-screening-anime-nyc-2023"] == ("screening", "2023")
    assert found["interview-of-document-002"] == ("interview", "2023")
    assert found["document-003"] == ("document", "2023-11-21")


def test_what_has_no_date_stands_last(entries: list[Entry]) -> None:
    dated = [bool(one.date) for one in entries]
    assert dated == sorted(dated, reverse=True)
    assert [dates.order(one.date) for one in entries if one.date] == sorted(dates.order(one.date) for one in entries if one.date)


def test_a_person_and_a_document_have_timelines_and_a_genre_only_documents(real: Index) -> None:
    assert any(one.date == "2024-01-11" for one in timeline.of(real, ID + "motonobu-hori"))
    assert {one.date for one in timeline.of(real, ID + "document-003") if one.kind == "release"} == {"2023-07", "2023-10-15", "2023-11-20", "2024-01"}
    assert {one.kind for one in timeline.of(real, "https://w3id.org/whence/vocab/genre/tech-noir")} == {"document"}


def test_what_a_later_document_overtakes() -> None:
    found = {one.date: one for one in timeline.of(Index(with_views(CASE)), ID + "comet")}
    assert (found["2031-04-01"].overtaken, found["2031-24"].overtaken) == (False, True)
    assert found["2031-24"].rivals == (("2031-04-01", False),)


@pytest.mark.parametrize(("one", "other", "agree"), [
    ("2024", "2024-24", True), ("2024-12", "2024-24", True), ("2024-04", "2024-24", False), ("2024-01-11", "2024-01-12", False),
    ("2023-12", "2024-24", False), ("2024?", "2024-05", True), ("soon", "2024", False),
])  # fmt: skip
def test_dates_agree_when_both_can_be_true(one: str, other: str, agree: bool) -> None:
    assert dates.agree(one, other) is dates.agree(other, one) is agree


@pytest.mark.parametrize(("date", "words"), [("2024-21", "spring 2024"), ("2024-01~", "about January 2024"), ("1984%", "perhaps about 1984"), ("2024-13", "2024-13"), ("x", "x")])
def test_dates_in_words_are_no_more_exact_than_they_are(date: str, words: str) -> None:
    assert dates.in_words(date) == words


def test_the_command(whence: Callable[..., CompletedProcess[str]]) -> None:
    told = whence("timeline", "Metallic Rouge")
    assert (told.returncode, told.stderr) == (0, "")
    assert "\nwinter 2024  Metallic Rouge is released\n" in told.stdout
    document = json.loads(whence("timeline", "id:metallic-rouge", "--format", "json").stdout)
    assert [entry["date"] for entry in document["entries"] if entry["kind"] == "document"] == ["2023-11-21"]
    assert whence("timeline", "nothing of this name").returncode == 2


def test_a_work_has_the_releases_that_catalogues_record_of_it(real_packs: packs.Opened) -> None:
    index = Index(real_packs.store)
    (release,) = [one for one in timeline.of(index, ID + "cowboy-bebop") if one.kind == "release"]
    assert (release.date, release.claims[0].catalogue) == ("1998-04-03", "Media Arts Database")
    assert "(as the editors of the Media Arts Database tell)" in sentences.said(index, release.claims)
