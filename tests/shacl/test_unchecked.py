"""What a shapes graph says and whence does not look at is told; what it can follow it follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from whence import shacl, validation
from whence.errors import InputError
from whence.findings import Severity
from whence.rdf.places import Positions
from whence.shacl.vocabulary import lexical

HEAD = (
    "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX ex: <https://example.org/> PREFIX dash: <http://datashapes.org/dash#> "
    "PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX rsx: <http://rdf4j.org/shacl-extensions#>\n"
)
TARGETED = "ex:T sh:targetNode ex:a ; sh:nodeKind sh:IRI .\n"


def _write(folder: Path, shapes: str, data: str = "ex:a a ex:P ; ex:p 1 .") -> tuple[str, str]:
    (folder / "data.ttl").write_text(HEAD + data, "utf-8")
    (folder / "shapes.ttl").write_text(HEAD + shapes, "utf-8")
    return str(folder / "data.ttl"), str(folder / "shapes.ttl")


@pytest.mark.parametrize(("shapes", "severity", "words"), [
    ("ex:S sh:target [ a ex:Odd ] ; sh:nodeKind sh:IRI . " + TARGETED, Severity.WARNING, "sh:target"),
    ("ex:S sh:targetNode ex:a ; sh:expression [ ex:odd 1 ] .", Severity.WARNING, "expression"),
    ("ex:S sh:targetNode ex:a ; sh:js [ sh:jsFunctionName 'f' ] .", Severity.WARNING, "sh:js"),
    ("ex:S sh:targetNode ex:a ; sh:rule [ a sh:JSRule ] .", Severity.WARNING, "has a rule"),
    ("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:qualifiedMinCount 1 ] .", Severity.WARNING, "without sh:qualifiedValueShape"),
    ("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ] .", Severity.WARNING, "without sh:qualified"),
    ("ex:S sh:targetNode ex:a ; sh:flags 'i' .", Severity.WARNING, "without sh:pattern"),
    ("ex:S sh:targetNode ex:a ; sh:ignoredProperties ( ex:p ) .", Severity.WARNING, "without sh:closed"),
    ("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:reificationRequired true ] .", Severity.WARNING, "without sh:reifierShape"),
    ("ex:S sh:targetNode ex:a ; sh:propery [ sh:path ex:p ] .", Severity.WARNING, "sh:propery"),
    ("ex:S sh:targetNode ex:a ; sh:nodeByExpression [ sh:path ex:p ] .", Severity.WARNING, "sh:nodeByExpression"),
    ("ex:S sh:targetNode ex:a ; dash:nonRecursive true .", Severity.WARNING, "dash#nonRecursive"),
    ("ex:S rsx:dataGraph ex:g ; sh:targetNode ex:a .", Severity.WARNING, "dataGraph"),
    ("ex:S sh:targetSubset [ sh:nodeKind sh:IRI ] . " + TARGETED, Severity.WARNING, "sh:targetSubset"),
    ("ex:S sh:targetNode ex:a ; ex:maxCnt 1 .", Severity.INFO, "maxCnt"),
    ("ex:S a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .", Severity.WARNING, "target"),
    ("ex:S a sh:NodeShape ; sh:nodeKind sh:IRI . " + TARGETED, Severity.INFO, "no target"),
    ("<> owl:imports <https://example.org/elsewhere> . " + TARGETED, Severity.WARNING, "https://example.org/elsewhere"),
    ("<> owl:imports <missing.ttl> . " + TARGETED, Severity.WARNING, "missing.ttl"),
    ("<> owl:imports 'missing.ttl' . " + TARGETED, Severity.WARNING, 'import "missing.ttl", which is no IRI'),
    ("ex:S sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this {' ] ; sh:nodeKind sh:IRI . " + TARGETED, Severity.VIOLATION, "<https://example.org/S>"),
    ("", Severity.WARNING, "target"),
    ("ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:c ] . ex:S sh:targetNode ex:a ; ex:c 1 .", Severity.WARNING, "ex"),
    ("ex:S sh:targetNode ex:a ; sh:node ex:S . " + TARGETED, Severity.VIOLATION, "refers to itself"),
    ("ex:S sh:targetNode ex:a ; sh:node ex:Nowhere .", Severity.WARNING, "says nothing"),
    ("ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:c ], [ sh:path ex:d ] ; sh:validator [ sh:ask 'ASK {}' ] . "
     "ex:S sh:targetNode ex:a ; ex:c 1 .", Severity.WARNING, "without the other parameters"),
])  # fmt: skip
def test_what_is_not_looked_at_is_a_finding(tmp_path: Path, shapes: str, severity: Severity, words: str) -> None:
    data, file = _write(tmp_path, shapes)
    findings = validation.check_files([data], [file]).report.findings
    assert [finding.severity for finding in findings if finding.rule.startswith("shapes:")] == [severity]
    assert words in findings[0].message
    assert findings[0].place is not None
    assert findings[0].place.file == file


@pytest.mark.parametrize("shapes", [
    "sh:InConstraintComponent a sh:ConstraintComponent ; sh:parameter sh:InConstraintComponent-in . sh:InConstraintComponent-in a sh:Parameter ; sh:path sh:in .",
    "dash:Thing a sh:NodeShape ; dash:odd 1 ; sh:js [] . dash:f a sh:SPARQLFunction ; sh:select 'SELECT ?x { BIND(<x:unknown>(1) AS ?x) }' .",
    "dash:C a sh:ConstraintComponent ; sh:parameter [ sh:path dash:odd ] ; sh:validator [ a sh:JSValidator ; sh:jsFunctionName 'f' ] .",
    "<> owl:imports sh:, <http://datashapes.org/dash> . ex:T dash:editor dash:TextFieldEditor .",
], ids=["shacl", "dash shape", "dash component", "imports"])
def test_the_vocabularies_may_be_among_the_shapes(tmp_path: Path, shapes: str) -> None:
    data, file = _write(tmp_path, shapes.replace("<http://datashapes.org/dash>", "<http://datashapes.org/dash#>") + TARGETED)
    assert validation.check_files([data], [file]).report.findings == []


def test_a_finding_about_a_node_with_a_relative_iri_has_its_place(tmp_path: Path) -> None:
    data, file = _write(tmp_path, "<#S> sh:targetClass ex:P ;\n sh:nodeKind sh:Literal ; sh:js [] .", "<> a ex:P .\n<b> a ex:P .\n<#c> a ex:P .")
    places = {(finding.place.file, finding.place.line) for finding in validation.check_files([data], [file]).report if finding.place}
    assert places == {(data, 2), (data, 3), (data, 4), (file, 3)}


def test_a_file_is_read_once_for_the_places_of_all_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr("whence.validation.places.Positions", lambda *arguments: read.append(arguments) or Positions(*arguments))
    data, file = _write(tmp_path, "".join(f"ex:S{n} sh:targetNode ex:a ; sh:js [] .\n" for n in range(20)))
    assert len(validation.check_files([data], [file]).report.findings) == 20
    assert len(read) == 1


def test_imports_of_local_files_are_followed(tmp_path: Path) -> None:
    data, file = _write(tmp_path, "<> owl:imports <more/b.ttl> .")
    (tmp_path / "more").mkdir()
    (tmp_path / "more/b.ttl").write_text(HEAD + "<> owl:imports <../shapes.ttl> . ex:S sh:targetNode ex:a ; sh:minLength 1000 .", "utf-8")
    assert [finding.focus_node for finding in validation.check_files([data], [file]).report] == ["<https://example.org/a>"]


@pytest.mark.parametrize(("body", "words"), [
    ("sh:property [ sh:path ex:p ; sh:minCount 1 ], [ sh:path ex:q ; sh:minCount '1'^^xsd:int ]", "path <https://example.org/q>"),
    ("sh:property [ sh:path ex:p ; sh:property [ sh:path ex:r ; sh:class 'x' ] ]", "path <https://example.org/r>"),
    ("sh:sparql [ sh:select 'SELECT $this { $this ex:p ?x FILTER(ex:far(?x)) }' ]", "<https://example.org/far>"),
    ("sh:sparql [ sh:select 'SELECT $this { $this ex:p }' ]", "syntax error"),
    ("sh:pattern '('", "is not closed"),
])  # fmt: skip
@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "html"])
def test_an_ill_formed_shape_has_a_place_in_every_format(tmp_path: Path, body: str, words: str, form: str) -> None:
    from whence.report import render

    data, file = _write(tmp_path, f"ex:S a sh:NodeShape ;\n sh:targetNode ex:a ;\n {body} .")
    outcome = validation.check_files([data], [file])
    assert validation.unreadable(outcome.report)
    text = render(outcome.report, form, sources=outcome.texts, limit=5)
    if form != "html":
        assert "shapes.ttl" in text
    (finding,) = outcome.report.findings
    assert words in finding.message
    assert finding.place is not None
    assert (finding.place.file, finding.focus_node) == (file, "<https://example.org/S>")
    assert finding.place.line == 4 or "SPARQL" in finding.message
    if form == "json":
        assert json.loads(text)["findings"]


PREFIX = "<> sh:declare [ sh:prefix 'ex' ; sh:namespace 'https://example.org/'^^xsd:anyURI ] . "


@pytest.mark.parametrize(("shapes", "found"), [
    ("ex:S sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this { ?this a ex:P }' ] ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .", ["a"]),
    ("ex:Of a sh:SPARQLTargetType ; sh:parameter [ sh:path ex:class ] ; sh:select 'SELECT ?this { ?this a $class }' . "
     "ex:S sh:target [ a ex:Of ; ex:class ex:P ] ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .", ["a"]),
    ("ex:big a sh:SPARQLFunction ; sh:parameter [ sh:path ex:n ] ; sh:ask 'ASK { FILTER($n > 1) }' . "
     "ex:S sh:targetNode ex:a, ex:b ; sh:sparql [ sh:select 'SELECT $this { $this ex:p ?x FILTER(ex:big(?x)) }' ] .", ["b"]),
    ("ex:twice a sh:SPARQLFunction ; sh:parameter [ sh:path ex:n ] ; sh:select 'SELECT ($n * 2 AS ?r) {}' . "
     "ex:S sh:targetNode ex:a, ex:b ; sh:sparql [ sh:select 'SELECT $this { $this ex:p ?x FILTER(ex:twice(?x) = 2) }' ] .", ["a"]),
    ("ex:S sh:targetNode true, false ; sh:expression sh:this .", ["false"]),
    ("ex:S sh:targetNode ex:a, ex:b ; sh:expression [ sh:path ex:ok ] .", ["b"]),
    ("ex:S sh:targetNode ex:a, ex:c ; sh:expression [ sh:path ex:ok ] .", ["c"]),
    ("ex:S sh:targetNode ex:a, ex:b, ex:c ; sh:expression [ sh:filterShape [ sh:hasValue true ] ; sh:nodes [ sh:path ex:ok ] ] .", ["c"]),
    ("ex:S sh:targetNode ex:a, ex:b, ex:c ; sh:expression [ sh:union ( [ sh:path ex:ok ] true ) ] .", ["b"]),
    ("ex:S sh:targetNode ex:a, ex:b, ex:c ; sh:expression [ sh:intersection ( [ sh:path ex:ok ] true ) ] .", ["c"]),
    ("ex:S sh:targetNode true, ex:b ; sh:expression [ sh:path [ sh:zeroOrOnePath ex:ok ] ; sh:nodes sh:this ] .", ["b"]),
    ("ex:S sh:targetNode ex:a, ex:b ; sh:sparql [ sh:select 'SELECT * { $this ex:p ?value FILTER(?value > 1) }' ] .", ["b"]),
    ("ex:S sh:targetNode ex:a, ex:b ; sh:sparql [ sh:select 'SELECT * { $this ex:p ?value FILTER(?value > 1) } LIMIT 1' ] .", ["b"]),
    ("ex:S sh:targetNode ex:a, ex:b ; sh:sparql [ sh:select 'BASE <https://example.org/> SELECT $this { $this <p> 2 }' ] .", ["b"]),
    ("ex:S sh:targetNode ex:a, ex:b ; sh:not [ sh:sparql [ sh:select 'SELECT $this { $this ex:p 2 } LIMIT 1' ] ] .", ["a"]),
    ("ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:among ] ; sh:validator [ sh:ask "
     "'ASK { GRAPH $shapesGraph { $among <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>*/<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> $value } }' ] . "
     "ex:S sh:targetNode ex:a, ex:b ; ex:among ( ex:a ) .", ["b"]),
    ("ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:among ] ; sh:validator [ sh:ask "
     "'ASK { GRAPH $shapesGraph { $among ex:of $value } }' ] . ex:S sh:targetNode ex:a, ex:b ; sh:or ( [ ex:among [ ex:of ex:a ] ] ) .", ["b"]),
    ("ex:S sh:targetNode ex:a ; sh:hasValue [] .", ["a"]),
    ("ex:S sh:targetNode ex:a ; sh:in ( [] ex:b ) .", ["a"]),
    ("ex:S sh:targetNode ex:a ; sh:not [ sh:property [ sh:path ex:p ; sh:hasValue [] ] ] .", []),
], ids=["target", "target type", "ask function", "select function", "this", "path expression", "no node", "filter expression", "union",
        "intersection", "path of nodes", "star", "star limit", "base", "limit inside",
        "list parameter", "blank parameter inside", "blank hasValue", "blank in", "blank hasValue inside"])  # fmt: skip
@pytest.mark.parametrize("extra", ["", " ex:z ex:n '007'^^xsd:integer ."], ids=["", "exact"])
def test_sparql_of_shapes(tmp_path: Path, shapes: str, found: list[str], extra: str) -> None:
    data, file = _write(tmp_path, PREFIX + shapes, "ex:a a ex:P ; ex:p 1 ; ex:ok true . ex:b ex:p 2 ; ex:ok true, false ." + extra)
    report = validation.check_files([data], [file]).report
    violations = [finding for finding in report if finding.severity is Severity.VIOLATION]
    assert sorted(lexical(str(finding.focus_node)).rpartition("/")[2] for finding in violations) == found


@pytest.mark.parametrize("shape", ["ex:S sh:targetNode ex:a ; {} .", "ex:S sh:targetNode ex:a ; sh:not [ {} ] ."], ids=["outside", "inside"])
def test_a_query_may_report_a_failure(tmp_path: Path, shape: str) -> None:
    query = "sh:sparql [ sh:select 'SELECT $this (true AS ?failure) { $this ex:p 1 }' ]"
    data, file = _write(tmp_path, PREFIX + shape.format(query))
    with pytest.raises(InputError, match="reports a failure"):
        shacl.validate_files([data], [file])


def test_functions_that_call_themselves_without_end_are_ended(tmp_path: Path) -> None:
    shapes = (
        "ex:f a sh:SPARQLFunction ; sh:parameter [ sh:path ex:n ] ; sh:select 'SELECT (ex:f($n) AS ?r) {}' . "
        "ex:S sh:targetNode ex:a ; sh:sparql [ sh:select 'SELECT $this { $this ex:p ?x FILTER(ex:f(?x) = 1) }' ] ."
    )
    data, file = _write(tmp_path, PREFIX + shapes)
    with pytest.raises(InputError, match="deep"):
        shacl.validate_files([data], [file])


def test_a_triple_term_survives_a_report(tmp_path: Path) -> None:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    shapes = f"ex:S sh:targetSubjectsOf <{rdf}reifies> ; sh:property [ sh:path <{rdf}reifies> ; sh:nodeKind sh:IRI ; sh:minLength 1 ; sh:pattern 'a' ] ."
    data, file = _write(tmp_path, shapes, f"ex:r <{rdf}reifies> <<( ex:a ex:b 'c' )>> .")
    report = shacl.validate_files([data], [file])
    assert {result.value for result in report} == {'<<( <https://example.org/a> <https://example.org/b> "c" )>>'}
    assert len(report.results) == 3
    assert "<<(" in shacl.report_text(report)


@pytest.mark.parametrize("namespace", ["https://www.w3.org/ns/shacl#", "http://www.w3.org/ns/shacl", "http://www.w3.org/ns/shacl/"])
def test_a_namespace_like_that_of_shacl_is_told(tmp_path: Path, namespace: str) -> None:
    data, file = _write(tmp_path, f"PREFIX sh: <{namespace}> ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:nodeKind sh:Literal .")
    (finding,) = validation.check_files([data], [file]).report.findings
    assert finding.fix and finding.fix.startswith("The terms of SHACL begin with http://www.w3.org/ns/shacl#, unlike ")
