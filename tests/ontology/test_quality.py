"""The quality gate: a small ontology in order, changes to it that break one check each, and the real files."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from whence import ontology
from whence.store import layout
from whence.findings import Finding, Severity
from whence.namespaces import PREFIXES, WH
from whence.ontology.terms import check_pitfalls, context_terms, pitfalls

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "cases" / "ontology"
CASES = sorted((FOLDER / "pitfalls").glob("*.ru"))


def small_ontology() -> Store:
    store = Store()
    store.load(path=str(FOLDER / "pitfalls-valid.ttl"))
    return store


@cache
def real_findings() -> tuple[Finding, ...]:
    return tuple(ontology.check(layout.locate(ROOT)).report)


def test_check_queries_find_nothing_in_an_ontology_that_is_in_order() -> None:
    assert list(check_pitfalls(small_ontology(), small_ontology())) == []


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_each_case_breaks_the_check_it_is_named_after_and_no_other(case: Path) -> None:
    store = small_ontology()
    store.update(case.read_text(encoding="utf-8"))
    found = list(check_pitfalls(store, store))
    assert {finding.rule for finding in found} == {f"pitfall:{case.stem}"}
    assert all(finding.focus_node and finding.fix for finding in found)


def test_each_check_query_has_a_case() -> None:
    assert [case.stem for case in CASES] == pitfalls()


def test_ontology_has_no_violation_and_no_warning() -> None:
    assert [finding.message for finding in real_findings() if finding.severity is not Severity.INFO] == []


def test_undefined_iri_is_found_in_data_shapes_queries_context_and_examples(small_graph: Path) -> None:
    (small_graph / "queries" / "competency").mkdir(parents=True, exist_ok=True)
    (small_graph / "queries" / "competency" / "typo.rq").write_text("SELECT ?s { ?s wh:influencdBy ?o }", encoding="utf-8")
    (small_graph / "ontology" / "context.jsonld").write_text(
        f'{{"@context": {{"wh": "{WH}", "rol": {{"@id": "wh:rol"}}}}}}', encoding="utf-8"
    )
    (small_graph / "ontology" / "example.ttl").write_text(
        f'<{WH}Work> <{PREFIXES["skos"]}example> "id:nowhere, a place" .', encoding="utf-8"
    )
    (small_graph / "triples" / "wrong.ttl").write_text(
        f"<{PREFIXES['id']}one> <{WH}partOf> <{PREFIXES['id']}missing> .", encoding="utf-8"
    )
    named = {
        finding.message.split()[0]: str(finding.place and Path(finding.place.file).name)
        for finding in ontology.check(layout.locate(small_graph)).report
        if finding.rule == "ontology:undefined-name"
    }
    expected = {"wh:influencdBy": "typo.rq", "wh:rol": "context.jsonld", "id:nowhere": "example.ttl", "id:missing": "wrong.ttl"}
    assert expected.items() <= named.items()


def test_term_is_used_when_one_below_it_is_and_unused_when_nothing_names_it(small_graph: Path) -> None:
    terms = "".join(
        f"<{WH}{name}> <{PREFIXES['rdfs']}isDefinedBy> <{WH[:-1]}> ; <{PREFIXES['rdfs']}subClassOf> <{WH}{above}> ."
        for name, above in (("Below", "Above"), ("Above", "Top"), ("Nobody", "Top"), ("Top", "Top"))
    )
    (small_graph / "ontology" / "more.ttl").write_text(terms, encoding="utf-8")
    (small_graph / "triples" / "more.ttl").write_text(f"<{PREFIXES['id']}one> a <{WH}Below> .", encoding="utf-8")
    unused = {
        finding.focus_node for finding in ontology.check(layout.locate(small_graph)).report if finding.rule == "ontology:unused-term"
    }
    assert f"<{WH}Nobody>" in unused
    assert not {f"<{WH}{name}>" for name in ("Below", "Above", "Top")} & unused


def test_context_has_every_class_and_property_and_nothing_undefined() -> None:
    store = Store()
    files = layout.locate(ROOT)
    for path in files.ontology:
        store.load(path=path)
    text = Path(files.context).read_text(encoding="utf-8")
    terms = {text[offset:].split('"')[1]: iri for iri, offset in context_terms(text)}
    kinds = " ".join(f"owl:{kind}" for kind in ("Class", "ObjectProperty", "DatatypeProperty"))
    query = f"SELECT ?term {{ VALUES ?kind {{ {kinds} }} ?term a ?kind FILTER(STRSTARTS(STR(?term), '{WH}')) }}"
    ours = {row["term"].value for row in store.query(query, prefixes=PREFIXES)}
    assert ours <= set(terms.values())
    for term, iri in terms.items():
        if iri.startswith(WH):
            assert iri == WH + term.removeprefix("wh:"), term
        assert any(store.quads_for_pattern(NamedNode(iri), None, None)) or iri.startswith(PREFIXES["rdfs"]), iri


def test_the_command_tells_file_and_line_in_every_form(
    small_graph: Path, whence: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    extension = "@prefix ex: <https://example.org/> .\n<https://example.org/Robot> a <http://www.w3.org/2002/07/owl#Class> .\n"
    (small_graph / "ontology" / "robots.ttl").write_text(extension, encoding="utf-8")
    answer = whence("ontology", "--graph", small_graph, "--format", "json")
    assert answer.returncode == 1
    (lacking,) = (one for one in json.loads(answer.stdout)["findings"] if one["rule"] == "pitfall:missing-label" and "Robot" in one["message"])
    assert (Path(lacking["file"]).name, lacking["line"]) == ("robots.ttl", 2)
    (run,) = json.loads(whence("ontology", "--graph", small_graph, "--format", "sarif").stdout)["runs"]
    files = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"] if one["ruleId"] == "pitfall:missing-label"}
    assert any(file.endswith("robots.ttl") for file in files)
    (small_graph / "ontology" / "robots.ttl").write_text(extension + "broken", encoding="utf-8")
    broken = whence("ontology", "--graph", small_graph)
    assert broken.returncode == 3
    assert "robots.ttl:3:" in broken.stdout
    shutil.rmtree(small_graph / "ontology")
    empty = whence("ontology", "--graph", small_graph)
    assert empty.returncode == 3 and "There is no ontology" in empty.stderr
