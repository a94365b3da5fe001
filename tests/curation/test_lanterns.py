"""The eight-sentence article: its eleven positions one by one, or as a table, come to the same graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import lanterns
from pyoxigraph import RdfFormat, parse

from whence import validation
from whence.curation import Workspace, resolve, save
from whence.curation.tables import read_table, resolve_table
from whence.evidence import check
from whence.export import asserted
from whence.store import layout

FILM = '\nid:blade-runner\n  a wh:Film ;\n  skos:prefLabel "Blade Runner"@en ;\n.\n'


def triples(graph: Path) -> set[str]:
    return {str(quad.triple) for path in sorted((graph / "triples").rglob("*.ttl")) for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)}


def test_one_by_one_and_as_a_table_the_graph_is_the_same_and_holds(graph: Path, open_workspace: Callable[[], Workspace], tmp_path: Path) -> None:
    people = graph / "triples" / "entities" / "people.ttl"
    people.write_text(people.read_text(encoding="utf-8") + FILM, encoding="utf-8")
    start = {path.relative_to(graph): path.read_bytes() for path in (graph / "triples").rglob("*.ttl")}
    records = lanterns.records("the-city-that-glows")
    table = tmp_path / "claims.csv"
    table.write_text(lanterns.as_table(records), encoding="utf-8")
    resolved, findings = resolve_table(open_workspace(), read_table(table))
    assert findings == [] and len(resolved) == 11
    save(open_workspace(), resolved)
    as_a_table = triples(graph)
    for path in (graph / "triples").rglob("*.ttl"):
        path.unlink()
    for name, content in start.items():
        (graph / name).write_bytes(content)
    workspace = open_workspace()
    for record in records:
        assert len(save(workspace, [resolve(workspace, record)]).ids) == 1
    assert triples(graph) == as_a_table
    outcome = check(asserted(layout.locate(graph)), str(lanterns.TEXTS))
    assert outcome.holds
    assert validation.check(layout.locate(graph), whole=True).report.conforms
