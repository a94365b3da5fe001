"""The file of decisions: what each line means, what is wrong with one, which clusters follow, and what never does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence import identity
from whence.errors import InputError
from whence.identity import COLUMNS, Decision
from whence.namespaces import WH
from whence.store import layout

HEAD = "\t".join(COLUMNS)
BASE = "https://example.org/"


def row(thing: str, other: str, decision: str = "same", tier: str = "name", score: str = "0.50", by: str = "Ada", day: str = "2026-11-29") -> str:
    return "\t".join((BASE + thing, BASE + other, decision, tier, score, "called so", by, day))


def read(tmp_path: Path, *rows: str) -> identity.Decisions:
    folder = tmp_path / "triples"
    folder.mkdir(exist_ok=True)
    (folder / "identity.tsv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return identity.decisions(layout.GraphFiles(tmp_path))


def test_a_graph_without_the_file_has_no_decisions(tmp_path: Path) -> None:
    (tmp_path / "triples").mkdir()
    assert identity.decisions(layout.GraphFiles(tmp_path)) == identity.Decisions((), (), ())


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "triples" / "identity.tsv").mkdir(parents=True)
    with pytest.raises(InputError, match="This is a directory, not a file"):
        identity.decisions(layout.GraphFiles(tmp_path))


def test_clusters_close_what_is_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, row("a", "b"), row("b", "c"), row("x", "y"), row("c", "d", "open"), row("d", "x", "different"))
    assert found.findings == ()
    assert found.clusters == ((BASE + "a", BASE + "b", BASE + "c"), (BASE + "x", BASE + "y"))


@pytest.mark.parametrize(
    ("line", "message", "fix"),
    [
        ("a\tb", "The line has 2 columns, not 8.", "with a tab between any two"),
        (row("a", "a"), "<https://example.org/a> stands in both columns.", "name the other one"),
        (row("a", "b", "smae"), "The decision cannot be 'smae'.", "Did you mean same? Write same, different or open."),
        (row("a", "b", ""), "The decision cannot be ''.", "Write same, different or open."),
        (row("a", "b", tier="names"), "The tier cannot be 'names'.", "Did you mean name?"),
        (row("a", "b", score="2"), "The score cannot be '2'.", "a number from 0 to 1"),
        (row("a", "b", score="much"), "The score cannot be 'much'.", "a number from 0 to 1"),
        (row("a", "b", score="nan"), "The score cannot be 'nan'.", "a number from 0 to 1"),
        (row("a", "b", by=" "), "Nobody is named who decided.", "column by"),
        (row("a", "b", day="yesterday"), "The date cannot be 'yesterday'.", "2026-11-29"),
        (row("a", "b", day="2026-02-30"), "The date cannot be '2026-02-30'.", "2026-11-29"),
        (row("a b", "c"), "The column thing has no IRI but 'https://example.org/a b'.", "whole IRI"),
        (row("a", "b").replace(BASE + "b", "nobody:b"), "Nothing declares the prefix of 'nobody:b' in the column other.", "whole IRI"),
    ],
)
def test_a_wrong_line_is_told_with_its_place_and_nothing_follows_from_it(line: str, message: str, fix: str, tmp_path: Path) -> None:
    found = read(tmp_path, row("x", "y"), line)
    assert [(one.message, one.place.line if one.place else 0) for one in found.findings] == [(message, 3)]
    assert fix in (found.findings[0].fix or "")
    assert found.clusters == ((BASE + "x", BASE + "y"),)


def test_a_wrong_head_an_encoding_and_a_second_decision_on_one_pair_are_told(tmp_path: Path) -> None:
    rows, findings = identity.parse(b"thing\tother\n" + row("b", "a").encode() + b"\r\n" + row("a", "b", "open").encode() + b"\n\xff\n", "f.tsv")
    assert [one.decision for one in rows] == ["same"] and rows[0].pair == (BASE + "a", BASE + "b")
    assert [(one.place.line, one.message.split(" on ")[0]) for one in findings if one.place] == [
        (1, "The first line does not name the columns."),
        (3, "<https://example.org/a> and <https://example.org/b> are decided"),
        (4, "The line is not UTF-8."),
    ]


def test_a_different_inside_a_cluster_is_a_finding_and_the_cluster_is_not_crossed(tmp_path: Path) -> None:
    found = read(tmp_path, row("a", "b"), row("a", "c", "different"), row("b", "c"), row("x", "y"))
    (finding,) = found.findings
    assert finding.rule == "identity:contradiction" and finding.place and finding.place.line == 3
    assert "(line 2)" in finding.message and "(line 4)" in finding.message
    assert found.clusters == ((BASE + "x", BASE + "y"),)
    assert not any("example.org/a" in str(triple) for triple in identity.triples(found))


def test_more_things_than_anybody_means_are_no_cluster(tmp_path: Path) -> None:
    found = read(tmp_path, *(row("a", f"b{number}") for number in range(300)))
    assert found.clusters == () and "300 others" in found.findings[0].message


def test_triples_are_closed_both_ways_and_tell_the_decision(tmp_path: Path) -> None:
    triples = identity.triples(read(tmp_path, row("a", "b"), row("b", "c"), row("c", "d", "open"), row("e", "f", "different")))
    same = {(one.subject.value[-1], one.object.value[-1]) for one in triples if one.predicate.value == WH + "sameThing"}
    assert same == {("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("a", "c"), ("c", "a")}
    assert {(one.subject.value[-1], one.object.value[-1]) for one in triples if one.predicate.value == WH + "possiblySameAs"} == {("c", "d"), ("d", "c")}
    told = {one.predicate.value.rpartition("#")[2] for one in triples if one.subject.value.startswith("https://w3id.org/whence/graph/identity/")}
    assert {"decidedOn", "verdict", "tier", "score", "reason"} <= told
    assert sum(one.predicate.value == WH + "verdict" for one in triples) == 3  # of what is different nothing follows
    assert len(triples) == len(set(triples))


def test_written_rows_are_sorted_replace_one_another_and_are_read_as_they_were(tmp_path: Path) -> None:
    read(tmp_path, row("m", "n"))
    new = [identity.decided(BASE + other, BASE + one, "open", "name and work", 0.754, "two\twords\nmore", "Ada", "2026-11-29") for one, other in (("m", "n"), ("a", "z"))]
    path = identity.write(layout.GraphFiles(tmp_path), new, "two decisions")
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    assert lines[0] == HEAD and lines[1:] == sorted(lines[1:]) and len(lines) == 3
    assert "\topen\tname and work\t0.75\ttwo words more\tAda\t2026-11-29" in lines[1]
    before = Path(path).read_bytes()
    identity.write(layout.GraphFiles(tmp_path), new, "again")
    assert Path(path).read_bytes() == before


def test_nothing_is_written_into_a_file_with_a_wrong_line(tmp_path: Path) -> None:
    read(tmp_path, "wrong")
    before = (tmp_path / "triples" / "identity.tsv").read_bytes()
    with pytest.raises(InputError, match=r"identity\.tsv:2: The line has 1 column"):
        identity.write(layout.GraphFiles(tmp_path), [identity.decided(BASE + "a", BASE + "b", "same", "", None, "", "Ada", "2026-11-29")], "one")
    assert (tmp_path / "triples" / "identity.tsv").read_bytes() == before


_IRIS = st.sampled_from([BASE + letter for letter in "abcdefgh"])


@given(st.lists(st.tuples(_IRIS, _IRIS, st.sampled_from(identity.VERDICTS)).filter(lambda one: one[0] != one[1])))
def test_clusters_are_what_is_connected_but_for_those_with_a_contradiction(pairs: list[tuple[str, str, str]]) -> None:
    known = {tuple(sorted(pair)): Decision(*sorted(pair), decision, "", None, "", "Ada", "2026-11-29") for *pair, decision in pairs}
    content = "\n".join([HEAD, *(one.row for one in known.values())]).encode()
    rows, findings = identity.parse(content, "f")
    assert not findings and len(rows) == len(known)
    home = {iri: iri for pair in known for iri in pair}
    for pair, one in known.items():
        if one.decision == "same":
            home = {iri: home[pair[0]] if group == home[pair[1]] else group for iri, group in home.items()}
    groups = {group: sorted(iri for iri, own in home.items() if own == group) for group in home.values()}
    wrong = {home[pair[0]] for pair, one in known.items() if one.decision == "different" and home[pair[0]] == home[pair[1]]}
    from whence.identity.decisions import _clusters

    clusters, found = _clusters(rows)
    assert clusters == tuple(sorted(tuple(members) for group, members in groups.items() if len(members) > 1 and group not in wrong))
    assert bool(found) == bool(wrong)
