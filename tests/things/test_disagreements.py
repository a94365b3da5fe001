"""Disagreements: every kind in a small case, and what the five documents say, read in them by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from deriving import with_views
from pyoxigraph import NamedNode, Quad, Store

from whence.namespaces import ID
from whence.things import Index, disagreements
from whence.things.disagreements import KINDS, Disagreement
from whence.things.index import wh

CASE = Path(__file__).parents[1] / "cases" / "things" / "disagreements.ttl"


@pytest.fixture(scope="module")
def small() -> Index:
    return Index(with_views(CASE))


@pytest.fixture(scope="module")
def real(real_graph: Store) -> Index:
    return Index(real_graph)


def of_kind(found: list[Disagreement], kind: str) -> list[str]:
    return [one.sentence for one in found if one.kind == kind]


def test_what_somebody_affirms_in_one_respect_and_the_director_denies_as_a_whole(small: Index) -> None:
    assert of_kind(disagreements.about(small, ID + "comet"), "polarity") == [
        "The press says that Garden influenced Comet (story) (Document 1, 20-40; Document 2, 20-50); "
        "director Hana Mori denies that Garden influenced Comet (Document 2, 60-90)."
    ]


def test_who_contradicts_themselves_is_told(tmp_path: Path) -> None:
    case = tmp_path / "case.ttl"
    position = 'id:{} wh:attests id:c-garden ; wh:speaker id:mori ; wh:polarity wh:{} ; wh:commitment wh:Stated ; wh:mood wh:Fact ; wh:document id:d1 ; wh:start {} ; wh:end {} .\n'
    case.write_text(CASE.read_text() + position.format("a-mori-yes", "Affirmed", 61, 69), encoding="utf-8")
    found = disagreements.about(Index(with_views(case)), ID + "comet")
    assert any(sentence.endswith("; Hana Mori says both.") for sentence in of_kind(found, "polarity"))


def test_what_a_question_takes_for_granted_is_supposed_and_not_affirmed(small: Index) -> None:
    found = disagreements.about(small, ID + "comet")
    assert of_kind(found, "supposed") == [
        "Carl Dahl takes for granted: Comet is to go on (Document 2, 100-120); director Hana Mori denies it (Document 2, 130-140)."
    ]
    assert not any("colour" in side.label for one in found if not one.recorded for side in one.sides)


def test_likeness_that_depends_on_the_aspect(small: Index) -> None:
    assert of_kind(disagreements.about(small, ID + "tower"), "aspect") == [
        "Anna Berg says with a hedge that the score of Comet is like Tower (music) (Document 1, 200-220); "
        "director Hana Mori denies that Comet is like Tower (story) (Document 2, 200-230)."
    ]


def test_several_values_with_imprecise_dates_kept_so(small: Index) -> None:
    found = disagreements.about(small, ID + "comet")
    assert of_kind(found, "value") == [
        "Anna Berg says that Comet is released 1 April 2031 (Document 1, 300-310); Carl Dahl expects that Comet is released winter 2031 (Document 2, 300-320)."
    ]
    assert of_kind(found, "as-of") == [
        "Carl Dahl expects that Comet is released winter 2031 (Document 2, 300-320); "
        "overtaken, since Anna Berg says that Comet is released 1 April 2031 (Document 1, 300-310)."
    ]


def test_the_same_words_under_different_speakers_are_told_once_for_a_sentence(small: Index) -> None:
    (found,) = (one for one in disagreements.about(small, ID + "sato"))
    assert found.kind == "attribution"
    assert found.sentence == (
        "The same words stand under director Hana Mori (Document 1, 400-450) and under Ken Sato (Document 2, 400-450): Comet is about hope."
    )
    assert {side.iri for side in found.sides} == {ID + "c-hope", ID + "c-loss"}


def test_spelling_is_trivial_and_a_record_joins_what_it_is_of(small: Index) -> None:
    found = disagreements.about(small, ID + "mori")
    (spelling,) = (one for one in found if one.trivial)
    assert spelling.kind == "spelling" and spelling is found[-1]
    assert [(record.gloss, record.resolution) for record in spelling.recorded] == [("The name is misprinted.", "kept both")]


def test_what_is_only_recorded_is_told_in_the_words_of_the_record(small: Index) -> None:
    (found,) = disagreements.about(small, ID + "r-degree")
    assert (found.kind, found.sentence) == ("degree", "One is surer than the other.")
    assert sorted(position.iri.removeprefix(ID) for side in found.sides for position in side.positions) == ["a-colour-mori", "a-director"]


def test_a_thing_about_which_nobody_disagrees(small: Index) -> None:
    assert disagreements.about(small, ID + "lake") == []


@pytest.mark.parametrize("graph", ["small", "real"])
def test_the_whole_graph_holds_what_its_things_do_and_the_weightiest_comes_first(graph: str, request: pytest.FixtureRequest) -> None:
    index: Index = request.getfixturevalue(graph)
    found = disagreements.everywhere(index)
    assert all(one.weight >= other.weight for one, other in pairwise(found))
    assert {one.kind for one in found} <= KINDS.keys()
    assert all(one.sides and all(side.positions for side in one.sides) for one in found if not one.recorded)
    recorded = [record.iri for one in found for record in one.recorded]
    assert sorted(recorded) == sorted(node.value for node in index.instances("Discrepancy"))
    told = {one.sentence for one in found}
    for work in index.instances("Work"):
        for one in disagreements.about(index, work.value):
            assert one.sentence in told or one.recorded, "found from a thing and not in the whole graph"


#: The things, the kind, and what must be told of it: read in the texts by hand, with the places at which it stands.
BY_HAND = [
    ("blade-runner", "aspect", ["Kawamoto", "blends Blade Runner, Kamen Rider", "(“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 4-57; “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 1786-1908)"]),
    ("blade-runner", "aspect", ["Kawamoto denies that Blade Runner influenced Metallic Rouge (world-building)", "(“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 2055-2186)"]),
    ("blade-runner", "aspect", ["fans who saw the trailer (as the writer of [Interview with Minami and Kawamoto at Anime Expo 2023] tells) say with a hedge", "([Interview with Minami and Kawamoto at Anime Expo 2023], 972-1064)"]),
    ("star-trek", "aspect", ["Masahiko Minami says that Star Trek influenced Metallic Rouge (world-building) ([Interview with Minami and Kawamoto at Anime Expo 2023], 1372-1491)"]),
    ("star-trek", "aspect", ["Masahiko Minami denies by implication that Metallic Rouge is like Star Trek (scale) ([Interview with Minami and Kawamoto at Anime Expo 2023], 1831-1849)"]),
    ("cowboy-bebop", "aspect", ["says with a hedge that Cowboy Bebop influenced Metallic Rouge (character design) (“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 2621-2685)"]),
    ("sailor-senshi", "aspect", ["(vibrancy) ([Interview with Minami and Kawamoto at Anime Expo 2023], 3018-3079)", "denies", "(appearance) (“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 548-641)"]),
    ("metallic-rouge", "attribution", ["Masahiko Minami (“Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider), 2011-2180)", "Yutaka Izubuchi (“Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending), 3549-3719)"]),
    ("metallic-rouge", "attribution", ["Taisei Iwasaki (“Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider), 2785-2836)", "Yutaka Izubuchi (“Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending), 9268-9319)"]),
    ("metallic-rouge", "attribution", ["Masahiko Minami (“Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider), 494-546)", "Yutaka Izubuchi (“Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending), 12573-12626)"]),
    ("metallic-rouge", "supposed", ["take for granted", "(“Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending), 10112-10178)", "Yutaka Izubuchi denies it (“Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending), 10218-10286)"]),
    ("metallic-rouge", "as-of", ["A specific day of release is known ([Preview of Metallic Rouge] (2023-11-21), 666-707)", "released 11 January 2024 (“Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending), 12883-12924)"]),
    ("metallic-rouge", "value", ["released January 2024", "released winter 2024", "these dates do not exclude each other"]),
    ("naomi-ortmann", "spelling", ['"Naomi Ortmann" (“Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider), 1521-1534', '"Naomi Orthmann" ([Preview of Metallic Rouge] (2023-11-21), 2010-2024)']),
]


@pytest.mark.parametrize(("thing", "kind", "parts"), BY_HAND, ids=lambda value: value if isinstance(value, str) else None)
def test_what_the_documents_say(real: Index, thing: str, kind: str, parts: list[str]) -> None:
    sentences = of_kind(disagreements.about(real, ID + thing), kind)
    assert any(all(part in sentence for part in parts) for sentence in sentences), sentences


def test_the_graph_is_most_at_odds_on_what_makers_deny(real: Index) -> None:
    first = disagreements.everywhere(real)[0]
    assert "Blade Runner" in first.sentence and "denies" in first.sentence


def test_a_walk_from_a_thing_looks_at_what_belongs_to_it(small: Index) -> None:
    """However large the graph is: what hangs on the thing is touched, and of whole properties no more than as many triples as it has claims, and one."""
    counted = Counting(small.store)
    disagreements.about(Index(counted), ID + "lake")  # type: ignore[arg-type]
    assert counted.patterns < 25
    assert counted.scanned and max(counted.scanned) <= len(small.subjects(wh("involves"), NamedNode(ID + "lake"))) + 1


class Counting:
    """A store that notes for which patterns it is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.patterns = 0
        self.scanned: list[int] = []

    def named_graphs(self) -> object:
        return self._store.named_graphs()

    def quads_for_pattern(self, *pattern: object) -> object:
        self.patterns += 1
        found = self._store.quads_for_pattern(*pattern)  # type: ignore[arg-type]
        return found if pattern[0] is not None or pattern[2] is not None else self._noted(found)

    def _noted(self, quads: Iterator[Quad]) -> Iterator[Quad]:
        """Yield the triples of a pattern with neither end, noting how many are taken."""
        place = len(self.scanned)
        self.scanned.append(0)
        for quad in quads:
            self.scanned[place] += 1
            yield quad


def test_the_command(whence: Callable[..., CompletedProcess[str]]) -> None:
    told = whence("disagreements", "Blade", "Runner")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("Disagreements about Blade Runner\n  id:blade-runner\n\nDepends on what is meant (1)\n  ")
    document = json.loads(whence("disagreements", "id:blade-runner", "--format", "json").stdout)
    assert document["thing"] == {"iri": ID + "blade-runner", "name": "Blade Runner"}
    side = document["disagreements"][0]["sides"][0]
    assert {"iri", "label", "kind", "stance", "roles", "positions"} == side.keys()
    assert side["positions"][0]["passages"] == [{"document": ID + "document-004", "start": 4, "end": 57}]


def test_the_command_for_the_whole_graph_sets_spelling_apart(whence: Callable[..., CompletedProcess[str]]) -> None:
    headings = [line for line in whence("disagreements").stdout.splitlines() if line and not line.startswith(" ")]
    assert headings[0] == "Disagreements of the whole graph"
    assert headings[-1].startswith("Spelling (")
    assert whence("disagreements", "no such thing at all").returncode == 2
