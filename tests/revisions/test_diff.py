"""What `whence diff` tells of two states of a graph: directories, files and commits."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from own_graphs import CLAIMS, THINGS, attestation, write

Whence = Callable[..., subprocess.CompletedProcess[str]]
Git = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def other(own_graph: Path) -> Path:
    return Path(shutil.copytree(own_graph, own_graph.parent / "other"))


def told(answer: subprocess.CompletedProcess[str]) -> list[str]:
    """The sentences, without the counts above them."""
    assert answer.returncode == 1, answer.stderr
    return answer.stdout.partition("\n\n")[2].splitlines()


def test_a_denial_that_came_is_told_with_its_claim_document_and_place(own_graph: Path, other: Path, whence: Whence) -> None:
    write(other, "post", attestation("first", 10) + attestation("denial", 60, polarity="Denied") + attestation("last", 300))
    answer = whence("diff", own_graph, other)
    assert answer.stdout.startswith("Positions: 1 new.\n")
    assert told(answer) == ["Kana Mori’s denial that Otaru influenced Harbour is new (The Harbour Post, 60-80)."]
    assert told(whence("diff", other, own_graph)) == ["Kana Mori’s denial that Otaru influenced Harbour is gone (The Harbour Post, 60-80)."]


def test_a_passage_that_moved_is_told_as_moved(own_graph: Path, other: Path, whence: Whence) -> None:
    write(other, "post", attestation("first", 15) + attestation("last", 300).replace("g:last\n", "g:end\n"))
    assert told(whence("diff", own_graph, other)) == [
        "Kana Mori’s statement that Otaru influenced Harbour moved from 10-30 to 15-35 in The Harbour Post.",
        "Kana Mori’s statement that Otaru influenced Harbour is called g:end now, not g:last in The Harbour Post.",
    ]


def test_changed_values_of_positions_claims_and_things_are_told(own_graph: Path, other: Path, whence: Whence) -> None:
    write(other, "post", attestation("first", 10, polarity="Denied") + attestation("last", 300))
    write(other, "claims", CLAIMS.replace("wh:AspectNotStated", "aspect:world-building"))
    write(other, "things", THINGS.replace('"Otaru"@en', '"Otaru City"@en').replace("g:mori\n", 'g:minato\n  a wh:Place ;\n  skos:prefLabel "Minato"@en ;\n.\n\ng:mori\n'))
    assert told(whence("diff", own_graph, other)) == [
        "Kana Mori’s denial that Otaru City influenced Harbour (world-building) changed (The Harbour Post, 10-30): polarity was affirmed and is denied.",
        "The claim “Otaru City influenced Harbour (world-building)” changed: aspect was aspect not stated and is world-building.",
        "“Minato” (place) is new.",
        "“Otaru City” (place) changed: name was Otaru and is Otaru City.",
    ]


@pytest.mark.parametrize("number", ["9" * 5000, '"x"', "1.5", "-1"])
def test_a_place_that_is_no_number_is_told_of_a_graph_that_nobody_has_validated(number: str, own_graph: Path, other: Path, whence: Whence) -> None:
    write(other, "post", attestation("first", 10).replace("wh:start 10", f"wh:start {number}") + attestation("last", 300))
    (sentence,) = told(whence("diff", own_graph, other))
    assert "changed" in sentence or "moved" in sentence


def test_other_formatting_and_other_files_change_nothing(own_graph: Path, other: Path, whence: Whence) -> None:
    text = attestation("last", 300).replace(" ;\n  ", " ; ") + "# a remark\n" + attestation("first", 10)
    write(other, "post", "\n\n" + text)
    (other / "triples" / "claims.ttl").rename(other / "triples" / "more.ttl")
    answer = whence("diff", own_graph, other)
    assert (answer.returncode, answer.stdout) == (0, "Nothing changed.\n")
    report = json.loads(whence("diff", own_graph, other, "--format", "json").stdout)
    assert (report["same"], report["changes"]) == (True, [])


def test_as_json_each_change_has_its_place_and_values(own_graph: Path, other: Path, whence: Whence) -> None:
    write(other, "post", attestation("first", 10, polarity="Denied") + attestation("last", 300))
    answer = whence("diff", own_graph, other, "--format", "json")
    (change,) = json.loads(answer.stdout)["changes"]
    assert (answer.returncode, change["kind"], change["change"], change["iri"]) == (1, "position", "changed", "https://example.org/g/first")
    assert change["place"] == {"document": "https://example.org/g/post", "start": 10, "end": 30}
    assert change["properties"] == [{"property": "wh:polarity", "was": ["affirmed"], "is": ["denied"]}]


def test_blank_nodes_that_differ_are_not_passed_over(own_graph: Path, other: Path, whence: Whence) -> None:
    for graph, number in ((own_graph, 1), (other, 2)):
        write(graph, "more", f"\ng:otaru wh:partOf [ wh:start {number} ] .\n")
    assert told(whence("diff", own_graph, other)) == ["What stands in blank nodes, without a name of its own, is not the same."]
    assert whence("diff", other, other).stdout == "Nothing changed.\n"


def test_two_files_are_compared(own_graph: Path, other: Path, whence: Whence) -> None:
    write(other, "things", THINGS.replace('"Otaru"@en', '"Otaru City"@en'))
    assert told(whence("diff", own_graph / "triples" / "things.ttl", other / "triples" / "things.ttl")) == ["“Otaru City” (place) changed: name was Otaru and is Otaru City."]


def test_a_commit_is_compared_with_the_directory_without_a_checkout(own_graph: Path, git: Git, whence: Whence) -> None:
    write(own_graph, "post", attestation("first", 10) + attestation("denial", 60, polarity="Denied") + attestation("last", 300))
    git("commit", "-aqm", "second")
    write(own_graph, "post", attestation("first", 10) + attestation("denial", 60, polarity="Denied"))
    before = (own_graph / "triples" / "post.ttl").read_bytes()
    new = "Kana Mori’s denial that Otaru influenced Harbour is new (The Harbour Post, 60-80)."
    gone = "Kana Mori’s statement that Otaru influenced Harbour is gone (The Harbour Post, 300-320)."
    assert told(whence("diff", "HEAD~1", "HEAD", cwd=own_graph)) == [new]
    assert told(whence("diff", "HEAD~1", ".", cwd=own_graph)) == [new, gone]
    assert told(whence("diff", "main", own_graph)) == [gone]
    assert (own_graph / "triples" / "post.ttl").read_bytes() == before and git("status", "--porcelain").stdout == " M triples/post.ttl\n"


def test_what_is_no_directory_file_or_commit_is_told_in_a_sentence(own_graph: Path, git: Git, whence: Whence, tmp_path: Path) -> None:
    answer = whence("diff", "no-such-commit", ".", cwd=own_graph)
    assert (answer.returncode, answer.stderr) == (2, "whence: no-such-commit is no directory, no file and no commit. git log --oneline lists the commits.\n")
    shutil.rmtree(own_graph / ".git")
    outside = whence("diff", "HEAD", ".", cwd=own_graph, env={"GIT_CEILING_DIRECTORIES": str(tmp_path)})
    assert outside.returncode == 2 and "stands in no git repository. Name a directory, a file, or a commit of the graph." in outside.stderr
    without = whence("diff", "HEAD", ".", cwd=own_graph, env={"PATH": str(tmp_path)})
    assert (without.returncode, without.stderr) == (3, "whence: git is not installed, so no commit can be read. Install git, or name a directory or a file.\n")


@pytest.mark.parametrize("content", [None, b"", b"no object"])
def test_a_commit_whose_objects_are_missing_or_damaged_is_told_in_a_sentence(content: bytes | None, own_graph: Path, git: Git, whence: Whence) -> None:
    number = git("rev-parse", "HEAD:triples/post.ttl").stdout.strip()
    held = own_graph / ".git" / "objects" / number[:2] / number[2:]
    held.unlink()
    if content is not None:
        held.write_bytes(content)
    answer = whence("--graph", own_graph, "diff", "HEAD", own_graph)
    assert answer.returncode == 3 and f"The object {number} of git is missing or damaged, so the commit cannot be read." in answer.stderr


def test_a_commit_whose_files_cannot_be_read_says_where(own_graph: Path, git: Git, whence: Whence) -> None:
    write(own_graph, "post", "\ng:broken a wh:Attestation\n")
    git("commit", "-aqm", "broken")
    answer = whence("diff", "HEAD", ".", cwd=own_graph)
    assert answer.returncode == 3 and "triples/post.ttl:" in answer.stderr and "Traceback" not in answer.stderr


def test_a_document_is_told_by_its_citation(own_graph: Path, other: Path, whence: Whence) -> None:
    cited = THINGS.replace('  skos:prefLabel "The Harbour Post"@en ;\n', '  <http://purl.org/dc/terms/title> "Otaru by Night"@en ;\n')
    for graph in (own_graph, other):
        write(graph, "things", cited)
    write(other, "post", attestation("first", 10) + attestation("last", 310))
    (sentence,) = told(whence("diff", own_graph, other))
    assert "moved from 300-320 to 310-330 in " in sentence and "Otaru by Night" in sentence
