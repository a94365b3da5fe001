"""The generated pages: complete, the same as committed, and no sentence of a source anywhere in the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from whence.store import layout
from whence.errors import InputError
from whence.namespaces import PREFIXES, shorten, VOCAB, WH
from document_coverage import Coverage, Passage, coverage, coverage_page, read_reasons, sentences
from document_terms import terms_page

ROOT = Path(__file__).parents[2]
RUN = 9
LONGEST_PRINTED = 12
#: Scripts without spaces: two characters of the first, or four of the second, count as a word.
PAIRS = "\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
FOURS = "\u0e00-\u109f\u1780-\u17ff"
UNIT = re.compile(f"([{PAIRS}])|([{FOURS}])|[^\\s{PAIRS}{FOURS}]+")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def ontology() -> Store:
    store = Store()
    for path in layout.locate(ROOT).ontology:
        store.load(path=path)
    return store


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode("utf-8") for path in (shared / "sources").glob("*.txt")}


def test_terms_page_is_as_generated() -> None:
    committed = (ROOT / "ontology" / "TERMS.md").read_text(encoding="utf-8")
    assert committed == terms_page(layout.locate(ROOT)), "run scripts/document"


def test_terms_page_has_every_term_with_definition_and_example() -> None:
    page = (ROOT / "ontology" / "TERMS.md").read_text(encoding="utf-8")
    store = ontology()
    defined = {
        quad.subject.value
        for quad in store.quads_for_pattern(None, NamedNode(PREFIXES["rdfs"] + "isDefinedBy"), None)
        if quad.subject.value.startswith((WH, VOCAB))
    }
    assert len(defined) > 300
    for iri in defined:
        concept_scheme = (NamedNode(iri), NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["skos"] + "ConceptScheme"))
        assert (f"`{shorten(iri)}`. " if any(store.quads_for_pattern(*concept_scheme)) else f"### {shorten(iri)}\n") in page
        assert f"- IRI: <{iri}>" in page
        for predicate in ("definition", "example"):
            for quad in store.quads_for_pattern(NamedNode(iri), NamedNode(PREFIXES["skos"] + predicate), None):
                assert quad.object.value in page, iri


def test_terms_page_starts_with_a_link_to_each_section_and_the_number_of_its_terms() -> None:
    head, *sections = re.split(r"^## ", (ROOT / "ontology" / "TERMS.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    titles = [section.partition("\n")[0] for section in sections]
    listed = re.findall(r"^- \[(.*)\]\(#(.*)\): ([0-9]+)$", head, re.MULTILINE)
    anchors = ["".join(char for char in title.lower().replace(" ", "-") if char.isalnum() or char in "-_") for title in titles]
    assert listed == [
        (title, anchor, str(len(re.findall(r"^### ", section, re.MULTILINE))))
        for title, anchor, section in zip(titles, anchors, sections, strict=True)
    ]
    assert ("Values of wh:Mood", "values-of-whmood") in [(title, anchor) for title, anchor, _ in listed]


def test_terms_page_has_every_mapping() -> None:
    page = (ROOT / "ontology" / "TERMS.md").read_text(encoding="utf-8")
    targets = [quad.object.value for quad in ontology().quads_for_pattern(None, NamedNode(PREFIXES["owl"] + "annotatedTarget"), None)]
    assert len(targets) > 40
    assert [iri for iri in targets if f"<{iri}>" not in page] == []


def test_terms_page_follows_the_ontology(small_graph: Path) -> None:
    term = f'<{WH}Opera> a owl:Class ; rdfs:label "opera"@en ; skos:definition "A sung play."@en .'
    header = f"<{WH[:-1]}> a owl:Ontology ; owl:versionIRI <{WH[:-1]}/1> ; dcterms:license <https://example.org/> ."
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("dcterms", "owl", "rdfs", "skos"))
    for path in (small_graph / "ontology").glob("*.ttl"):
        path.unlink()
    (small_graph / "ontology" / "one.ttl").write_text(prefixes + header + term, encoding="utf-8")
    assert "### wh:Opera\n\n**opera**: A sung play.\n" in terms_page(layout.locate(small_graph))


def test_sentences_end_with_punctuation_or_line() -> None:
    text = "One, two.  “Three?” Four… and\nfive 1.5\n\n"
    assert [text[start:end] for start, end in sentences(text)] == ["One, two.", "“Three?”", "Four…", "and", "five 1.5"]


def test_overlapping_passages_are_counted_once() -> None:
    one = Coverage("document-1", 30, [(0, 10), (11, 20), (21, 30)])
    one.passages = [Passage(0, 8, "a", "Stated"), Passage(4, 9, "b", "Hedged"), Passage(2, 3, "a", "Stated")]
    assert (one.covered, one.claims, one.without_claim()) == (9, 2, [(11, 20), (21, 30)])


def document(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    command = [sys.executable, str(ROOT / "scripts" / "document_pages.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_command_checks_without_writing_and_says_what_is_wrong() -> None:
    assert document("--check").returncode == 0
    missing = document("--texts", "/nowhere")
    assert missing.returncode == 3
    assert "/nowhere" in missing.stderr and "Traceback" not in missing.stderr
    assert document("--nonsense").returncode == 2


def test_coverage_page_is_as_generated(texts: dict[str, str]) -> None:
    committed = (ROOT / "ontology" / "COVERAGE.md").read_text(encoding="utf-8")
    assert committed == coverage_page(layout.locate(ROOT), texts), "run scripts/document --texts ../shared/sources"


def test_each_sentence_without_claim_has_a_reason_and_no_reason_is_left_over(texts: dict[str, str]) -> None:
    found = {(one.document, *span) for one in coverage(layout.locate(ROOT), texts) for span in one.without_claim()}
    assert found == set(read_reasons(str(ROOT / "ontology" / "no-claim.tsv")))


def test_no_sentence_of_a_source_stands_in_the_repository(texts: dict[str, str]) -> None:
    headlines = re.findall(r'wh:property wh:headline ; wh:literalValue "(.*)" ;', (ROOT / "triples" / "claims" / "relation.ttl").read_text(encoding="utf-8"))
    cited = {run for headline in headlines for run in runs_of_words(headline)}  # facts of at most twelve words, by which documents are cited
    runs = {run for text in texts.values() for run in runs_of_words(text)} - cited
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            text = path.read_bytes().decode("utf-8", "ignore")
            repeated = runs & set(runs_of_words(without_printed_forms(text) if path.suffix == ".ttl" else text))
            assert not repeated, f"{name}: {sorted(repeated)[:1]}"


def without_printed_forms(turtle: str) -> str:
    """Turtle without its literals of at most twelve words: titles, names and terms as printed are facts."""

    def shortened(found: re.Match[str]) -> str:
        return "" if sum(weight for _, weight in units(found[1])) <= LONGEST_PRINTED else found[0]

    return LITERAL.sub(shortened, turtle)


def units(text: str) -> list[tuple[str, float]]:
    """The words of a text, or its characters where a script has no spaces, each with the part of a word that it counts."""
    return [(match[0], 0.5 if match[1] else 0.25 if match[2] else 1) for match in UNIT.finditer(text)]


def runs_of_words(text: str) -> list[str]:
    """Every run of nine words, in lower case and without punctuation."""
    words = units(re.sub(r"[^\w ]+", "", re.sub(r"\s+", " ", text.lower())))
    runs, end, total = [], 0, 0.0
    for start, (_, weight) in enumerate(words):
        while total < RUN and end < len(words):
            total += words[end][1]
            end += 1
        if total >= RUN:
            runs.append(" ".join(word for word, _ in words[start:end]))
        total -= weight
    return runs


def test_a_sentence_without_spaces_is_found_too() -> None:
    sentence = "彼女は港のあかりをひとつずつ数えながら、帰らない船を待っていた"
    assert set(runs_of_words(f"前の文。{sentence}。")) & set(runs_of_words(without_printed_forms(f'wh:gloss "{sentence}"')))
    assert not runs_of_words("灯" * 17)
    assert without_printed_forms('"' + "灯" * 24 + '"') == ""


def test_coverage_of_some_of_the_texts_says_which_were_not_looked_at() -> None:
    files = layout.locate(ROOT / "tests" / "cases" / "graph")
    with pytest.raises(InputError, match="None of the 1 source texts is there"):
        coverage_page(files, {})
    page = coverage_page(layout.locate(ROOT), {"000_9e22316d2f33c3c2.txt": "One sentence. " * 400})
    assert "| document-001 | - | - |" in page and "| all | - | - |" in page and "| document-000 | 400 |" in page
    assert "Not looked at, since the text is not held: document-001, document-002, document-003, document-004." in page
