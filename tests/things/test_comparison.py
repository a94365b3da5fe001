"""Comparisons: what two things share, what only one has, and what is said of both; read in the documents by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest
from pyoxigraph import Store

from whence.errors import UsageError
from whence.namespaces import ID
from whence.things import Index, comparison
from whence.things.comparison import Comparison


@pytest.fixture(scope="module")
def real(real_graph: Store) -> Index:
    return Index(real_graph)


def shared(found: Comparison, facet: str) -> list[str]:
    return [item.value.text for one in found.facets if one.name == facet for item, _ in one.shared]


def only(found: Comparison, facet: str) -> tuple[list[str], list[str]]:
    one = next(one for one in found.facets if one.name == facet)
    return [item.value.text for item in one.first], [item.value.text for item in one.second]


def test_two_works(real: Index) -> None:
    found = comparison.compare(real, ID + "metallic-rouge", ID + "cowboy-bebop")
    assert shared(found, "people") == ["Toshihiro Kawamoto"]
    assert shared(found, "documents") == [
        "[Preview of Metallic Rouge] (2023-11-21)", "“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku)", "“Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider)",
    ]
    assert "Motonobu Hori" in only(found, "people")[0] and only(found, "people")[1] == ["Shinichiro Watanabe"]
    said = {claim.label: [(one.speaker_name, one.stance) for one in claim.positions] for claim in found.between}
    assert said["Cowboy Bebop influenced Metallic Rouge (character design)"] == [("Toshihiro Kawamoto", "hedged")]
    assert said["Metallic Rouge is like Cowboy Bebop"] == [("Toshihiro Kawamoto", "denied")]
    assert any(one.kind == "aspect" for one in found.disagreements)


def test_two_people(real: Index) -> None:
    found = comparison.compare(real, ID + "masahiko-minami", ID + "toshihiro-kawamoto")
    assert shared(found, "works") == ["Metallic Rouge"]
    assert shared(found, "organizations") == ["Studio Bones"]
    assert only(found, "organizations")[0] == ["Sunrise"]
    assert "present at: Anime Expo 2023" in shared(found, "facts")


def test_two_documents(real: Index) -> None:
    found = comparison.compare(real, ID + "document-002", ID + "document-004")
    assert shared(found, "speakers") == ["Masahiko Minami", "Toshihiro Kawamoto"]
    assert "Blade Runner" in shared(found, "things")
    for one in found.disagreements:
        places = {place.document for side in one.sides for position in side.positions for place in position.passages}
        assert {ID + "document-002", ID + "document-004"} <= places
    assert any("Rouge is a woman in Kotaku's article" in one.sentence for one in found.disagreements)


def test_what_is_only_denied_is_not_what_a_thing_has(real: Index) -> None:
    found = comparison.compare(real, ID + "metallic-rouge", ID + "star-trek")
    assert "1980s anime" not in only(found, "sources")[0]
    assert "Star Trek" in only(found, "sources")[0]


def test_what_is_blended_is_no_source(real: Index) -> None:
    """Two deny that Blade Runner shaped the series and nobody affirms it; that the series blends it is another claim."""
    found = comparison.compare(real, ID + "metallic-rouge", ID + "blade-runner")
    assert "Blade Runner" not in only(found, "sources")[0] and "Blade Runner" in only(found, "blends")[0]
    assert not any(one.name == "influenced" and one.second for one in found.facets)
    assert "Metallic Rouge" in only(found, "blended")[1]


def test_a_thing_with_itself_and_two_that_share_nothing(real: Index) -> None:
    with pytest.raises(UsageError, match=r"Both names mean Star Trek\."):
        comparison.compare(real, ID + "star-trek", ID + "star-trek")
    found = comparison.compare(real, ID + "yu-ka", ID + "document-003")
    assert not found.between and not any(one.shared for one in found.facets)


def test_the_command(whence: Callable[..., CompletedProcess[str]]) -> None:
    told = whence("compare", "Metallic Rouge", "Cowboy Bebop")
    assert (told.returncode, told.stderr) == (0, "")
    assert "What both have\n  People and studios: Toshihiro Kawamoto\n" in told.stdout
    document = json.loads(whence("compare", "id:metallic-rouge", "id:cowboy-bebop", "--format", "json").stdout)
    assert document["second"] == {"iri": ID + "cowboy-bebop", "name": "Cowboy Bebop"}
    assert {"facets", "between", "disagreements"} <= document.keys()
    assert whence("compare", "Metallic Rouge", "nothing of this name").returncode == 2
