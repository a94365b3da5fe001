"""Each shape has a small graph that it passes, and a change to it that breaks this shape alone and is told in sentences."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph
import pytest

from whence import shacl
from whence.findings import Finding
from whence.namespaces import PREFIXES, shorten
from whence.validation.shapes import from_report
from whence.validation.wording import in_words

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "shapes"
INVALID = sorted((CASES / "invalid").glob("*.ru"))
SHAPE = "https://w3id.org/whence/shape/"

#: Shapes that only serve others: they have no target and are reached through the shape that names them.
INNER = {"ThingValue", "LiteralValue", "Passage", "Selector"}
#: Node shapes without a constraint of their own: what they hold is in their property shapes.
PLAIN_NODES = {
    *("Casting", "Concept", "ConceptScheme", "Document", "Entity", "Episode", "FictionalEntity", "FictionalEvent"),
    *("FictionalGroup", "FictionalObject", "FictionalPlace", "FictionalSpecies", "FictionalSubstance", "Question", "WorkPart"),
}


def load(paths: list[Path]) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for path in paths:
        store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    return store


@cache
def shapes() -> pyoxigraph.Store:
    return load(sorted((ROOT / "ontology" / "shapes").glob("*.ttl")))


@cache
def compiled() -> shacl.ShapeSet:
    return shacl.compile(shapes())


@cache
def valid() -> list[pyoxigraph.Quad]:
    ontology = [ROOT / "ontology" / "whence.ttl", *(ROOT / "ontology" / "vocab").glob("*.ttl")]
    identifiers = ROOT / "triples" / "entities" / "identifiers.ttl"  # concepts of the vocabularies have some
    return list(load([*ontology, identifiers, CASES / "valid.ttl"]))


@cache
def found(update: str = "") -> tuple[pyoxigraph.Store, tuple[Finding, ...]]:
    """The valid graph after a change, and what the shapes find in it."""
    store = pyoxigraph.Store()
    store.extend(valid())
    if update:
        store.update(update)
    return store, tuple(from_report(compiled().validate(store))[0])


def broken_rules(update: str = "") -> set[str]:
    return {shorten(finding.rule) for finding in found(update)[1]}


def told(case: Path) -> list[str]:
    """What a curator reads of a case: what is wrong, and what to do."""
    store, findings = found(case.read_text(encoding="utf-8"))
    return sorted(f"{case.stem}: {one.message} | {one.fix}" for one in in_words(findings, store, shapes()))


def named_shapes() -> set[str]:
    kinds = [pyoxigraph.NamedNode(PREFIXES["sh"] + name) for name in ("NodeShape", "PropertyShape")]
    found = {quad.subject.value for kind in kinds for quad in shapes().quads_for_pattern(None, None, kind)}
    return {iri.removeprefix(SHAPE) for iri in found if iri.startswith(SHAPE)}


def test_the_valid_graph_breaks_no_shape_and_each_targeted_shape_meets_a_node_of_it() -> None:
    assert broken_rules() == set()
    store = pyoxigraph.Store()
    store.extend(valid())
    counts = compiled().validate(store).focus_counts
    assert [shape for shape, count in counts.items() if not count] == []


@pytest.mark.parametrize("case", INVALID, ids=lambda path: path.stem)
def test_the_changed_graph_breaks_the_shape_it_is_named_after_and_no_other(case: Path) -> None:
    assert broken_rules(case.read_text(encoding="utf-8")) == {f"shape:{case.stem}"}


@pytest.mark.parametrize("thing", ["norway", "childhood-of-ada-quill", "the-great-storm", "ada-quill"])
def test_a_real_place_a_life_a_historical_event_and_a_person_can_influence(thing: str) -> None:
    change = f"""PREFIX id: <{PREFIXES["id"]}> PREFIX wh: <{PREFIXES["wh"]}>
        DELETE DATA {{ id:claim-influence-old-film wh:influencer id:old-film }} ;
        INSERT DATA {{ id:claim-influence-old-film wh:influencer id:{thing} }}"""
    assert broken_rules(change) == set()


@pytest.mark.parametrize("case", INVALID, ids=lambda path: path.stem)
def test_the_case_is_told_in_its_sentences(case: Path) -> None:
    expected = (CASES / "sentences.txt").read_text(encoding="utf-8").splitlines()
    assert told(case) == [line for line in expected if line.startswith(f"{case.stem}: ")]


def test_every_shape_has_a_case_and_every_case_a_shape() -> None:
    assert {path.stem for path in INVALID} == named_shapes() - INNER - PLAIN_NODES


@pytest.mark.parametrize("name", sorted(named_shapes()))
def test_every_shape_says_its_name_what_it_asks_how_bad_it_is_and_how_to_mend(name: str) -> None:
    said = {quad.predicate.value.rpartition("#")[2] for quad in shapes() if quad.subject == pyoxigraph.NamedNode(SHAPE + name)}
    assert said & {"name", "label"}
    assert {"description", "severity"} <= said
    assert "message" in said or "sparql" in said or name in INNER | PLAIN_NODES


@pytest.mark.parametrize("number", ["1" + "0" * 15, "1" + "0" * 19, "9" * 40])
@pytest.mark.parametrize("name", ["count", "end", "questionNumber", "start", "textLength"])
def test_a_number_that_no_query_can_compare_is_refused(name: str, number: str) -> None:
    """The engine compares integers of 64 bits: past them every bound would be met in silence."""
    update = f"DELETE {{ ?one wh:{name} ?old }} INSERT {{ ?one wh:{name} {number} }} WHERE {{ ?one wh:{name} ?old }}"
    broken = [finding for finding in found(f"PREFIX wh: <{PREFIXES['wh']}> {update}")[1] if finding.rule.endswith("-" + name)]
    assert broken and all("15 digits" in (finding.fix or finding.message) for finding in broken)
