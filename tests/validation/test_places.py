"""Findings about loose files stand where the offending node is written, also when it has no name."""

from __future__ import annotations

from pathlib import Path

import pytest

from whence import validation
from whence.findings import Finding, Severity
from whence.rdf.places import Statements
from whence.validation.places import places as places_of

DEEP = " ".join(map(str, range(40)))
FIRST = "@prefix : <https://example.org/> .\n:a :p ( [ :r 1 ] ) .\n_:c :p 5 .\n"
SECOND = f"""@prefix : <https://example.org/> .
:a :p ( {DEEP} [ :q "x" ] ) .
:b :p ( [ :q "y" ] [ :q "z" ; :r 1 ] ) , [ :q "z" ] .
[] :q "u" .
_:c a :T .
[ :q "v" ] :p [ :s [ :q "w" ] ] .
"""
SHAPES = """@prefix : <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:S a sh:NodeShape ; sh:targetSubjectsOf :q ; sh:property [ sh:path :q ; sh:nodeKind sh:IRI ; sh:message "IRI!" ] .
:T a <http://www.w3.org/2000/01/rdf-schema#Class> , sh:NodeShape ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:message "none!" ] .
"""


def places(tmp_path: Path, *data: str) -> list[str]:
    names = []
    for number, text in enumerate((SHAPES, *data)):
        names.append(str(tmp_path / f"{number}.ttl"))
        Path(names[-1]).write_text(text, encoding="utf-8")
    report = validation.check_files(names[1:], names[:1]).report
    return [f"{str(finding.place).removeprefix(str(tmp_path))} {finding.value}" for finding in report]


def column(line: int, words: str) -> int:
    return SECOND.splitlines()[line - 1].index(words) + 1


@pytest.mark.parametrize(("data", "file"), [((SECOND,), "/1.ttl"), ((FIRST, SECOND), "/2.ttl"), ((SECOND, FIRST), "/1.ttl")])
def test_a_node_without_a_name_is_found_by_the_way_to_it_and_what_it_holds(tmp_path: Path, data: tuple[str, ...], file: str) -> None:
    expected = [(2, '"x"'), (3, '"y"'), (3, '"z"'), (3, '"z" ]'), (4, '"u"'), (6, '"v"'), (6, '"w"')]
    wanted = [f"{file}:{line}:{column(line, word)} {word.removesuffix(' ]')}" for line, word in expected]
    assert sorted(places(tmp_path, *data)) == sorted([*wanted, f"{file}:5:1 None"])
    assert column(3, '"z"') != column(3, '"z" ]')


def test_one_label_in_two_files_means_two_nodes(tmp_path: Path) -> None:
    assert places(tmp_path, "_:c a <https://example.org/T> .", "_:c <https://example.org/p> 1 .") == ["/1.ttl:1:1 None"]


def test_of_many_findings_each_has_the_place_that_it_has_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        f"{number}.ttl": f"PREFIX : <https://example.org/> PREFIX odd: <https://example.org/a/>\n:a{number} :p :a{number + 1} .\n"
        f"  odd:b.{number}\n    :q <https://example.org/c,{number}>, :a{number} .\n<https://example.org/c,{number}> :p \"a{number - 1}\" .\n"
        + (f"<https://example.org/\\u0061{number + 2}> :r 1 ." if number % 7 == 0 else "")
        for number in range(30)
    }
    subjects = [f"<https://example.org/{name}>" for number in range(33) for name in (f"a{number}", f"a/b.{number}", f"c,{number}", f"d{number}")]
    findings = [Finding("rule", Severity.VIOLATION, "message", None, subject, ("pred", f"<https://example.org/{own}>")) for subject in subjects for own in "pqr"]
    together = places_of(findings, texts)
    monkeypatch.setattr("whence.validation.places._FEW_SUBJECTS", 1_000)
    assert together == places_of(findings, texts)
    assert {place.file for place in together if place} == set(texts)


def test_a_text_is_read_only_where_it_may_tell_of_what_is_asked_for() -> None:
    block = ":a{0}\n  :p :a{1} ;\n  :q \"a{2}\" ;\n.\n"
    text = "PREFIX : <https://example.org/>\n\n" + "\n".join(block.format(n, n + 1, n + 2) for n in range(9)) + "<https://example.org/\\u0061\\u0034>\n  :r 1 ;\n.\n"
    finding = Finding("rule", Severity.VIOLATION, "message", None, "<https://example.org/a4>", ("pred", "<https://example.org/q>"))
    other = Finding("rule", Severity.VIOLATION, "message", None, "<https://example.org/a4>", ("pred", "<https://example.org/r>"))
    expected = [(text[: text.index(':q "a6"')].count("\n") + 1, 3), (text[: text.index(":r 1")].count("\n") + 1, 3)]
    for wording in (text, text.replace('"a6"', '"""a6"""'), text.replace(":a8\n", 'PREFIX other: <https://example.org/> other:a8\n')):
        found = places_of([finding, other], {"a.ttl": wording})
        assert [(place.line, place.column) for place in found if place] == expected
    kept = Statements(text).of("<https://example.org/a4>")
    assert len(kept) == len(text)
    assert '"a6"' in kept
    assert '"a9"' not in kept
