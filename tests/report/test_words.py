"""Reports as words: sorting, grouping, quoting, limits, and text that means harm."""

from __future__ import annotations

import json
import random
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from whence.findings import Finding, Place, Report, Severity
from whence.report import FORMATS, render
from whence.report.order import Group
from whence.report.words import component_name, path_words, problem, quoted, term_words
from whence.shacl.results import _PLAIN

SHACL = "http://www.w3.org/ns/shacl#"
EVERY = settings(deadline=None, database=None, max_examples=100, derandomize=True)


def finding(number: int, **fields: object) -> Finding:
    settled = {"focus_node": f"<https://w3id.org/whence/id/n{number:02}>", "place": Place("a.ttl", number, 1), **fields}
    return Finding("check:x", Severity.VIOLATION, "It is wrong.", **settled)  # type: ignore[arg-type]


def test_the_order_of_the_input_does_not_matter() -> None:
    findings = [finding(number, value=f"_:{number:032x}") for number in range(20)] + [finding(3, place=None)]
    shuffled = random.Random(7).sample(findings, len(findings))
    for form in FORMATS:
        assert render(Report(findings), form) == render(Report(shuffled), form)


def test_unnamed_blank_nodes_are_numbered_by_where_they_stand() -> None:
    first = Report([finding(1, value="_:" + "a" * 32), finding(2, value="_:" + "b" * 32)])
    second = Report([finding(1, value="_:" + "f" * 32), finding(2, value="_:" + "c" * 31)])
    for form in FORMATS:
        assert render(first, form) == render(second, form)


def test_blank_nodes_of_the_data_the_shapes_and_the_report_are_told_apart() -> None:
    hidden = "_:" + "a" * 32
    found = [finding(1, focus_node="_:b0", value=hidden), finding(2, focus_node="_:node1")]
    found = [Finding("_:b0", Severity.VIOLATION, "No.", focus_node=one.focus_node, value=one.value, component="x:c") for one in found]
    for form in FORMATS:
        text = render(Report(found), form)
        assert hidden not in text
    records = json.loads(render(Report(found), "json"))["findings"]
    assert [(one["rule"], one["focusNode"], one["value"]) for one in records] == [
        ("_:b0-shape", "_:b0", "_:node2"), ("_:b0-shape", "_:node1", None),
    ]  # fmt: skip


def test_labels_of_blank_nodes_are_kept() -> None:
    assert '"focusNode": "_:cafe"' in render(Report([finding(1, focus_node="_:cafe")]), "json")


def test_text_shows_so_many_examples_and_counts_the_rest() -> None:
    text = render(Report([finding(number) for number in range(1, 8)]), "text", limit=2)
    assert "Violation: check:x, 7 times" in text
    assert "id:n02" in text and "id:n03" not in text
    assert "  ... and 5 more\n" in text
    assert "more" not in render(Report([finding(number) for number in range(1, 8)]), "text", limit=None)


def test_a_message_that_all_share_is_said_once() -> None:
    same = render(Report([finding(1), finding(2)]), "text")
    assert same.count("It is wrong.") == 1
    other = Finding("check:x", Severity.VIOLATION, "It is otherwise.", focus_node="<x:a>")
    differing = render(Report([finding(1), other]), "text")
    assert "It is wrong." in differing and "It is otherwise." in differing


def test_severities_come_strongest_first() -> None:
    findings = [
        Finding("check:a", severity, "Wrong.") for severity in (Severity.INFO, Severity.WARNING, Severity.VIOLATION)
    ]
    text = render(Report(findings), "text")
    assert re.findall(r"^(\w+): check", text, re.MULTILINE) == ["Violation", "Warning", "Info"]
    assert text.startswith("1 violation, 1 warning, 1 info.\n")


def test_times_are_left_out() -> None:
    for form in FORMATS:
        assert render(Report([], {"x:s": 1}, {"shapes": 0.1}), form) == render(
            Report([], {"x:s": 1}, {"shapes": 9.9}), form
        )


@pytest.mark.parametrize(
    ("line", "column", "shown", "mark"),
    [
        ("id:日本 wh:p 1 .", 7, "id:日本 wh:p 1 .", "        ^"),
        ("\tid:a", 2, " id:a", " ^"),
        ("abc", 99, "abc", "   ^"),
        ("x" * 300, 1, "x" * 100 + "…", "^"),
        ("x" * 300, 200, "…" + "x" * 100 + "…", " " * 50 + "^"),
    ],
)
def test_a_line_is_quoted_with_a_mark_below_its_column(line: str, column: int, shown: str, mark: str) -> None:
    assert quoted(Place("a.ttl", 2, column), {"a.ttl": f"first\r\n{line}\nlast"}) == (shown, mark)


def test_a_place_outside_the_text_is_not_quoted() -> None:
    assert quoted(Place("b.ttl", 1, 1), {"a.ttl": ""}) is None
    assert quoted(Place("a.ttl", 3, 1), {"a.ttl": "one\ntwo"}) is None
    assert quoted(Place("a.ttl", 0, 1), {"a.ttl": "one\ntwo"}) is None


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("<https://w3id.org/whence/id/a>", "id:a"),
        ("<https://example.org/a>", "<https://example.org/a>"),
        ('"a"@en', '"a"@en'),
        ('"5"^^<http://www.w3.org/2001/XMLSchema#integer>', '"5"^^xsd:integer'),
        ('"a"^^<http://www.w3.org/2001/XMLSchema#string>', '"a"'),
        ('"\ufdd0\U0001fffe"^^<https://example.org/\u2066a>', r'"\ufdd0\u1fffe"^^<https://example.org/\u2066a>'),
        ("_:node3", "a blank node"),
        ("_:b", "_:b"),
    ],
)
def test_terms_as_words(term: str, words: str) -> None:
    assert term_words(term) == words


def test_components_and_paths_as_words() -> None:
    assert component_name(SHACL + "SPARQLConstraintComponent") == "sh:sparql"
    assert component_name(SHACL + "QualifiedMinCountConstraintComponent") == "sh:qualifiedMinCount"
    assert component_name("https://example.org/Own") == "<https://example.org/Own>"
    assert component_name(None) is None
    assert path_words(("alt", ("star", ("inv", ("pred", f"<{SHACL}path>"))), ("pred", "<x:p>"))) == "(^sh:path)*|<x:p>"


def test_a_giant_value_is_not_shown_to_people() -> None:
    giant = '"' + "x" * 1_000_000 + '"'
    report = Report(
        [
            Finding(
                "check:x",
                Severity.VIOLATION,
                f"Wrong: {giant}",
                giant,
                giant,
                ("pred", f"<{giant}>"),
                giant,
                place=Place("a.ttl", 1, 5),
            )
        ]
    )
    for form in ("text", "sarif", "junit", "html"):
        assert len(render(report, form, sources={"a.ttl": giant})) < 10_000
    assert giant in json.loads(render(report, "json"))["findings"][0]["value"]


wild = st.text(max_size=30)
terms = st.one_of(
    st.none(),
    st.sampled_from(
        ["<https://w3id.org/whence/id/a>", "<https://example.org/%3Cb%3E!$&'()*+,;=@~a.>", "_:b", "_:" + "0" * 32]
    ),
    wild.map(lambda text: json.dumps(text).replace("/", "/") if text.isascii() and text.isprintable() else '"é"@en'),
)
findings = st.builds(
    Finding,
    st.sampled_from(["check:x", "https://w3id.org/whence/shape/A", "syntax", "odd rule <&>\"'"]),
    st.sampled_from(list(Severity)),
    wild,
    st.one_of(st.none(), wild),
    terms,
    st.sampled_from([None, ("pred", "<x:p>"), ("seq", ("inv", ("pred", "<x:p>")), ("star", ("pred", "<x:q>")))]),
    terms,
    st.none(),
    st.one_of(st.none(), st.builds(Place, st.one_of(st.just("a.ttl"), wild), st.integers(1, 9), st.integers(1, 200))),
)


@EVERY
@given(st.lists(findings, max_size=6), wild)
def test_whatever_is_in_it_every_form_can_be_read_back(found: list[Finding], source: str) -> None:
    report = Report(found, {"https://w3id.org/whence/shape/A": 1})
    texts = {form: render(report, form, sources={"a.ttl": source}) for form in FORMATS}
    for text in texts.values():
        text.encode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", texts["text"])
    assert len(json.loads(texts["json"])["findings"]) == len(found)
    assert len(json.loads(texts["sarif"])["runs"][0]["results"]) == len(found)
    assert len(ElementTree.fromstring(texts["junit"]).findall(".//testcase")) == len(found) + 1
    assert list(parse(texts["turtle"], format=RdfFormat.TURTLE))
    tags: list[str] = []
    page = HTMLParser()
    page.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    page.feed(texts["html"])
    assert set(tags) <= set(
        "html head meta title style body main h1 h2 p section span ol li code div pre strong table"
        " thead tbody tr th td".split()
    )


def test_a_title_says_in_words_what_a_core_constraint_missed() -> None:
    def title(name: str, *paths: str | None) -> str:
        shape, component = "https://w3id.org/whence/shape/X", f"{SHACL}{name}ConstraintComponent"
        steps = [path and ("pred", path) for path in paths]
        findings = [Finding(shape, Severity.VIOLATION, "Mend it.", path=path, component=component) for path in steps]
        return render(Report(findings), "text").splitlines()[2]

    speaker, mood = (f"<https://w3id.org/whence/ontology#{name}>" for name in ("speaker", "mood"))
    assert title("MinCount", speaker, speaker) == "Violation: too few values of wh:speaker, 2 times (shape:X, sh:minCount)"
    assert title("Class", speaker) == "Violation: a value of wh:speaker is not of the class asked for (shape:X, sh:class)"
    assert title("Closed", speaker, mood) == "Violation: a property may not be used here, 2 times (shape:X, sh:closed)"
    assert title("NodeKind", None) == "Violation: a node is of another kind than asked for (shape:X, sh:nodeKind)"
    assert title("SPARQL", None) == "Violation: shape:X (sh:sparql)"


#: A list of several values is judged by the component of one value; the one of DASH says itself what is wrong.
KINDS = set(_PLAIN) - {"classes", "datatypes", "nodeKinds", "hasValueIn"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_core_component_has_words(kind: str) -> None:
    component = f"{SHACL}{kind[:1].upper()}{kind[1:]}ConstraintComponent"
    found = Finding("x:shape", Severity.VIOLATION, "Mend it.", path=("pred", "<x:path>"), component=component)
    assert problem(Group("x:shape", component, Severity.VIOLATION, (found,)))
