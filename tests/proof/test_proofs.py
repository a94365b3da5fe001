"""Every derived triple has a proof, and the proof is right: its rule yields the triple from its premises alone, and they are asserted."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

from whence import catalog, inference, sparql
from whence.namespaces import PREFIXES, VIEW
from whence.proof import Explainer, Premise, Proof
from whence.store import layout
from whence.things import Index

ROOT = Path(__file__).parents[2]
VIEWS = ("any", "contested", "lrmoo", "maker", "press", "schema-org", "wikidata")
#: So many triples of each view are proved down to the files, and as many of each property in the graph; fewer of each property in a view.
SAMPLE, OF_A_VIEW = 6, 2


@pytest.fixture(scope="module")
def explainer(real_graph: Store) -> Explainer:
    return Explainer(layout.locate(ROOT), Index(real_graph))


@cache
def asserted() -> Store:
    """The files of the graph, read without any of our own code."""
    store = Store()
    for folder in ("triples", "ontology"):
        for path in (ROOT / folder).rglob("*.ttl"):
            if "shapes" not in path.parts:
                store.load(path=str(path), format=RdfFormat.TURTLE)
    return store


def yields(proof: Proof, triple: Triple) -> bool:
    """Whether the rule of a proof, and nothing else, leads from its premises to a triple."""
    store = Store()
    store.extend([Quad(*premise.triple) for premise in proof.premises])
    if proof.file:
        return triple in set(store.query((ROOT / proof.file).read_text(encoding="utf-8"), prefixes=PREFIXES))
    if proof.rule == "prp-spo2":  # the list of the chain hangs on the axiom, under labels that each reading gives anew
        store = Store()
        store.extend([Quad(*premise.triple) for premise in proof.premises[:-1]])
        store.extend([quad for quad in asserted() if quad.predicate.value.startswith((PREFIXES["rdf"], PREFIXES["owl"])) and "_:" in str(quad)])
    inference.close(store)
    return Quad(*triple) in store


def check(premise: Premise) -> int:
    """Check a premise all the way down; return how many asserted triples it rests on."""
    assert premise.proof or premise.place, premise.triple
    if premise.place:
        if not str(premise.triple).count("_:"):
            assert Quad(*premise.triple) in asserted(), premise.triple
            line = (ROOT / premise.place.file).read_text(encoding="utf-8").splitlines()[premise.place.line - 1]
            term = premise.triple.object
            value = term.value.rpartition("/")[2].rpartition("#")[2] if isinstance(term, NamedNode) else term.value.splitlines()[0].split('"')[0]
            assert value in line or " a " in line, (premise.triple, line)
        return 1
    assert premise.proof and premise.proof.premises
    assert yields(premise.proof, premise.triple), premise.triple
    return sum(map(check, premise.proof.premises))


@pytest.mark.parametrize("policy", VIEWS)
def test_a_triple_of_a_view_has_a_right_proof(explainer: Explainer, real_graph: Store, policy: str) -> None:
    drawn = list(samples((quad.triple for quad in real_graph.quads_for_pattern(None, None, None, NamedNode(VIEW + policy))), OF_A_VIEW))
    named = catalog.find(layout.locate(ROOT), policy)
    for triple in drawn:
        proof = next(explainer.proofs(triple, named), None)
        assert proof is not None, f"{triple} has no proof"
        assert yields(proof, triple), f"{triple} has a wrong proof"
        for premise in proof.premises:
            assert Quad(*premise.triple) in real_graph
        assert any(claim.positions for claim in proof.claims), triple
    assert drawn


@pytest.mark.parametrize("policy", VIEWS)
def test_proofs_of_views_go_down_to_the_files_and_need_all_of_their_premises(explainer: Explainer, real_graph: Store, policy: str) -> None:
    quads = sorted(real_graph.quads_for_pattern(None, None, None, NamedNode(VIEW + policy)), key=str)
    named = catalog.find(layout.locate(ROOT), policy)
    for quad in random.Random(policy).sample(quads, min(len(quads), SAMPLE)):
        for proof in explainer.proofs(quad.triple, named):
            assert all(map(check, proof.premises))
            for left in proof.premises:
                fewer = tuple(premise for premise in proof.premises if premise is not left)
                assert not yields(Proof(proof.rule, proof.summary, proof.file, fewer), quad.triple), f"{left.triple} is not needed"


def samples(triples: Iterable[Triple], size: int) -> Iterator[Triple]:
    """Draw so many triples of each property."""
    by_property: dict[str, list[Triple]] = {}
    for triple in triples:
        by_property.setdefault(triple.predicate.value, []).append(triple)
    for name, all_ in by_property.items():
        yield from random.Random(name).sample(sorted(all_, key=str), min(len(all_), size))


def test_every_kind_of_inferred_triple_has_a_right_proof_down_to_the_files(explainer: Explainer, real_graph: Store) -> None:
    rules: set[str] = set()
    proved = 0
    inferred = (quad.triple for quad in real_graph.quads_for_pattern(None, None, None, DefaultGraph()) if quad not in asserted())
    for triple in samples((triple for triple in inferred if "_:" not in str(triple)), SAMPLE):
        premise = explainer.derivation.premise(triple)
        assert premise is not None and premise.proof, f"{triple} has no proof"
        assert check(premise) > 0
        rules |= {premise.proof.rule}
        proved += 1
    assert proved > 100
    assert rules >= {"cax-sco", "prp-spo1", "prp-inv", "11-passage", "12-asked-by", "12-passage-node", "20-about-work", "60-label-attestation"}


def test_what_a_rule_rules_out_belongs_to_the_proof(explainer: Explainer) -> None:
    subject, value = (NamedNode(PREFIXES["id"] + name) for name in ("metallic-rouge", "star-trek"))
    (told,) = explainer.triple(subject, NamedNode(PREFIXES["wh"] + "influencedBy"), value, "maker")
    denied, quoted = told.proofs[0].absences
    assert denied.sentence == "And no maker denies the claim, or a more general one."
    assert denied.pattern.startswith("id:claim-influence-star-trek-world-building wh:moreSpecificOrSelf ?general .")
    assert "wh:polarity wh:Denied" in denied.pattern
    assert quoted.pattern == "id:attestation-002-minami-star-trek wh:ascribedTo ?other"


def test_a_rule_that_rules_out_what_it_makes_itself_is_followed(explainer: Explainer) -> None:
    subject, value = (NamedNode(PREFIXES["id"] + name) for name in ("attestation-002-minami-star-trek", "passage-002-1372-1491"))
    (told, *_) = explainer.triple(subject, NamedNode(PREFIXES["wh"] + "passage"), value)
    assert [one.sentence for one in told.proofs[0].absences] == ["And no passage is written for the position."]


def test_an_asserted_triple_has_its_place_and_no_proof(explainer: Explainer) -> None:
    quad = next(asserted().quads_for_pattern(NamedNode(PREFIXES["id"] + "star-trek"), NamedNode(PREFIXES["skos"] + "prefLabel"), None))
    (told, *_) = explainer.triple(*quad.triple)
    assert told.holds and told.place and told.place.file.endswith("works.ttl") and not told.proofs


def test_the_first_row_of_every_question_rests_on_what_it_needs(explainer: Explainer, real_graph: Store) -> None:
    lacking = []
    for named in catalog.load(layout.locate(ROOT)).of_kind("competency"):
        if named.query.form != "select" or next(iter(sparql.run(real_graph, named.query)), None) is None:
            continue
        told = explainer.row(named, {}, 1)
        if not told.found:
            lacking.append(named.name)
        elif told.proof:
            few = Store()
            few.extend([Quad(*premise.triple) for premise in told.proof.premises])
            if "GRAPH" not in named.query.text:
                columns = [sorted(text) for text in told.columns.values()]  # the parts of a GROUP_CONCAT come in any order
                answer = sparql.run(few, named.query)
                assert columns in [[sorted(str(term)) for term in row if term is not None] for row in answer], named.name
    assert lacking == []
