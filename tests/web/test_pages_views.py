"""What pages compute before they are written: stances, pictures, the order of names found."""

from __future__ import annotations

import asyncio
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import ROOT

from whence.web.page_context import together
from whence.web.pages.claims import Claim, Position
from whence.web.pages.index import Name, _pairs, _score, plain
from whence.web.pages.influence import FEW, Edge, Influences
from whence.web.pages.picture import WIDTH, draw
from whence.web.pages.rendering import _environment, prepare
from whence.things import STANCES
from whence.web.problems import Problem


def position(polarity: str, commitment: str, mood: str = "Fact", *, maker: bool = False) -> Position:
    names = ("iri", "claim", polarity, commitment, mood, "Narration", "speaker", "Speaker", "", "", "document", "", "", "", "")
    return Position(*names, passages=[(0, 1)], maker=maker)


AFFIRMED = position("Affirmed", "Stated")
BY_MAKER = position("Affirmed", "Stated", maker=True)
HEDGED = position("Affirmed", "Hedged", maker=True)
PREMISE = position("Affirmed", "QuestionPremise")
PROMOTIONAL = position("Affirmed", "Promotional", maker=True)
IMPLIED = position("Affirmed", "Implied")
DENIED = position("Denied", "Stated", maker=True)
UNTRUE_PREMISE = position("Denied", "QuestionPremise")
OPINION = position("Affirmed", "Stated", "Opinion", maker=True)
WISH = position("Affirmed", "Stated", "Wish", maker=True)
PROMOTIONAL_WISH = position("Affirmed", "Promotional", "Wish", maker=True)
INTENTION = position("Affirmed", "Stated", "Intention", maker=True)
DENIED_INTENTION = position("Denied", "Stated", "Intention", maker=True)
PREDICTION = position("Affirmed", "Stated", "Prediction", maker=True)
HEDGED_PREDICTION = position("Affirmed", "Hedged", "Prediction")
ANALOGY = position("Affirmed", "Stated", "Analogy", maker=True)
ASKED_INTENTION = position("Affirmed", "QuestionPremise", "Intention")


@pytest.mark.parametrize(
    ("positions", "stance"),
    [
        ([], "unattested"),
        ([AFFIRMED], "press"),
        ([AFFIRMED, BY_MAKER], "makers"),
        ([HEDGED], "hedged"),
        ([HEDGED, AFFIRMED], "press"),
        ([PREMISE], "premise"),
        ([PREMISE, HEDGED], "hedged"),
        ([PROMOTIONAL], "promotional"),
        ([IMPLIED], "implied"),
        ([DENIED], "denied"),
        ([DENIED, PREMISE], "denied"),
        ([DENIED, AFFIRMED], "disputed"),
        ([DENIED, HEDGED], "disputed"),
        ([OPINION], "makers"),
        ([WISH], "wished"),
        ([PROMOTIONAL_WISH], "wished"),
        ([INTENTION], "intended"),
        ([PREDICTION], "expected"),
        ([HEDGED_PREDICTION], "expected"),
        ([ANALOGY], "compared"),
        ([ASKED_INTENTION], "premise"),
        ([WISH, AFFIRMED], "press"),
        ([PREDICTION, HEDGED], "hedged"),
        ([INTENTION, WISH, PREDICTION, ANALOGY], "intended"),
        ([WISH, PREMISE], "wished"),
        ([DENIED, WISH, ANALOGY], "denied"),
        ([DENIED_INTENTION], "denied"),
        ([DENIED_INTENTION, BY_MAKER], "disputed"),
        ([UNTRUE_PREMISE], "premise"),
        ([UNTRUE_PREMISE, AFFIRMED], "press"),
    ],
)
def test_the_stance_of_a_claim_is_what_its_positions_come_to(positions: list[Position], stance: str) -> None:
    assert Claim("claim", "Claim", "Influence", positions=positions).stance == stance
    assert stance in STANCES


def test_a_claim_disputed_through_a_more_specific_one_is_disputed() -> None:
    assert Claim("claim", "Claim", "Influence", positions=[AFFIRMED], disputed=True).stance == "disputed"


@pytest.mark.parametrize(
    ("taken", "verb", "words"),
    [
        (AFFIRMED, "affirms", "narration"),
        (OPINION, "affirms", "opinion, narration"),
        (HEDGED, "affirms", "hedged, narration"),
        (DENIED_INTENTION, "denies", "intention, narration"),
        (PREMISE, "takes for granted", "question premise, narration"),
        (UNTRUE_PREMISE, "takes for untrue", "question premise, narration"),
        (WISH, "puts forward as a wish", "narration"),
        (PROMOTIONAL_WISH, "puts forward as a wish", "promotional, narration"),
        (INTENTION, "puts forward as an intention", "narration"),
        (PREDICTION, "puts forward as a prediction", "narration"),
        (ANALOGY, "puts forward as an analogy", "narration"),
    ],
)
def test_a_position_says_what_its_speaker_does(taken: Position, verb: str, words: str) -> None:
    assert (taken.verb, taken.words) == (verb, words)


def test_every_mood_of_the_ontology_has_a_stance() -> None:
    text = (ROOT / "ontology" / "whence.ttl").read_text(encoding="utf-8")
    moods = re.findall(r"\nwh:(\w+)\n  a\n    owl:NamedIndividual ,\n    wh:Mood ;", text)
    assert len(moods) == 6
    stances = {mood: position("Affirmed", "Stated", mood, maker=True).stance for mood in moods}
    assert stances == {"Fact": "makers", "Opinion": "makers", "Intention": "intended", "Prediction": "expected", "Wish": "wished", "Analogy": "compared"}


def test_stances_can_be_told_apart_without_colour() -> None:
    signs = [sign for sign, _, _ in STANCES.values()]
    assert len(set(signs)) == len(signs)


def edge(source: int, target: int, number: int) -> Edge:
    claim = Claim(f"claim-{number}", f"Claim {number}", "Influence", positions=[AFFIRMED])
    return Edge(claim, f"thing-{source}", f"thing number {source}", f"thing-{target}", f"thing number {target}", "style")


ENDS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda ends: ends[0] != ends[1]), max_size=40)


@given(ENDS)
def test_nothing_in_a_picture_overlaps_or_leaves_it(ends: list[tuple[int, int]]) -> None:
    edges = [edge(source, target, number) for number, (source, target) in enumerate(ends)]
    found = Influences("thing-0", "thing number 0", family={"thing-0", "thing-1"}, edges=edges)
    picture = draw(found)
    if picture is None:
        assert not edges
        return
    assert len(picture.curves) == min(len(edges), FEW)
    assert picture.left_out == max(0, len(edges) - FEW)
    assert all(0 <= node.x and node.x + WIDTH <= picture.width and 0 <= node.y and node.y + node.height <= picture.height for node in picture.nodes)
    columns = {node.column for node in picture.nodes}
    assert columns <= {-2, -1, 0, 1, 2}
    for column in columns:
        below = sorted((node for node in picture.nodes if node.column == column), key=lambda node: node.y)
        assert all(one.y + one.height <= other.y for one, other in pairwise(below))


def test_sources_stand_left_of_the_thing_and_effects_right() -> None:
    found = Influences("thing-0", "thing", family={"thing-0"}, edges=[edge(1, 0, 1), edge(0, 2, 2), edge(3, 1, 3)])
    picture = draw(found)
    assert picture is not None
    assert {node.iri: node.column for node in picture.nodes} == {"thing-0": 0, "thing-1": -1, "thing-2": 1, "thing-3": -2}


@given(ENDS)
def test_the_flows_of_narrow_screens_hold_what_the_drawing_does(ends: list[tuple[int, int]]) -> None:
    edges = [edge(source, target, number) for number, (source, target) in enumerate(ends)]
    picture = draw(Influences("thing-0", "thing number 0", family={"thing-0", "thing-1"}, edges=edges))
    if picture is None:
        return
    told = [(source.iri, flow.target.iri, one) for flow in picture.flows for source, between in flow.sources for one in between]
    assert sorted(one.claim.iri for _, _, one in told) == sorted(curve.edge.claim.iri for curve in picture.curves)
    assert all((source, target) == (one.source, one.target) for source, target, one in told)
    assert [flow.target.column for flow in picture.flows] == sorted(flow.target.column for flow in picture.flows)
    assert len({flow.target.iri for flow in picture.flows}) == len(picture.flows)


def name(form: str) -> Name:
    return Name("thing", form, form, "person", plain(form), _pairs(plain(form)))


def test_names_that_fit_better_come_first() -> None:
    forms = ["Rouge", "Rouge Redstar", "Metallic Rouge", "a baroguette"]
    scores = [_score("rouge", _pairs("rouge"), name(form)) for form in forms]
    assert scores == sorted(scores, reverse=True)
    assert _score("izabuchi", _pairs("izabuchi"), name("Izubuchi")) > 0
    assert _score("xq", _pairs("xq"), name("Izubuchi")) == 0


def test_all_templates_are_compiled_before_they_are_asked_for() -> None:
    prepare()
    files = {file.name for file in (ROOT / "scripts" / "whence" / "web" / "pages" / "templates").iterdir()}
    assert _environment().cache is not None
    assert {name for _, name in _environment().cache} == files


def test_when_one_question_fails_the_others_are_given_up() -> None:
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("slow")

    async def failing() -> None:
        await asyncio.sleep(0)
        raise Problem(404, "There is no such thing.")

    async def right() -> int:
        return 1

    with pytest.raises(Problem):
        asyncio.run(together(slow(), failing()))
    assert ended == ["slow"]
    assert asyncio.run(together(right(), right())) == [1, 1]


def test_what_several_wait_for_outlives_the_failure_of_one() -> None:
    async def shared() -> str:
        await asyncio.sleep(0.01)
        return "claims"

    async def failing() -> None:
        raise Problem(503, "The query took too long.")

    async def page() -> tuple[object, str]:
        claims = asyncio.ensure_future(shared())
        told = await asyncio.gather(together(claims, failing()), return_exceptions=True)
        return told[0], await claims

    problem, claims = asyncio.run(page())
    assert isinstance(problem, Problem)
    assert claims == "claims"


def test_a_part_of_a_page_that_fails_is_the_problem_of_the_page() -> None:
    async def slow() -> None:
        await asyncio.sleep(60)

    async def failing() -> None:
        await asyncio.sleep(0)
        raise Problem(503, "The query took too long.")

    async def page() -> None:
        claims = asyncio.ensure_future(slow())
        await together(claims, together(claims, failing()), together(claims, slow()))

    with pytest.raises(Problem):
        asyncio.run(page())
