"""The index of things against queries that ask the same of the whole graph."""

from __future__ import annotations

import pickle

import pytest
from pyoxigraph import NamedNode, Store

from whence.namespaces import ID, PREFIXES, WH
from whence.things import Index, claims, credits, influence

#: Who made which work, as the view `maker` has it.
MAKERS = """SELECT DISTINCT ?maker ?work {
  { ?c a wh:Contribution ; wh:agent ?maker ; wh:work/wh:partOf* ?work }
  UNION { ?p a wh:Position ; wh:agent ?maker ; wh:organization ?studio . ?c a wh:Contribution ; wh:agent ?studio ; wh:work/wh:partOf* ?work
    FILTER EXISTS { ?office wh:attests ?p ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact } }
  FILTER EXISTS { ?credit wh:attests ?c ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact }
}"""
#: Claims with an affirmation as fact or opinion and a denial, neither the premise of a question, at any grain.
DISPUTED = """SELECT DISTINCT ?claim { GRAPH view:contested { ?claim wh:affirmedIn ?yes ; wh:deniedIn ?no }
  ?yes wh:mood ?mood FILTER(?mood IN (wh:Fact, wh:Opinion)) MINUS { ?yes wh:commitment wh:QuestionPremise } MINUS { ?no wh:commitment wh:QuestionPremise } }"""


@pytest.fixture(scope="module")
def index(real_graph: Store) -> Index:
    return Index(real_graph)


def rows(index: Index, query: str) -> list[tuple[str, ...]]:
    return [tuple(term.value for term in row) for row in index.store.query(query, prefixes=PREFIXES)]


def test_makers_are_who_the_view_takes_for_makers(index: Index) -> None:
    found: dict[str, set[str]] = {}
    for maker, work in rows(index, MAKERS):
        found.setdefault(maker, set()).add(work)
    assert len(found) > 30
    for agent in index.instances("Agent"):
        assert index.made(agent.value) == found.get(agent.value, set())


def test_contested_claims_are_those_of_the_view(index: Index) -> None:
    contested = {claim.value: index.contested(claim.value) for claim in index.instances("Claim")}
    assert {claim for claim, (disputed, _) in contested.items() if disputed} == {claim for (claim,) in rows(index, DISPUTED)}
    rivals = {tuple(pair) for pair in rows(index, "SELECT ?one ?other { GRAPH view:contested { ?one wh:competesWith ?other } }")}
    assert {(claim, other) for claim, (_, others) in contested.items() for other in others} == rivals


def test_counts_and_discrepancies_are_complete(index: Index) -> None:
    counts = index.counts
    assert (counts.claims, counts.positions, counts.documents) == tuple(len(index.instances(kind)) for kind in ("Claim", "Attestation", "Document"))
    assert len(index.discrepancies) == len(index.instances("Discrepancy"))
    for one in index.discrepancies:
        assert one.gloss and one.kinds and one.resolution
        assert len(one.claims) >= 1 and all(index.is_a(NamedNode(claim), "Claim") for claim in one.claims)


def test_every_claim_is_there_with_all_of_its_positions(index: Index) -> None:
    attested = dict.fromkeys((node.value for node in index.instances("Claim")), 0)
    for (claim,) in rows(index, "SELECT ?claim { ?position wh:attests ?claim }"):
        attested[claim] += 1
    for iri, count in attested.items():
        claim = claims.load(index, iri)
        assert claim.label and {claim.kind, *(kind.removeprefix(WH) for kind in index.superclasses[WH + claim.kind])} & set(claims.KINDS)
        assert len(claim.positions) == count
        assert all(position.passages and position.speaker and position.commitment and position.mood for position in claim.positions)


def test_credits_tell_who_did_what(index: Index) -> None:
    found = credits.among(claims.about(index, ID + "metallic-rouge"), ID + "metallic-rouge")
    directors = {credit.words("agent") for credit in found.people if credit.words("role") == "director"}
    assert "Motonobu Hori" in directors
    assert len(found.casts) > 1 and found.releases and found.songs and found.names and not found.credited
    dates = [credit.words("date") or "9999" for credit in found.releases]
    assert dates == sorted(dates)
    own = credits.among(claims.about(index, ID + "motonobu-hori"), ID + "motonobu-hori")
    assert any(credit.has("work", ID + "metallic-rouge") for credit in own.credited)


def test_edges_of_influence_point_from_source_to_target(index: Index) -> None:
    about = claims.about(index, ID + "metallic-rouge")
    near = influence.around(index, about, {ID + "metallic-rouge"}, influence.INFLUENCE)
    assert ("Star Trek", "Metallic Rouge", "world-building") in {(edge.source.text, edge.target.text, edge.aspect) for edge in near}
    assert all(index.is_a(NamedNode(edge.claim.iri), "Influence") for edge in near)
    far = influence.around(index, about, {ID + "metallic-rouge"}, influence.INFLUENCE, steps=2)
    wide = influence.around(index, about, {ID + "metallic-rouge"}, influence.COMPARISONS)
    assert {edge.claim.iri for edge in near} < {edge.claim.iri for edge in far}
    up = influence.around(index, about, {ID + "metallic-rouge"}, influence.INFLUENCE, steps=3, down=False)
    assert all(edge.target.iri == ID + "metallic-rouge" or edge.target.iri in {one.source.iri for one in up} for edge in up)
    outright = influence.around(index, about, {ID + "metallic-rouge"}, influence.INFLUENCE, policy="maker")
    assert [edge.claim.iri for edge in near if any(one.stance == "makers" for one in edge.claim.positions)] == [edge.claim.iri for edge in outright]
    assert {edge.claim.kind for edge in wide} == {"Influence", "Likeness", "Blend"}


def test_what_is_pickled_is_what_was_read(index: Index) -> None:
    claim = claims.load(index, ID + "claim-influence-star-trek-world-building")
    other = pickle.loads(pickle.dumps(index))
    other.store = index.store
    assert claims.load(other, claim.iri) == claim
    assert other.search("Ortman", 1) == index.search("Ortman", 1)


def test_names_of_terms_need_no_language(index: Index) -> None:
    assert index.label(WH + "Influence") == "influence"
    assert (index.label(ID + "nobody"), index.name(ID + "nobody")) == ("id:nobody", "")
