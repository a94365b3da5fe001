"""Lineage: the firmest path to everything a work comes from, safe with circles and bounded."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from whence import lineage
from whence.lineage import COMMITMENTS, Lineage, Reached
from whence.namespaces import ID, PREFIXES, WH
from whence.things import Index

GRAPH = Path(__file__).parents[1] / "cases" / "lineage" / "graph.ttl"


#: A film of a novel, which another novel influenced; the film influenced a series.
ADAPTED = """
@prefix id: <https://w3id.org/whence/id/> .
@prefix wh: <https://w3id.org/whence/ontology#> .
id:film-of-novel a wh:Adaptation ; wh:derivative id:film ; wh:basis id:novel .
id:older-on-novel a wh:Influence ; wh:influenced id:novel ; wh:influencer id:older ; wh:aspect id:story .
id:film-on-series a wh:Influence ; wh:influenced id:series ; wh:influencer id:film ; wh:aspect id:story .
id:on-film-of-novel wh:attests id:film-of-novel ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact .
id:on-older-on-novel wh:attests id:older-on-novel ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact .
id:on-film-on-series wh:attests id:film-on-series ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact .
"""


@pytest.fixture(scope="module")
def adapted() -> Store:
    store = Store()
    store.load(ADAPTED.encode(), format=RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(path=GRAPH, format=RdfFormat.TURTLE)
    return store


def trace(store: Store, thing: str, **how: Any) -> Lineage:
    return lineage.trace(Index(store), thing, **how)


def told(found: Lineage) -> dict[str, tuple[str, list[str]]]:
    return {one.thing.removeprefix(ID): (one.commitment, [step.claim.removeprefix(ID) for step in one.path]) for one in found.reached}


def by_thing(found: Lineage) -> dict[str, Reached]:
    return {one.thing.removeprefix(ID): one for one in found.reached}


def test_the_firmest_path_wins_and_carries_its_weakest_commitment(store: Store) -> None:
    found = trace(store, f"{ID}a")
    assert told(found) == {
        "b": ("Stated", ["a-b"]),
        "general": ("Stated", ["a-general"]),
        "c": ("Hedged", ["a-b", "b-c"]),
        "d": ("Implied", ["a-b", "b-c", "c-d"]),
    }
    assert [one.thing.removeprefix(ID) for one in found.reached] == ["b", "general", "c", "d"]
    assert not found.truncated


def test_a_weaker_path_is_taken_while_no_firmer_one_is_in_reach(store: Store) -> None:
    found = trace(store, f"{ID}a", depth=2)
    assert told(found)["d"] == ("Promotional", ["a-d"])


def test_a_depth_beyond_the_end_of_every_path_ends_there(store: Store) -> None:
    assert told(trace(store, f"{ID}a", depth=10**30)) == told(trace(store, f"{ID}a"))


def test_what_is_only_denied_or_wished_is_met_but_not_walked(store: Store) -> None:
    found = trace(store, f"{ID}a")
    steps = {step.claim.removeprefix(ID): step for step in found.steps}
    assert (steps["a-denied"].commitment, steps["a-denied"].contested) == (None, True)
    assert (steps["a-wished"].commitment, steps["a-silent"].commitment) == (None, None)
    assert steps["a-silent"].positions == ()
    assert "a-like" not in steps
    assert not {"denied", "wished", "silent", "like"} & set(told(found))


def test_affirmation_comes_from_the_specific_and_denial_from_the_general(store: Store) -> None:
    reached = by_thing(trace(store, f"{ID}a"))
    assert reached["general"].path[0].positions[0].iri == f"{ID}on-a-specific"
    assert [step.contested for step in reached["d"].path] == [False, True, False]
    assert reached["d"].contested
    assert not reached["b"].contested


def test_the_strongest_affirmation_of_a_claim_counts(store: Store) -> None:
    step = by_thing(trace(store, f"{ID}a"))["b"].path[0]
    assert (step.commitment, step.aspect) == ("Stated", f"{WH}AspectNotStated")
    assert [one.iri for one in step.positions] == [f"{ID}on-a-b", f"{ID}on-a-b-too"]


def test_forward_is_what_came_of_it(store: Store) -> None:
    found = trace(store, f"{ID}c", forward=True)
    assert told(found)["b"] == ("Hedged", ["b-c"])
    assert told(found)["a-scene"] == ("Hedged", ["b-c", "a-b"])


def test_what_a_thing_is_based_on_is_a_step_of_its_own_kind(adapted: Store) -> None:
    found = trace(adapted, f"{ID}series")
    assert told(found)["older"] == ("Stated", ["film-on-series", "film-of-novel", "older-on-novel"])
    assert [(step.kind, step.manner) for step in by_thing(found)["older"].path] == [("Influence", "in id:story"), ("Adaptation", "based on"), ("Influence", "in id:story")]
    assert set(told(trace(adapted, f"{ID}novel", forward=True))) == {"film", "series"}


def test_a_path_that_is_based_on_something_is_no_derived_influence(adapted: Store) -> None:
    assert lineage.derived(trace(adapted, f"{ID}series")) == []


def test_what_has_no_aspect_is_left_out_where_one_is_asked_for(adapted: Store) -> None:
    found = trace(adapted, f"{ID}series", aspect=f"{ID}story")
    assert set(told(found)) == {"film"}
    assert found.left_out == {f"{ID}film-of-novel"}


def test_a_path_says_where_it_is_based_on_something(adapted: Store) -> None:
    kinds = [lineage.find(Index(adapted), f"{ID}{one}", f"{ID}{other}").found[0].kind for one, other in (("novel", "film"), ("older", "series"), ("older", "novel"))]
    assert kinds == ["based on", "influence and based on", "influence"]


def test_bounds_are_kept_and_told(store: Store) -> None:
    assert trace(store, f"{ID}a", depth=1).truncated
    found = trace(store, f"{ID}a", limit=2)
    assert found.truncated
    assert len(found.reached) == 2
    assert trace(store, f"{ID}a", depth=0).reached == []


def test_nothing_comes_of_what_nobody_knows(store: Store) -> None:
    found = trace(store, f"{ID}nobody")
    assert (found.reached, found.steps, found.truncated) == ([], [], False)


def test_derived_influence_leaves_out_what_is_claimed_outright(store: Store) -> None:
    found = trace(store, f"{ID}a")
    assert [str(one) for one in lineage.derived(found)] == [
        f"<{ID}a> <{WH}derivedInfluence> <{ID}c>",
        f"<{ID}a> <{WH}derivedInfluence> <{ID}d>",
    ]
    backward = lineage.derived(trace(store, f"{ID}d", forward=True))
    assert f"<{ID}b> <{WH}derivedInfluence> <{ID}d>" in [str(one) for one in backward]


EDGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(COMMITMENTS)), max_size=10)


@settings(max_examples=60)
@given(EDGES, st.integers(1, 4))
def test_no_path_within_the_depth_is_firmer_or_as_firm_and_shorter(edges: list[tuple[int, int, str]], depth: int) -> None:
    """Compared with every walk of the depth, tried one by one."""
    found = trace(random_graph(edges), f"{ID}0", depth=depth)
    expected: dict[int, tuple[int, int]] = {}
    walks = [(0, len(COMMITMENTS), 0)]
    for node, width, length in walks:
        for start, end, commitment in edges if length < depth else ():
            if start == node and end != 0:
                reached = (end, min(width, len(COMMITMENTS) - COMMITMENTS.index(commitment)), length + 1)
                walks += [reached] if reached not in walks else []
                expected[end] = max(expected.get(end, (0, 0)), (reached[1], -reached[2]))
    assert {int(one.thing.removeprefix(ID)): (strength(one), -len(one.path)) for one in found.reached} == expected
    for one in found.reached:
        assert one.path[0].target == f"{ID}0"
        assert all(before.source == after.target for before, after in pairwise(one.path))


def strength(one: Reached) -> int:
    return len(COMMITMENTS) - COMMITMENTS.index(one.commitment)


def random_graph(edges: list[tuple[int, int, str]]) -> Store:
    store = Store()
    for number, (influenced, influencer, commitment) in enumerate(edges):
        claim, attestation = NamedNode(f"{ID}claim-{number}"), NamedNode(f"{ID}attestation-{number}")
        for subject, predicate, value in (
            (claim, PREFIXES["rdf"] + "type", f"{WH}Influence"), (claim, f"{WH}influenced", f"{ID}{influenced}"),
            (claim, f"{WH}influencer", f"{ID}{influencer}"), (attestation, f"{WH}attests", claim.value),
            (attestation, f"{WH}polarity", f"{WH}Affirmed"), (attestation, f"{WH}commitment", WH + commitment),
        ):
            store.add(Quad(subject, NamedNode(predicate), NamedNode(value)))
    return store
