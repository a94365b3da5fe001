"""How one thing reaches another, by hand: which ways there are, which comes first, and what each rests on."""

from __future__ import annotations

from pathlib import Path

import pytest
from deriving import graph_of

from whence import lineage
from whence.errors import UsageError
from whence.lineage import Path as Way
from whence.lineage.diagram import of_paths
from whence.lineage.steps import reader
from whence.namespaces import ID, WH
from whence.things import Index


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(graph_of(Path(__file__).parents[1] / "cases" / "lineage" / "paths.ttl"))


def told(way: Way) -> tuple[str, str, bool, str]:
    arrows = [f"{'>' if hop.onward else '<'} {hop.end.removeprefix(ID)}" for hop in way.hops]
    return way.kind, way.commitment, way.contested, " ".join([way.hops[0].start.removeprefix(ID), *arrows])


def ways(index: Index, start: str, end: str, **how: object) -> list[tuple[str, str, bool, str]]:
    return [told(way) for way in lineage.find(index, ID + start, ID + end, **how).found]  # type: ignore[arg-type]


def test_shared_people_and_a_shared_source_the_better_supported_first(index: Index) -> None:
    assert ways(index, "one", "two") == [
        ("shared people", "Stated", False, "one < ada > two"),
        ("shared source", "Hedged", True, "one < tune < root > two"),
    ]
    assert ways(index, "two", "one") == [
        ("shared people", "Stated", False, "two < ada > one"),
        ("shared source", "Hedged", True, "two < root > tune > one"),
    ]


def test_a_path_names_every_claim_document_and_speaker_it_rests_on(index: Index) -> None:
    way = lineage.find(index, f"{ID}one", f"{ID}two").found[0]
    assert [[step.claim.removeprefix(ID) for step in hop.steps] for hop in way.hops] == [["ada-score"], ["ada-two", "ada-two-hedged"]]
    assert (way.documents, way.speakers) == ([f"{ID}letter", f"{ID}paper"], [f"{ID}reporter"])
    hop = lineage.path_record(index, lineage.find(index, f"{ID}one", f"{ID}two"))["paths"][0]["hops"][0]
    assert (hop["from"]["iri"], hop["to"]["iri"], hop["onward"]) == (f"{ID}one", f"{ID}ada", False)
    (position,) = hop["steps"][0]["positions"]
    assert position["passages"] == [{"document": f"{ID}paper", "start": 10, "end": 12}]


def test_influence_goes_in_a_chain(index: Index) -> None:
    assert ways(index, "root", "one", length=2) == [("influence", "Hedged", False, "root > tune > one")]
    assert ways(index, "one", "root") == [
        ("influence", "Hedged", False, "one < tune < root"), ("mixed", "Stated", True, "one < ada > two < root"),
    ]  # fmt: skip


def test_offices_lead_on(index: Index) -> None:
    assert ways(index, "two", "far") == [("shared people", "Stated", False, "two < studio < ben > far")]


def test_no_path_says_up_to_which_length(index: Index) -> None:
    for start, end, length in (("two", "far", 2), ("alone", "two", 4), ("root", "alone", 8)):
        found = lineage.find(index, ID + start, ID + end, length=length)
        assert (found.found, found.length, found.truncated, found.part) == ([], length, False, False)
    assert [claim.iri for claim in lineage.find(index, f"{ID}alone", f"{ID}two").beside] == [f"{ID}alone-two"]


def test_a_part_has_no_path_to_its_whole(index: Index) -> None:
    for start, end in (("one", "one-score"), ("one-score", "one"), ("one", "one")):
        found = lineage.find(index, ID + start, ID + end)
        assert (found.part, found.found) == (True, [])


def test_a_policy_leaves_only_what_it_licenses(index: Index) -> None:
    assert ways(index, "one", "two", policy="press") == [("shared people", "Stated", False, "one < ada > two")]
    assert ways(index, "one", "tune", policy="maker") == [("influence", "Stated", False, "one < tune")]
    assert ways(index, "two", "root", policy="maker") == []
    with pytest.raises(UsageError, match="There is no policy 'pres'") as caught:
        lineage.find(index, f"{ID}one", f"{ID}two", policy="pres")
    assert "Did you mean press?" in str(caught.value.fix)


def test_limits_are_kept_and_told(index: Index) -> None:
    found = lineage.find(index, f"{ID}one", f"{ID}two", limit=1)
    assert (len(found.found), found.truncated) == (1, True)
    assert lineage.find(index, f"{ID}one", f"{ID}two", most=2).truncated


def test_between_two_busy_things_only_claims_on_ways_that_meet_are_read(tmp_path: Path) -> None:
    credits = [("busy", f"film-{number}") for number in range(60)] + [(f"person-{number}", "crowded") for number in range(60)]
    credits += [("person-7", "film-9"), *((f"aside-{number}", f"film-{number}") for number in range(60))]
    lines = [f"id:{agent} a wh:Person . id:{work} a wh:Film . id:{agent}-{work} a wh:Contribution ; wh:agent id:{agent} ; wh:work id:{work} ." for agent, work in credits]
    lines += [f"id:by-{agent}-{work} wh:attests id:{agent}-{work} ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact ." for agent, work in credits]
    path = tmp_path / "busy.ttl"
    path.write_text(f"@prefix id: <{ID}> . @prefix wh: <{WH}> .\n" + "\n".join(lines), encoding="utf-8")
    index = Index(graph_of(path))
    assert ways(index, "busy", "crowded") == [("shared people", "Stated", False, "busy > film-9 < person-7 > crowded")]
    assert reader(index).steps.keys() == {f"{ID}busy-film-9", f"{ID}person-7-film-9", f"{ID}person-7-crowded"}


def test_the_diagram_goes_from_one_end_to_the_other(index: Index) -> None:
    diagram = of_paths(index, lineage.find(index, f"{ID}one", f"{ID}two"))
    columns = {node.iri.removeprefix(ID): node.column for node in diagram.nodes}
    assert columns == {"one": 0, "ada": 1, "tune": 1, "root": 2, "two": 3}
    assert {(edge.source.removeprefix(ID), edge.target.removeprefix(ID)) for edge in diagram.edges} == {
        ("ada", "one"), ("ada", "two"), ("tune", "one"), ("root", "tune"), ("root", "two"),
    }  # fmt: skip
