"""Merges of two curators' work, by git: they conflict only where the two disagree."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from own_graphs import CLAIMS, PREFIXES, THINGS, attestation, read, write
from pyoxigraph import RdfFormat, parse

from whence.revisions.merging import merge

Git = Callable[..., subprocess.CompletedProcess[str]]
SINGLE = {f"https://w3id.org/whence/ontology#{name}" for name in ("start", "end", "speaker", "polarity", "passageDigest")}


def on_branches(graph: Path, git: Git, one: dict[str, str], other: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Commit files on two branches that start here, and merge the second into the first."""
    for branch, files in (("one", one), ("other", other)):
        git("checkout", "-q", "-b", branch, "main")
        for name, text in files.items():
            write(graph, name, text)
        git("add", "-A")
        assert git("commit", "-qm", branch).returncode == 0
    git("checkout", "-q", "one")
    return git("merge", "-q", "--no-edit", "other")


def triples(text: str) -> set[str]:
    return {str(quad) for quad in parse(text, format=RdfFormat.TURTLE)}


def test_two_curators_add_to_the_same_files_at_the_same_places_without_conflict(own_graph: Path, git: Git) -> None:
    first, last = attestation("first", 10), attestation("last", 300)
    things, claims = (f'\ng:{name}\n  a wh:Place ;\n  skos:prefLabel "{name}"@en ;\n.\n' for name in ("minato", "rumoi")), CLAIMS
    minato, rumoi = things
    more = [claims.replace("otaru", name) for name in ("minato", "rumoi")]
    mine = {"post": first + attestation("mine", 200, "claim-influence-minato") + last, "claims": claims + more[0], "things": THINGS + minato}
    yours = {"post": first + attestation("yours", 100, "claim-influence-rumoi") + last, "claims": claims + more[1], "things": THINGS + rumoi}
    merged = on_branches(own_graph, git, mine, yours)
    assert merged.returncode == 0, merged.stdout + merged.stderr
    assert git("status", "--porcelain").stdout == ""
    blocks = [first, attestation("yours", 100, "claim-influence-rumoi"), attestation("mine", 200, "claim-influence-minato"), last]
    assert read(own_graph, "post") == "".join(blocks)
    for name in ("claims", "things"):
        assert triples(PREFIXES + read(own_graph, name)) == triples(PREFIXES + mine[name]) | triples(PREFIXES + yours[name])


def test_without_the_driver_the_same_merge_conflicts(own_graph: Path, git: Git) -> None:
    git("config", "--remove-section", "merge.whence")
    first, last = attestation("first", 10), attestation("last", 300)
    merged = on_branches(own_graph, git, {"post": first + attestation("mine", 200) + last}, {"post": first + attestation("yours", 100) + last})
    assert merged.returncode == 1


def test_a_file_that_both_add_is_one(own_graph: Path, git: Git) -> None:
    merged = on_branches(own_graph, git, {"new": attestation("mine", 200)}, {"new": attestation("yours", 100)})
    assert merged.returncode == 0, merged.stderr
    assert read(own_graph, "new") == attestation("yours", 100) + attestation("mine", 200)


def test_a_disagreement_is_told_as_a_person_reads_it_and_marked(own_graph: Path, git: Git) -> None:
    last = attestation("last", 300)
    mine = {"post": attestation("first", 10, polarity="Denied") + last, "things": THINGS.replace('"Otaru"@en', '"Otaru City"@en')}
    yours = {"post": attestation("first", 10, speaker="otaru") + last, "things": THINGS.replace('"Otaru"@en', '"City of Otaru"@en')}
    merged = on_branches(own_graph, git, mine, yours)
    assert merged.returncode == 1
    assert 'whence: triples/things.ttl: “Otaru” (g:otaru): the name is "Otaru City"@en in the first version and "City of Otaru"@en in the second.' in merged.stderr.replace("“Otaru City” (g:otaru)", "“Otaru” (g:otaru)")
    assert git("diff", "--name-only", "--diff-filter=U").stdout == "triples/things.ttl\n"
    assert read(own_graph, "post") == attestation("first", 10, polarity="Denied", speaker="otaru") + last
    assert read(own_graph, "things").count("<<<<<<< ours") == 1
    assert "g:otaru\n  a wh:Place ;\n  skos:prefLabel \"City of Otaru\"@en ;\n.\n>>>>>>> theirs\n" in read(own_graph, "things")


def merged(base: str, ours: str, theirs: str) -> tuple[str, tuple[str, ...]]:
    result = merge(PREFIXES + base, PREFIXES + ours, PREFIXES + theirs, SINGLE)
    return result.text.removeprefix(PREFIXES), result.conflicts


BASE = attestation("a", 10) + attestation("b", 50)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (BASE, attestation("a", 10), attestation("a", 10)),
        (attestation("b", 50), BASE, attestation("b", 50)),
        (attestation("a", 12) + attestation("b", 50), attestation("a", 12) + attestation("b", 50), attestation("a", 12) + attestation("b", 50)),
        (attestation("a", 12) + attestation("b", 50), BASE + attestation("c", 70), attestation("a", 12) + attestation("b", 50) + attestation("c", 70)),
        ("\n# a remark\n" + BASE, attestation("0", 5) + BASE, "\n# a remark\n" + attestation("0", 5).lstrip("\n") + BASE),
    ],
    ids=["taken out in the second", "taken out in the first", "changed alike", "changed and added", "a remark and one before it"],
)
def test_what_only_one_changed_stays_changed(ours: str, theirs: str, expected: str) -> None:
    text, conflicts = merged(BASE, ours, theirs)
    assert conflicts == ()
    assert triples(PREFIXES + text) == triples(PREFIXES + expected) and ("# a remark" in text) == ("# a remark" in expected)


def test_taking_out_what_the_other_changes_is_a_disagreement() -> None:
    text, conflicts = merged(BASE, attestation("b", 50), attestation("a", 12) + attestation("b", 50))
    assert conflicts == ("<https://example.org/g/a> was taken out in the first version and changed in the other.",)
    assert text.count("<<<<<<<") == 1


def test_two_new_values_of_a_property_that_takes_several_both_stay() -> None:
    base = '\ng:otaru\n  a wh:Place ;\n  skos:prefLabel "Otaru"@en ;\n.\n'
    ours, theirs = (base.replace("  skos:pref", f'  skos:altLabel "{name}"@en ;\n  skos:pref') for name in ("one", "two"))
    text, conflicts = merged(base, ours, theirs)
    assert conflicts == () and triples(PREFIXES + text) == triples(PREFIXES + ours) | triples(PREFIXES + theirs)


def test_another_place_for_the_same_position_in_each_is_a_disagreement() -> None:
    _, conflicts = merged(BASE, attestation("a", 12) + attestation("b", 50), attestation("a", 14) + attestation("b", 50))
    assert "<https://example.org/g/a>: the start is 12 in the first version and 14 in the second." in conflicts


def test_two_readings_of_a_passage_are_a_disagreement() -> None:
    """Half of each would be a reading that nobody made."""
    hedged = BASE.replace("wh:commitment wh:Stated", "wh:commitment wh:Hedged", 1)
    denied = BASE.replace("wh:polarity wh:Affirmed", "wh:polarity wh:Denied", 1)
    assert BASE not in (hedged, denied)
    text, conflicts = merged(BASE, denied, hedged)
    assert conflicts == ("<https://example.org/g/a> was read anew in both: polarity in the first version, commitment in the second.",) and "<<<<<<<" in text
    both = denied.replace("wh:commitment wh:Stated", "wh:commitment wh:Hedged", 1)
    assert merged(BASE, denied, both)[1] == () and triples(PREFIXES + merged(BASE, denied, both)[0]) == triples(PREFIXES + both)


def test_a_version_that_is_no_turtle_is_left_whole_between_marks() -> None:
    result = merge(PREFIXES + BASE, PREFIXES + BASE + "g:broken", PREFIXES + BASE, SINGLE)
    assert result.text.startswith("<<<<<<< ours\n") and "the first version:" in result.conflicts[0]


class _Edits:
    """A text of a few subjects, each with values and comments, and random changes of it."""

    def __init__(self, seed: int) -> None:
        self.random, self.remarks = random.Random(seed), 0

    def values(self) -> list[tuple[str, str]]:
        return [(self.random.choice(["g:p", "g:q", "g:r"]), self.random.choice(["g:x", "g:y", '"a # b"', '"""two\nlines"""', "7"])) for _ in range(self.random.randint(1, 3))]

    def remark(self) -> str:
        self.remarks += 1
        return f"# remark {self.remarks}"

    def blocks(self) -> list[tuple[str, list[str], list[tuple[str, str]]]]:
        return [(f"g:n{number}", [self.remark()] if self.random.random() < 0.3 else [], self.values()) for number in range(self.random.randint(1, 4))]

    def changed(self, blocks: list[tuple[str, list[str], list[tuple[str, str]]]]) -> list[tuple[str, list[str], list[tuple[str, str]]]]:
        found = [(subject, list(remarks), list(values)) for subject, remarks, values in blocks]
        for _ in range(self.random.randint(0, 3)):
            at = self.random.randrange(len(found))
            subject, remarks, values = found[at]
            kind = self.random.randrange(6)
            if kind == 0:
                remarks.append(self.remark())
            elif kind == 1:
                values += self.values()
            elif kind == 2 and len(values) > 1:
                del values[self.random.randrange(len(values))]
            elif kind == 3 and len(values) > 1:
                found.insert(at, (subject, [], [values.pop()]))
            elif kind == 4:
                found.insert(at, (f"g:n{self.random.randint(0, 6)}", [self.remark()], self.values()))
            elif len(found) > 1:
                del found[at]
        return found

    @staticmethod
    def text(blocks: list[tuple[str, list[str], list[tuple[str, str]]]]) -> str:
        lines = ("\n".join([*remarks, subject, *(f"  {verb} {value} ;" for verb, value in values), ".", "", ""]) for subject, remarks, values in blocks)
        return PREFIXES + "\n" + "".join(lines)


@pytest.mark.parametrize("start", range(0, 600, 100))
def test_nothing_that_one_side_wrote_is_lost_in_silence_and_nothing_that_it_took_out_comes_back(start: int) -> None:
    for seed in range(start, start + 100):
        edits = _Edits(seed)
        base = edits.blocks()
        old, ours, theirs = (edits.text(blocks) for blocks in (base, edits.changed(base), edits.changed(base)))
        result = merge(old, ours, theirs, SINGLE)
        was, here, there = map(triples, (old, ours, theirs))
        remarks = [set(re.findall(r"# remark \d+", text)) for text in (old, ours, theirs, result.text)]
        assert not ((remarks[1] | remarks[2]) - remarks[0] | (remarks[1] & remarks[2])) - remarks[3], (seed, old, ours, theirs, result.text)
        if not result.conflicts:
            assert triples(result.text) == (here & there) | (here - was) | (there - was), (seed, old, ours, theirs, result.text)


def test_a_subject_of_which_each_takes_out_another_value_is_gone() -> None:
    base = "\ng:otaru\n  g:p g:x ;\n  g:q g:y ;\n.\n"
    text, conflicts = merged(base, base.replace("  g:p g:x ;\n", ""), base.replace("  g:q g:y ;\n", ""))
    assert (conflicts, text.strip()) == ((), "")


def test_remarks_stay_where_each_takes_out_another_value() -> None:
    base = "\n# why\ng:otaru\n  g:p g:x ;\n  g:q g:y ;\n.\n"
    ours = base.replace("  g:p g:x ;\n", "").replace("# why\n", "# why\n# note of ours\n")
    text, conflicts = merged(base, ours, base.replace("  g:q g:y ;\n", ""))
    assert (conflicts, text.strip()) == ((), "# why\n# note of ours")


def test_like_paragraphs_of_comments_all_stay() -> None:
    base = "\n# ---\n\ng:a\n  g:p g:x ;\n.\n\n# ---\n\ng:b\n  g:p g:x ;\n.\n"
    assert merged(base, base, base) == (base, ())
    text, conflicts = merged(base, base.replace("g:x", "g:y", 1), base + "\n# ---\n")
    assert (conflicts, text.count("# ---")) == ((), 3)


def test_a_remark_that_both_have_stays_where_each_takes_its_line_out() -> None:
    base = "\ng:otaru\n  g:p g:x ; # why\n  g:q g:y , g:z ;\n.\n"
    text, conflicts = merged(base, "\ng:otaru\n  g:q g:y , g:z ; # why\n.\n", base.replace("g:z", "g:w"))
    assert (conflicts, text) == ((), "\n# why\ng:otaru\n  g:q\n    g:w ,\n    g:y ;\n.\n")
