"""The example corpus: three texts, curated with the tools; the article's eleven positions come to one graph however they are given."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import lanterns
from pyoxigraph import Literal, RdfFormat, parse

from whence import validation
from whence.curation import Workspace, resolve, save
from whence.curation.tables import read_table, resolve_table
from whence.evidence import Status, check
from whence.export import asserted
from whence.namespaces import WH
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


def test_the_example_corpus_is_what_the_tools_make(tmp_path: Path) -> None:
    shutil.copy(lanterns.LANTERNS / "whence.toml", tmp_path)
    shutil.copytree(lanterns.TEXTS, tmp_path / "texts")
    (tmp_path / "triples").mkdir()
    lanterns.build(tmp_path)
    made, kept = ({path.relative_to(root): path.read_bytes() for path in root.rglob("*.ttl")} for root in (tmp_path / "triples", lanterns.LANTERNS / "triples"))
    assert made == kept, "run python tests/support/lanterns.py"


def test_the_example_corpus_conforms_and_every_passage_holds() -> None:
    files = layout.locate(lanterns.LANTERNS)
    report = validation.check(files).report
    assert [finding for finding in report if finding.severity.value != "Info"] == []
    passages = [one for one in check(asserted(files), str(lanterns.TEXTS)).checked if one.iri.startswith(files.settings.base)]
    assert len(passages) > 40 and {one.status for one in passages} == {Status.HOLDS}


def test_the_example_corpus_holds_denials_hedges_and_a_disagreement_in_two_languages() -> None:
    workspace = Workspace.open(layout.locate(lanterns.LANTERNS), lanterns.TEXTS)
    claims = {quad.object for quad in workspace.quads(None, WH + "attests", None) if quad.subject.value.startswith(workspace.base)}
    stances = {claim: {workspace.value(quad.subject.value, "polarity") for quad in workspace.quads(None, WH + "attests", claim)} for claim in claims}
    assert sum(len(polarities) == 2 for polarities in stances.values()) >= 3
    assert len(workspace.quads(None, WH + "hedge", Literal("かもしれません"))) == 1 and len(workspace.questions(workspace.base + "document-minato-no-akari")) == 3
