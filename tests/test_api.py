"""The front door: what `import whence` offers, and that it does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import whence
from whence import api, errors

pytestmark = pytest.mark.usefixtures("validated")

SMALL_GRAPH = Path(__file__).parent / "cases" / "graph"


def test_exports_are_these() -> None:
    """A change of this list is a change of the public interface."""
    assert whence.__all__ == [
        "Graph",
        "InputError",
        "LimitError",
        "QueryError",
        "RemoteError",
        "Rows",
        "UsageError",
        "ValidationError",
        "WhenceError",
        "open",
        "query",
        "validate",
    ]
    assert set(whence.__all__) <= set(dir(whence))


def test_every_export_is_the_thing_itself() -> None:
    for name in whence.__all__:
        assert getattr(whence, name) is getattr(errors if name.endswith("Error") else api, name)
    assert {name for name in errors.__all__ if name.endswith("Error")} <= set(whence.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'opne'"):
        _ = whence.opne


def test_importing_the_package_alone_imports_nothing_heavy() -> None:
    code = "import sys, whence; print({'pyoxigraph', 'typing', 'dataclasses'} & set(sys.modules))"
    environment = {"PYTHONPATH": str(Path(whence.__file__).parents[1])}
    answer = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert answer.stdout == "set()\n"


def test_a_graph_is_opened_and_asked() -> None:
    graph = whence.open(SMALL_GRAPH)
    assert graph.directory == str(SMALL_GRAPH)
    rows = list(graph.query("SELECT ?claim { ?claim a wh:Influence }"))
    assert rows
    assert [query.name for query in graph.catalog.of_kind("competency")]
    assert len(list(graph.query("SELECT ?p { ?s ?p ?o FILTER(?p = wh:influencedBy) }"))) == 0
    assert len(list(graph.query("SELECT ?p { ?s ?p ?o FILTER(?p = wh:influencedBy) }", view="any"))) > 0


def test_a_named_query_takes_parameters() -> None:
    rows = list(whence.query("influences-on-work", work="id:metallic-rouge"))
    assert "Star Trek" in {row["influencerLabel"].value for row in rows}


def test_what_is_not_there_is_said() -> None:
    graph = whence.open(SMALL_GRAPH)
    with pytest.raises(whence.UsageError, match="There is no view 'makr'. Did you mean maker"):
        graph.query("ASK {}", view="makr")
    with pytest.raises(whence.UsageError):
        graph.query("no-such-query")
    with pytest.raises(whence.InputError):
        whence.open("/nowhere")


def test_validation_reports_findings(tmp_path: Path) -> None:
    assert whence.validate(SMALL_GRAPH).conforms
    data = tmp_path / "data.ttl"
    data.write_text('@prefix ex: <http://example.org/> .\nex:a a ex:C .\n')
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .\n"
    )
    report = whence.validate(data=str(data), shapes=[str(shapes)])
    assert [finding.focus_node for finding in report] == ["<http://example.org/a>"]
    with pytest.raises(whence.UsageError):
        whence.validate(data=str(data))


def test_a_refused_graph_carries_its_report(small_graph: Path) -> None:
    (small_graph / "triples" / "broken.ttl").write_text("id:x wh:influencedBy\n")
    with pytest.raises(whence.ValidationError) as caught:
        whence.open(small_graph)
    assert not caught.value.report.conforms
