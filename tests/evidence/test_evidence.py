"""Evidence: what holds, what fails and what cannot be checked, and the passages to cite."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from whence import evidence, export
from whence.errors import InputError, UsageError
from whence.evidence import Outcome, Status
from whence.findings import Severity
from whence.store.layout import locate
from whence.namespaces import ID, PREFIXES, shorten

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parents[1] / "cases" / "evidence"
GRAPHS = sorted((CASES / "graphs").glob("*.ttl"))
TEXTS = CASES / "texts"


def told(outcome: Outcome) -> str:
    """An outcome as the cases write it: one line each, and how to mend it below."""
    lines = []
    for one in outcome.checked:
        lines.append(f"{shorten(one.iri)} {one.status.value}" + (f": {one.reason}" if one.reason else ""))
        if one.fix:
            lines.append(f"  {one.fix}")
    return "".join(f"{line}\n" for line in lines).replace(str(TEXTS), "TEXTS")


def checked(path: Path) -> Outcome:
    return evidence.check(list(parse(path=path, format=RdfFormat.TURTLE)), TEXTS)


def test_every_graph_has_its_outcome() -> None:
    assert {path.stem for path in GRAPHS} == {path.stem for path in (CASES / "graphs").glob("*.txt")}
    assert len(GRAPHS) >= 20


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_says_what_holds_and_why_the_rest_does_not(path: Path) -> None:
    assert told(checked(path)) == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_only_the_case_that_holds_holds(path: Path) -> None:
    assert checked(path).holds == (path.stem == "holds")


@pytest.mark.parametrize(("kept", "held", "fix"), [
    (b"One\nTwo\n", b"One\rTwo\r", "Its line ends were converted to CR: convert them back to LF."),
    (b"One\r\nTwo\r\n", b"One\rTwo\r", "Its line ends were converted to CR: convert them back to CRLF."),
    (b"One\r\nTwo\r\n", b"One\nTwo\n", "Its line ends were converted to LF: convert them back to CRLF."),
])  # fmt: skip
def test_line_ends_that_were_converted_are_told(kept: bytes, held: bytes, fix: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(held)
    document, stated = NamedNode(ID + "document-a"), {"fileName": "a.txt", "textDigest": f"sha256:{hashlib.sha256(kept).hexdigest()}"}
    quads = [Quad(document, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["wh"] + "Document"))]
    quads += [Quad(document, NamedNode(PREFIXES["wh"] + name), Literal(value)) for name, value in stated.items()]
    assert [one.fix for one in evidence.check(quads, tmp_path).checked] == [fix]


def test_counts_and_findings_agree() -> None:
    outcome = checked(CASES / "graphs" / "missing-file.ttl")
    assert [outcome.count(kind, status) for kind in ("document", "passage") for status in Status] == [0, 0, 1, 0, 0, 1]
    assert not checked(CASES / "graphs" / "swapped.ttl").report().conforms
    assert list(checked(CASES / "graphs" / "holds.ttl").report()) == []


def test_texts_that_are_not_held_are_one_information_and_no_failure() -> None:
    quads = [quad for name in ("holds", "missing-file") for quad in parse(path=CASES / "graphs" / f"{name}.ttl", format=RdfFormat.TURTLE)]
    more = [Quad(NamedNode(f"{ID}document-{n}"), NamedNode(PREFIXES["wh"] + "fileName"), Literal(f"{n}.txt")) for n in range(100, 108)]
    outcome = evidence.check([*quads, *more], TEXTS)
    (finding,) = outcome.report()
    assert (finding.rule, finding.severity, finding.focus_node) == ("evidence:not-checked", Severity.INFO, None)
    assert finding.message == (
        "1 passage was not checked, of 9 documents whose texts are not in the folder: id:document-100 (100.txt), "
        "id:document-101 (101.txt), id:document-102 (102.txt), id:document-103 (103.txt), id:document-104 (104.txt) and 4 more."
    )
    assert finding.fix == "Put them there under these names, or name their folder with --texts."
    assert outcome.report().conforms and not outcome.fails and not outcome.holds


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_text_that_cannot_be_read_is_a_warning_that_counts_its_passages(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "901_tiny.txt")
    (finding,) = evidence.check(list(parse(path=CASES / "graphs" / "holds.ttl", format=RdfFormat.TURTLE)), tmp_path).report()
    assert (finding.severity, finding.focus_node) == (Severity.WARNING, f"<{ID}document-901>")
    assert finding.message.startswith("The text 901_tiny.txt cannot be read. ") and " of it w" in finding.message


def test_each_node_that_states_what_does_not_hold_has_a_finding() -> None:
    text = (CASES / "graphs" / "stated-swapped.ttl").read_text(encoding="utf-8")
    twice = text + text[text.index("id:attestation-1") :].replace("attestation-1", "attestation-2")
    outcome = evidence.check(list(parse(twice, format=RdfFormat.TURTLE)), TEXTS)
    assert [one.iri for one in outcome.checked if one.kind == "passage"] == ["https://w3id.org/whence/id/passage-901-11-0"]
    found = [finding.focus_node for finding in outcome.report()]
    assert found == ["<https://w3id.org/whence/id/attestation-1>", "<https://w3id.org/whence/id/attestation-2>"]


def test_a_derived_passage_is_the_place_it_is_derived_from() -> None:
    quads = list(parse(path=CASES / "graphs" / "holds.ttl", format=RdfFormat.TURTLE))
    store = Store()
    store.extend(quads)
    for name in ("11-passage", "12-passage-node"):
        store.extend([Quad(*triple) for triple in store.query((ROOT / "queries" / "inference" / f"{name}.rq").read_text(encoding="utf-8"))])
    assert len(store) > len(quads)
    assert told(evidence.check(list(store), TEXTS)) == told(evidence.check(quads, TEXTS))


@pytest.mark.parametrize(
    "document",
    ["https://w3id.org/whence/id/document-002", "https://e.org/a/document-x#y", "https://e.org/texts#first", "urn:isbn:12",
     "https://e.org/a/document-", "https://e.org/document-document-1", "https://e.org/a/"],
)
def test_a_passage_has_the_iri_that_the_graph_derives_for_it(document: str) -> None:
    graph = f'<urn:a> wh:document <{document}> ; wh:start 0 ; wh:end 5 ; wh:passageDigest "sha256:one" .'
    store = Store()
    store.load(f"@prefix wh: <https://w3id.org/whence/ontology#> . {graph}", format=RdfFormat.TURTLE)
    query = (ROOT / "queries" / "inference" / "11-passage.rq").read_text(encoding="utf-8")
    passages = [triple.object.value for triple in store.query(query) if triple.predicate.value.endswith("#passage")]
    assert passages == [evidence.passage_iri(document, "0", "5")]


def test_a_directory_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="directory of texts cannot be read: No such file or directory"):
        evidence.check([], TEXTS / "none")


def test_every_passage_of_the_graph_holds(shared: Path) -> None:
    outcome = evidence.check(export.asserted(locate(Path(__file__).parents[2])), shared / "sources")
    assert [one for one in outcome.checked if one.status is not Status.HOLDS] == []
    assert outcome.count("document", Status.HOLDS) >= 1
    assert outcome.count("passage", Status.HOLDS) >= 50


def test_a_passage_is_cited_as_it_will_be_checked() -> None:
    words = "I’m a star — not a lamp…"
    text = (TEXTS / "901_tiny.txt").read_bytes().decode()
    start = text.index(words)
    end = start + len(words)
    digest = hashlib.sha256(words.encode()).hexdigest()
    assert evidence.cite("901", words, TEXTS) == (
        f'  wh:document id:document-901 ; wh:start {start} ; wh:end {end} ; wh:passageDigest "sha256:{digest}" ;\n'
    )


def test_what_is_cited_is_in_the_house_style_and_holds() -> None:
    from whence.rdf.formatter import format_text

    head, _, _ = (CASES / "graphs" / "holds.ttl").read_text(encoding="utf-8").partition("id:passage-")
    attestation = "id:attestation-901-home\n  a wh:Attestation ;\n" + evidence.cite("901", "the lantern walks home", TEXTS) + ".\n"
    text = head.replace("@prefix oa: <http://www.w3.org/ns/oa#> .\n", "") + attestation
    assert format_text(text) == text
    assert evidence.check(list(parse(text, format=RdfFormat.TURTLE)), TEXTS).holds


@pytest.mark.parametrize(
    "document",
    ["901", "document-901", "id:document-901", "https://w3id.org/whence/id/document-901", "<https://w3id.org/whence/id/document-901>",
     "901_tiny.txt", "901_tiny", " 901 "],
)
def test_a_document_may_be_named_in_many_ways(document: str) -> None:
    assert "id:document-901 ; wh:start 4 ; wh:end 11 ;" in evidence.cite(document, "lantern", TEXTS, occurrence=1)


def test_white_space_may_differ() -> None:
    match, = evidence.find("901", " walks   at night.\nIt  says: ", TEXTS)
    assert match.words == "walks at night.\r\nIt says:"


def test_a_link_that_leads_in_a_circle_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "one.txt").write_text("x", encoding="utf-8")
    assert evidence.Texts(tmp_path).names == ["one.txt"]


def test_positions_are_code_points() -> None:
    match, = evidence.find("901", "星が歩く", TEXTS)
    assert match.end - match.start == 4


def test_words_that_stand_in_several_places_are_all_told() -> None:
    with pytest.raises(evidence.UnclearWords, match="stand in 2 places") as unclear:
        evidence.cite("901", "lantern walks", TEXTS)
    assert [match.start for match in unclear.value.matches] == [4, 73]
    assert "[lantern walks]" in str(unclear.value)
    assert "--occurrence" in str(unclear.value.fix)
    assert "wh:start 73 ; wh:end 86" in evidence.cite("901", "lantern walks", TEXTS, occurrence=2)
    with pytest.raises(UsageError, match="in 2 places, so there is no number 3"):
        evidence.cite("901", "lantern walks", TEXTS, occurrence=3)


@pytest.mark.parametrize(
    ("words", "problem", "meant"),
    [
        ("I'm a star", "’ (U+2019) where you wrote ' (U+0027)", "I’m a star"),
        ("star - not", "— (U+2014) where you wrote - (U+002D)", "star — not"),
        ('"I’m', '“ (U+201C) where you wrote " (U+0022)', "“I’m"),
        ("not a lamp...", "… (U+2026) where you wrote . (U+002E) . (U+002E) . (U+002E)", "not a lamp…"),
        ("THE LANTERN WALKS HOME", "with other characters", "the lantern walks home"),
        ("the lantern strolls home", "the nearest stand at", "The lantern walks at nigh"),
    ],
)
def test_near_misses_are_told_with_what_differs(words: str, problem: str, meant: str) -> None:
    with pytest.raises(evidence.UnclearWords) as unclear:
        evidence.cite("901", words, TEXTS)
    assert problem in unclear.value.problem
    assert meant in str(unclear.value.fix)
    assert len(unclear.value.matches) == 1


def test_words_that_stand_nowhere_are_told() -> None:
    with pytest.raises(evidence.UnclearWords, match="does not have these words") as unclear:
        evidence.cite("901", "zzz qqq", TEXTS)
    assert unclear.value.matches == []


@pytest.mark.parametrize(
    ("document", "words", "said"),
    [
        ("904", "x", "No text of 904 is among the files of the directory"),
        ("", "x", "is among the files of the directory"),
        ("901", " \n", "There are no words to cite"),
        ("902", "caf", "is not UTF-8"),
    ],
)
def test_what_cannot_be_cited_is_told(document: str, words: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        evidence.cite(document, words, TEXTS)
