"""Reports: what each form writes for whole reports, as cases, and that it is valid in its format."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from pyoxigraph import BlankNode, NamedNode, parse, RdfFormat, Store

from whence import __version__, findings
from whence.errors import UsageError
from whence.findings import Finding, path_from_json, path_text, Place, Report, Severity
from whence.namespaces import SH
from whence.report import FORMATS, render
from whence.report.w3c import path_turtle

CASES = Path(__file__).parents[1] / "cases" / "report"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
EXTENSIONS = {"text": "txt", "turtle": "ttl", "json": "json", "sarif": "sarif", "junit": "xml", "html": "html"}


def load(name: str) -> tuple[Report, dict[str, str]]:
    case = json.loads((CASES / name / "report.json").read_text(encoding="utf-8"))
    found = [
        Finding(
            **{
                **fields,
                "severity": Severity(fields["severity"]),
                "path": path_from_json(fields.get("path")),
                "place": Place(*fields["place"]) if "place" in fields else None,
            }
        )
        for fields in case["findings"]
    ]
    return Report(found, case["focusNodes"], {"shapes": 0.5}), case["sources"]


def written(name: str, form: str) -> str:
    report, sources = load(name)
    return render(report, form, sources=sources, limit=2)


def test_every_case_has_every_form() -> None:
    assert set(EXTENSIONS) == set(FORMATS)
    files = {path.name for name in NAMES for path in (CASES / name).iterdir()}
    assert files == {"report.json", *(f"expected.{extension}" for extension in EXTENSIONS.values())}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_written_as_expected(name: str, form: str) -> None:
    expected = (CASES / name / f"expected.{EXTENSIONS[form]}").read_text(encoding="utf-8")
    assert written(name, form) == expected.replace("@VERSION@", __version__)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UsageError, match="Choose one of text, turtle, json"):
        render(Report(), "pdf")


@pytest.mark.parametrize("name", NAMES)
def test_turtle_is_a_validation_report(name: str) -> None:
    report, _ = load(name)
    store = Store()
    store.load(written(name, "turtle").encode(), format=RdfFormat.TURTLE)
    term = {
        local: NamedNode(SH + local)
        for local in "result conforms focusNode resultSeverity resultMessage value sourceShape".split()
    }
    reports = list(store.quads_for_pattern(None, term["conforms"], None))
    assert [quad.object.value for quad in reports] == ["false" if report.findings else "true"]
    results = [quad.object for quad in store.quads_for_pattern(reports[0].subject, term["result"], None)]
    assert len(results) == len(report.findings)
    for result in results:
        for local in ("focusNode", "resultSeverity", "sourceConstraintComponent"):
            assert len(list(store.quads_for_pattern(result, NamedNode(SH + local), None))) == 1
        assert list(store.quads_for_pattern(result, term["resultMessage"], None))
    assert len(list(store.quads_for_pattern(None, term["value"], None))) == sum(
        one.value is not None for one in report.findings
    )
    assert len(list(store.quads_for_pattern(None, term["sourceShape"], None))) == sum(
        bool(one.component) for one in report.findings
    )


@pytest.mark.parametrize("name", NAMES)
def test_sarif_is_valid(name: str) -> None:
    schema = json.loads((CASES / "sarif.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    log = json.loads(written(name, "sarif"))
    jsonschema.Draft202012Validator(schema).validate(log)
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert len(run["results"]) == len(load(name)[0].findings)


def test_a_sarif_fingerprint_stays_when_the_lines_move() -> None:
    def fingerprint(line: int) -> str:
        finding = Finding("check:x", Severity.INFO, "Why?", focus_node="<x:a>", place=Place("a.ttl", line, 1))
        return json.loads(render(Report([finding]), "sarif"))["runs"][0]["results"][0]["partialFingerprints"]

    assert fingerprint(3) == fingerprint(30)


@pytest.mark.parametrize("name", NAMES)
def test_junit_counts_what_it_holds(name: str) -> None:
    root = ElementTree.fromstring(written(name, "junit"))
    assert root.tag == "testsuites"
    assert int(root.get("tests", "")) == len(root.findall(".//testcase"))
    assert int(root.get("failures", "")) == len(root.findall(".//failure"))
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall(".//failure"))
        assert int(suite.get("skipped", "0")) == len(suite.findall(".//skipped"))


class Page(HTMLParser):
    """Notes the tags and attributes of a page, and that every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.data = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.data += data


@pytest.mark.parametrize("name", NAMES)
def test_the_page_stands_alone(name: str) -> None:
    text = written(name, "html")
    page = Page(text)
    assert not page.open
    assert not page.tags & {"script", "link", "img", "iframe", "b"}
    assert page.attributes <= {"lang", "charset", "name", "content", "http-equiv", "class", "tabindex"}
    assert "url(" not in text and "@import" not in text
    assert "prefers-color-scheme: dark" in text and "width=device-width" in text


P, Q, R = (("pred", f"<x:{name}>") for name in "pqr")


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (P, "<x:p>", "<x:p>"),
        (("inv", P), "^<x:p>", "[ sh:inversePath <x:p> ]"),
        (("seq", P, Q, ("inv", R)), "<x:p>/<x:q>/^<x:r>", "( <x:p> <x:q> [ sh:inversePath <x:r> ] )"),
        (("alt", P, Q), "<x:p>|<x:q>", "[ sh:alternativePath ( <x:p> <x:q> ) ]"),
        (("plus", ("seq", P, Q)), "(<x:p>/<x:q>)+", "[ sh:oneOrMorePath ( <x:p> <x:q> ) ]"),
        (("opt", ("inv", P)), "(^<x:p>)?", "[ sh:zeroOrOnePath [ sh:inversePath <x:p> ] ]"),
        (("inv", ("star", P)), "^(<x:p>*)", "[ sh:inversePath [ sh:zeroOrMorePath <x:p> ] ]"),
        (("seq", ("pred", f"<{SH}path>"), ("pred", f"<{SH}a.b>")), f"<{SH}path>/<{SH}a.b>", "( sh:path sh:a.b )"),
    ],
)
def test_a_path_is_written_as_sparql_and_as_shacl_have_it(path: findings.Path, text: str, expected: str) -> None:
    assert path_text(path) == text
    assert path_turtle(path) == expected


def blank_nodes(text: str) -> dict[str, set[object]]:
    """The blank nodes that a report has as values of each property, by the property's local name."""
    found: dict[str, set[object]] = {}
    for quad in parse(text, format=RdfFormat.TURTLE):
        if isinstance(quad.object, BlankNode):
            found.setdefault(quad.predicate.value.rpartition("#")[2], set()).add(quad.object)
    return found


def test_a_report_joins_no_blank_node_of_the_data_with_one_of_the_shapes_or_its_own() -> None:
    term = '<<( _:b1 <x:p> "_:c" )>>'
    found = [
        Finding("_:b0", Severity.VIOLATION, "No.", focus_node="_:b0", component=f"{SH}InConstraintComponent"),
        Finding("_:b0-shape", Severity.VIOLATION, "No.", focus_node="_:b1", component=f"{SH}InConstraintComponent"),
        Finding("_:b1", Severity.VIOLATION, "No.", focus_node="_:b2", value=term, component=f"{SH}InConstraintComponent"),
        Finding("_:c", Severity.VIOLATION, "No.", focus_node="_:b0", component=f"{SH}InConstraintComponent"),
    ]
    text = render(Report(found), "turtle")
    nodes = blank_nodes(text)
    assert [len(nodes[name]) for name in ("result", "focusNode", "sourceShape")] == [4, 3, 4]
    assert len(set().union(*nodes.values())) == 11
    values = [quad.object for quad in parse(text, format=RdfFormat.TURTLE) if quad.predicate.value == f"{SH}value"]
    assert [value.subject for value in values] == [one for one in nodes["focusNode"] if one == values[0].subject]
    assert "_:c" in text and "_:b0-shape1" in text
