"""The lineage of Metallic Rouge as the five texts tell it, read by hand: who says what, where, how firmly, and what is denied."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Store

from whence import lineage
from whence.lineage import Lineage
from whence.namespaces import ID, PREFIXES, VIEW, WH
from whence.things import Index
from whence.things.positions import POLICIES

WORK = f"{ID}metallic-rouge"


@pytest.fixture(scope="module")
def index(real_graph: Store) -> Index:
    return Index(real_graph)


def reached(found: Lineage) -> dict[str, str]:
    return {one.thing.rpartition("/")[2]: one.commitment for one in found.reached}


MAKERS = {
    "izubuchi-vision-of-falling-stars": "Stated", "main-staff-of-metallic-rouge": "Stated", "masahiko-minami": "Stated",
    "motonobu-hori": "Stated", "star-trek": "Stated", "tradition-of-good-music": "Stated",
}  # fmt: skip
PRESS = {"star-trek": "Stated", "tokusatsu": "Stated", "1940s": "Stated"}


@pytest.mark.parametrize(("policy", "expected"), [
    (None, {**MAKERS, **PRESS, "cowboy-bebop": "Hedged", "past-projects-of-kawamoto": "Hedged", "spaghetti-western": "QuestionPremise",
            "opinion-of-the-director-of-cowboy-bebop": "Hedged"}),
    ("maker", MAKERS), ("press", PRESS), ("any", {**MAKERS, **PRESS}),
])  # fmt: skip
def test_what_it_comes_from(index: Index, policy: str | None, expected: dict[str, str]) -> None:
    assert reached(lineage.trace(index, WORK, policy=policy)) == expected


def test_what_makers_and_a_writer_deny_is_met_and_not_walked(index: Index) -> None:
    beside = {step.claim.removeprefix(ID): step for step in lineage.trace(index, WORK).beside}
    assert {claim: (step.stance, [speaker.removeprefix(ID) for speaker in step.speakers]) for claim, step in beside.items()} == {
        "claim-influence-1980s-anime": ("denied", ["yutaka-izubuchi"]),
        "claim-influence-blade-runner-science-fiction": ("denied", ["writer-of-document-002"]),
        "claim-influence-blade-runner-world-building": ("denied", ["toshihiro-kawamoto"]),
        "claim-influence-kamen-rider-world-building": ("denied", ["toshihiro-kawamoto"]),
    }


@pytest.mark.parametrize(("thing", "aspect", "speaker", "place"), [
    ("star-trek", "world-building", "masahiko-minami", ("document-002", 1372, 1491)),
    ("izubuchi-vision-of-falling-stars", "", "yutaka-izubuchi", ("document-001", 3035, 3082)),
    ("tradition-of-good-music", "", "taisei-iwasaki", ("document-001", 8819, 8862)),
    ("cowboy-bebop", "character design", "toshihiro-kawamoto", ("document-004", 2621, 2685)),
])  # fmt: skip
def test_a_step_says_who_where_and_in_what(index: Index, thing: str, aspect: str, speaker: str, place: tuple[str, int, int]) -> None:
    (found,) = [one for one in lineage.trace(index, WORK).reached if one.thing.endswith(f"/{thing}")]
    (step,) = found.path
    assert (step.aspect_name, step.speakers, step.documents) == (aspect, [ID + speaker], [ID + place[0]])
    (passage,) = step.positions[0].passages
    assert (passage.document, passage.start, passage.end) == (ID + place[0], *place[1:])


def test_an_aspect_takes_narrower_ones_and_counts_what_states_none(index: Index) -> None:
    aspect = PREFIXES["aspect"]
    design = lineage.trace(index, WORK, aspect=f"{aspect}design")
    assert reached(design) == {"main-staff-of-metallic-rouge": "Stated", "masahiko-minami": "Stated", "motonobu-hori": "Stated",
                               "cowboy-bebop": "Hedged", "past-projects-of-kawamoto": "Hedged"}  # fmt: skip
    assert reached(design) == reached(lineage.trace(index, WORK, aspect=f"{aspect}character-design"))
    assert reached(lineage.trace(index, WORK, aspect=f"{aspect}world-building")) == {"star-trek": "Stated"}
    assert len(design.left_out) == 8


def test_what_came_of_things(index: Index) -> None:
    def down(thing: str) -> dict[str, str]:
        return reached(lineage.trace(index, thing, forward=True))

    assert down(WORK) == {}
    assert down(f"{ID}cowboy-bebop") == {"metallic-rouge": "Hedged"}
    assert down(f"{ID}opinion-of-the-director-of-cowboy-bebop") == {"cowboy-bebop": "Stated", "metallic-rouge": "Hedged"}
    assert down(f"{PREFIXES['genre']}tokusatsu") == {"metallic-rouge": "Stated", "metallic-rouge-designs": "QuestionPremise"}
    assert down(f"{ID}blade-runner") == {}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_licenses_what_its_view_holds(index: Index, policy: str) -> None:
    """Every influence of the view is a licensed step at its end, and no other one is."""
    quads = index.store.quads_for_pattern(None, NamedNode(WH + "influencedBy"), None, NamedNode(VIEW + policy))
    view = {(quad.subject.value, quad.object.value) for quad in quads}
    ends = {index.value(claim, NamedNode(WH + "influenced")) for claim in index.instances("Influence")}
    steps = [step for end in ends for step in lineage.trace(index, end, depth=1, policy=policy).steps]
    assert {(step.target, step.source) for step in steps if step.commitment} == view
    assert view


def test_shared_people_and_a_hedged_influence_join_it_to_cowboy_bebop(index: Index) -> None:
    found = lineage.find(index, WORK, f"{ID}cowboy-bebop").found
    kinds = [(way.kind, way.commitment, [hop.end.removeprefix(ID) for hop in way.hops]) for way in found]
    assert kinds[0] == ("shared people", "Stated", ["toshihiro-kawamoto", "cowboy-bebop"])
    assert ("influence", "Hedged", ["cowboy-bebop"]) in kinds
    assert not lineage.find(index, f"{ID}star-trek", f"{ID}kamen-rider").found


def test_what_is_denied_likened_and_blended_is_told_where_there_is_no_path(index: Index) -> None:
    found = lineage.find(index, WORK, f"{ID}blade-runner")
    assert (found.found, found.truncated) == ([], False)
    beside = {claim.iri.removeprefix(ID + "claim-"): (claim.stance, {place.document[-3:] for one in claim.positions for place in one.passages})
              for claim in found.beside}  # fmt: skip
    assert beside["influence-blade-runner-world-building"] == ("denied", {"004"})
    assert beside["influence-blade-runner-science-fiction"] == ("denied", {"002"})
    assert {"likeness-blade-runner", "blend-blade-runner-kamen-rider", "recommendation-blade-runner"} <= beside.keys()
    assert [claim["iri"] for claim in lineage.path_record(index, found)["beside"]] == [claim.iri for claim in found.beside]
