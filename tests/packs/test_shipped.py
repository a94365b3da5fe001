"""The packs that come with the bundled corpus are what their mappings make of the published files, and their passages hold."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from whence import mapping
from whence.packs import manifest

ROOT = Path(__file__).parents[2]
PACKS = sorted(path.parent.name for path in (ROOT / "triples" / "packs").glob("*/pack.toml"))
#: What a mapping writes.
MADE = ("findings.tsv", "mapping.toml", "unmapped.tsv")


@pytest.mark.parametrize("name", PACKS)
def test_making_a_shipped_pack_again_gives_the_same_bytes(name: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ROOT / "triples" / "packs" / name
    told = manifest.read(str(folder), name)
    only = folder / "only.txt"
    wanted = only.read_text("utf-8").split("\n") if only.exists() else None
    monkeypatch.chdir(ROOT)
    paths = list(dict.fromkeys(str(shared / Path(one.path).relative_to("../shared")) for one in told.files))
    made = mapping.run(paths, told.mapping, str(tmp_path), name=name, only=[one for one in wanted if one] if wanted else None)
    assert made.counts == told.counts
    assert [(one.name, one.digest, one.length) for one in made.files] == [(one.name, one.digest, one.length) for one in told.files]
    for part in (*MADE, *sorted(f"data/{file.name}" for file in (folder / "data").iterdir())):
        assert (tmp_path / part).read_bytes() == (folder / part).read_bytes(), part
    assert len(list((tmp_path / "data").iterdir())) == len(list((folder / "data").iterdir()))


@pytest.mark.parametrize("name", PACKS)
def test_every_passage_of_a_shipped_pack_holds(name: str, shared: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert shared.is_dir()
    answer = whence("evidence", "--graph", str(ROOT), "--pack", name)
    assert answer.returncode == 0, answer.stderr + answer.stdout[-500:]


def test_a_catalogue_each_is_shipped_with_its_licence_and_notice() -> None:
    assert "wikidata" in PACKS
    told = manifest.read(str(ROOT / "triples" / "packs" / "wikidata"), "wikidata")
    assert told.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert "CC BY 4.0" in told.notice and "WD50K" in told.notice
    assert 100 < told.counts["attestations"] < 1000


Whence = Callable[..., "subprocess.CompletedProcess[str]"]
MADB, WIKIDATA = "the editors of the Media Arts Database", "the editors of Wikidata, by WD50K"


def reached(whence: Whence, thing: str, *options: str) -> dict[str, tuple[str, set[str]]]:
    """What a lineage reaches in one step: stance, and who speaks, of each."""
    told = json.loads(whence("lineage", thing, *options, "--format", "json", "--graph", str(ROOT)).stdout)
    steps: dict[str, tuple[str, set[str]]] = {}
    for one in told["steps"]:
        ends = [one["source"]["name"], one["target"]["name"]]
        if told["thing"]["name"] in ends:
            ends.remove(told["thing"]["name"])
            steps[ends[0]] = one["stance"], {speaker["name"] for speaker in one["speakers"]}
    return steps


def test_blade_runner_goes_on_to_its_source_and_back_to_who_denies_its_influence(whence: Whence) -> None:
    assert reached(whence, "id:blade-runner", "--up") == {"an item without a name here (Q605249)": ("catalogue", {WIKIDATA})}  # test.txt: Q184843,P144,Q605249
    shown = whence("lineage", "id:blade-runner", "--down", "--graph", str(ROOT)).stdout
    assert "Blade Runner -> Metallic Rouge, in world-building: ✕ denied" in shown and "Toshihiro Kawamoto denies" in shown
    said = whence("show", "wikidata:Q605249", "--graph", str(ROOT)).stdout
    assert "role not stated: Philip K. Dick" in said and "http://www.wikidata.org/entity/Q605249" in said


def test_star_trek_is_the_franchise_and_its_first_series_what_the_others_come_from(whence: Whence) -> None:
    assert reached(whence, "id:star-trek", "--down")["Metallic Rouge"] == ("makers", {"Masahiko Minami"})
    later = reached(whence, "wikidata:Q1077", "--down")  # statements P144, P4969 and P2512 of WD50K on Q1077
    assert {name.removeprefix("Star Trek: ") for name in later} == {"The Animated Series", "The Next Generation", "Deep Space Nine", "Voyager", "Enterprise", "an item without a name here (Q21296543)"}
    assert set(map(str, later.values())) == {str(("catalogue", {WIKIDATA}))}
    assert "wikidata:Q1092, decided to be the same" in whence("show", "id:star-trek", "--graph", str(ROOT)).stdout


def test_sailor_moon_has_its_makers_in_the_catalogue_and_no_source_that_is_a_work(whence: Whence) -> None:
    assert reached(whence, "id:sailor-moon", "--both") == {}  # C8806 names who made the original, and no work that it is based on
    shown = whence("show", "id:sailor-moon", "--limit", "200", "--graph", str(ROOT)).stdout
    assert "佐藤順一 (agent), chief director of 美少女戦士セーラームーン (C8806)" in shown and "吉沢孝男, episode director of 美少女戦士セーラームーン (C8806)" in shown
    path = whence("path", "id:sailor-moon", "id:one-piece", "--graph", str(ROOT)).stdout
    assert "Sailor Moon <- 東映 -> " in path and " <- 東映アニメーション -> One Piece" in path


def test_a_director_leads_through_the_catalogue_back_to_the_article(whence: Whence) -> None:
    path = whence("path", "id:shinichiro-watanabe", "id:metallic-rouge", "--graph", str(ROOT)).stdout
    assert "Shinichiro Watanabe -> Cowboy Bebop: The Movie <- Yutaka Izubuchi -> Metallic Rouge" in path
    assert "Shinichiro Watanabe -> Cowboy Bebop: The Movie, as director: □ affirmed by a catalogue" in path and MADB in path
    assert "the writer of [Preview of Metallic Rouge] (2023-11-21) affirms, narration, [Preview of Metallic Rouge] (2023-11-21) 1530-1620" in path
