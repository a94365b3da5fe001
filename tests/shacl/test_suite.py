"""The W3C SHACL 1.0 test suite, Core and SPARQL: all 120 tests that its manifests list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from whence import shacl
from whence.errors import InputError
from whence.findings import path_text
from whence.shacl.shapes_graph import ShapesGraph
from whence.shacl.vocabulary import TRUE, TYPE, is_blank, lexical, sh

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
NUMBER_OF_TESTS = 120

Row = tuple[str | None, ...]


def _path_of(iri: str) -> Path:
    return Path(unquote(urlparse(lexical(iri)).path))


def _tests(manifest: Path) -> Iterator[tuple[ShapesGraph, str]]:
    graph = ShapesGraph(shacl.read_quads(manifest))
    for entries in graph.subjects(f"<{MF}entries>"):
        for head in graph.objects(entries, f"<{MF}entries>"):
            yield from ((graph, test) for test in graph.members(head, entries, "mf:entries"))
    for subject in graph.subjects(f"<{MF}include>"):
        for included in graph.objects(subject, f"<{MF}include>"):
            yield from _tests(_path_of(included))


def _anonymous(term: str | None) -> str | None:
    if term is None:
        return None
    if is_blank(term):
        return "_:"
    text, mark, language = term.rpartition("@")
    return f"{text}@{language.lower()}" if mark and text.endswith('"') else term


def _expected(graph: ShapesGraph, report: str) -> tuple[bool, set[Row]]:
    rows = set()
    for result in graph.objects(report, sh("result")):
        path = graph.one(result, sh("resultPath"))
        names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity")
        terms = [_anonymous(graph.one(result, sh(name))) for name in names]
        rows.add((*terms, path_text(graph.path(path, result)) if path else None))
    return graph.one(report, sh("conforms")) == TRUE, rows


def _run(graph: ShapesGraph, test: str) -> str | None:
    """Run one test; return what is wrong, or None."""
    if f"<{SHT}Validate>" not in graph.objects(test, TYPE):
        return f"{test} is of an unknown type"
    action, expected = graph.one(test, f"<{MF}action>"), graph.one(test, f"<{MF}result>")
    assert action and expected
    data, shapes = (_path_of(graph.one(action, f"<{SHT}{name}>") or "") for name in ("dataGraph", "shapesGraph"))
    try:
        report = shacl.validate_files([data], [shapes])
    except InputError as error:
        return None if expected == f"<{SHT}Failure>" else f"{test} was refused: {error}"
    if expected == f"<{SHT}Failure>":
        return f"{test} should have been refused"
    found = {
        (_anonymous(r.focus_node), _anonymous(r.value), r.component, r.severity, r.path) for r in report.results
    }
    wanted = _expected(graph, expected)
    return None if (report.conforms, found) == wanted else f"{test}: wanted {wanted}, found {found}"


def test_every_test_of_the_suite_passes(shared: Path) -> None:
    suite = shared / "suites/shacl/tests"
    outcomes = [_run(graph, test) for folder in ("core", "sparql") for graph, test in _tests(suite / folder / "manifest.ttl")]
    assert [outcome for outcome in outcomes if outcome] == []
    assert len(outcomes) == NUMBER_OF_TESTS


@pytest.mark.parametrize("split", [True, False])
def test_the_compiled_form_survives_json(shared: Path, split: bool) -> None:
    shapes = shacl.compile(shacl.read_quads(shared / "suites/shacl/tests/core/complex/personexample.ttl"), split=split)
    again = shacl.ShapeSet.from_json(shapes.to_json())
    assert (again.queries, again.focus, again.shapes) == (shapes.queries, shapes.focus, shapes.shapes)
