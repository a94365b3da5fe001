"""The map of a graph: nothing on top of another, everything inside, and what stands with what."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations, pairwise, permutations

import pytest
from pyoxigraph import NamedNode, Quad, Store

from whence.namespaces import ID, PREFIXES, WH
from whence.things import Index
from whence.web.pages import graph_map as maps
from whence.web.pages.graph_map import Map, draw

TYPE, INVOLVES = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(WH + "involves")


def generated(works: int, each: int) -> Index:
    """A graph of works with as many people each, all told of with their work alone; and one claim about all works."""
    store = Store()

    def add(subject: str, predicate: NamedNode, value: str) -> None:
        store.add(Quad(NamedNode(subject), predicate, NamedNode(value)))

    for work in range(works):
        for name, kind in [(f"work-{work}", "Work"), *((f"person-{work}-{number}", "Agent") for number in range(each))]:
            for one in (kind, "Entity"):
                add(ID + name, TYPE, WH + one)
        add(f"{ID}claim", INVOLVES, f"{ID}work-{work}")
        for number in range(each):
            for count in range(works - work):
                for name in (f"work-{work}", f"person-{work}-{number}"):
                    add(f"{ID}claim-{work}-{number}-{count}", INVOLVES, ID + name)
    return Index(store)


@pytest.fixture(scope="module")
def bundled(real_graph: Store) -> Map:
    found = draw(Index(real_graph))
    assert found is not None
    return found


def look(found: Map) -> None:
    """Nothing lies on top of another, and nothing outside."""
    for one, other in combinations(found.places, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) >= max(one.r + other.r, 24), (one.name, other.name)
    for place in found.places:
        assert place.r <= place.x <= found.width - place.r and place.r <= place.y <= found.height - place.r
    lines: dict[float, list[tuple[float, float]]] = {}
    for place in found.places:
        if place.label:
            half = maps._wide(place.label) / 2
            assert half <= place.label_x <= found.width - half and 10 <= place.label_y <= found.height
            lines.setdefault(place.label_y, []).append((place.label_x - half, place.label_x + half))
    labels = [(y, *ends) for y, all_ends in lines.items() for ends in all_ends]
    for (y, left, right), (other_y, other_left, other_right) in combinations(labels, 2):
        assert abs(y - other_y) >= 13 or left >= other_right or other_left >= right
    for line in lines.values():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(line)))
    for named, other in permutations(found.places, 2):
        if named.label:
            half = maps._wide(named.label) / 2
            x, y = min(max(other.x, named.label_x - half), named.label_x + half), min(max(other.y, named.label_y - 10), named.label_y + 3)
            assert math.dist((x, y), (other.x, other.y)) >= other.r - 2, f"{named.label} lies on {other.name}"


def test_the_bundled_graph_has_a_map_with_its_weightiest_names(bundled: Map) -> None:
    look(bundled)
    assert bundled.left_out == 0
    first = sorted(bundled.places, key=lambda place: -place.claims)
    assert first[0].name == "Metallic Rouge"
    assert all(place.label for place in first[:20])
    assert bundled.width <= 1080, "wider than the column of the page"
    by_name = {place.name: place for place in bundled.places}
    assert by_name["Yutaka Izubuchi"].home == by_name["Rouge Redstar"].home == ID + "metallic-rouge"
    assert by_name["replicants"].home == by_name["Blade Runner"].iri
    assert not {"director", "writer", "character not stated"} & set(by_name)
    assert {arrow.kind for arrow in bundled.arrows} == {"Influence", "Likeness", "Blend"}


@pytest.mark.parametrize(("works", "each"), [(1, 0), (1, 1), (1, 40), (6, 5), (20, 3), (3, 30)])
def test_maps_of_generated_graphs(works: int, each: int) -> None:
    found = draw(generated(works, each))
    assert found is not None
    look(found)
    assert len(found.places) == works * (each + 1)
    for place in found.places:
        assert place.home == ID + "work-" + place.iri.removeprefix(ID).split("-")[1]


def test_what_does_not_fit_is_counted() -> None:
    found = draw(generated(25, 20))
    assert found is not None and len(found.places) + found.left_out == 25 * 21 and len(found.places) == 400


def test_a_graph_without_claims_has_no_map() -> None:
    assert draw(Index(Store())) is None


def test_the_same_graph_has_the_same_map() -> None:
    assert draw(generated(5, 6)) == draw(generated(5, 6))


def test_no_arrow_hides_another(bundled: Map) -> None:
    between = Counter(arrow.path for arrow in bundled.arrows)
    assert len(bundled.arrows) > 5 and set(between.values()) == {1}
