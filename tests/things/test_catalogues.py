"""Catalogues beside the articles: a small one made here, whose things partly were decided to be those of the graph."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from whence import lineage
from whence.namespaces import ID, IDENTITY, PACK, PREFIXES, declare
from whence.things import Index, claims, sources
from whence.things.card import card

PACKED = PACK + "films/"
FILMS = """
<https://w3id.org/whence/pack/films> dcterms:title "Films of a library"@en .
films:B a wh:Work, wh:Entity ; skos:prefLabel "Cowboy Bebop"@en .
films:W a wh:Person, wh:Agent, wh:Entity ; skos:prefLabel "Watanabe"@en .
films:K a wh:Person, wh:Agent, wh:Entity ; skos:prefLabel "Toshihiro Kawamoto"@en .
films:Y a wh:Person, wh:Agent, wh:Entity ; skos:prefLabel "Yoko Kanno"@en .
films:S a wh:Work, wh:Entity ; skos:prefLabel "A far source"@en .
films:editors a wh:Group, wh:Agent, wh:Entity ; skos:prefLabel "the editors of Films"@en .
films:file a wh:Document, wh:Entity ; skos:prefLabel "Films, file 1"@en .
films:c1 a wh:Contribution, wh:Claim ; wh:agent films:W ; wh:work films:B ; wh:role role:director ; wh:involves films:W, films:B ; rdfs:label "Watanabe: director of Cowboy Bebop"@en .
films:c2 a wh:Contribution, wh:Claim ; wh:agent films:K ; wh:work films:B ; wh:role role:director ; wh:involves films:K, films:B ; rdfs:label "Kawamoto: director of Cowboy Bebop"@en .
films:c3 a wh:Contribution, wh:Claim ; wh:agent films:Y ; wh:work films:B ; wh:role role:composer ; wh:involves films:Y, films:B ; rdfs:label "Kanno: composer of Cowboy Bebop"@en .
films:c4 a wh:Influence, wh:Claim ; wh:influencer films:S ; wh:influenced films:B ; wh:aspect wh:AspectNotStated ; wh:involves films:S, films:B ; rdfs:label "A far source influenced Cowboy Bebop"@en .
films:a1 a wh:Attestation ; wh:attests films:c1 .
films:a2 a wh:Attestation ; wh:attests films:c2 .
films:a3 a wh:Attestation ; wh:attests films:c3 .
films:a4 a wh:Attestation ; wh:attests films:c4 .
"""
SAME = ((ID + "cowboy-bebop", PACKED + "B"), (ID + "shinichiro-watanabe", PACKED + "W"))


@pytest.fixture(scope="module")
def index(real_graph: Store) -> Index:
    declare({"id": ID, "films": PACKED})
    store = Store()
    store.bulk_extend(real_graph)
    head = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in {**PREFIXES, "films": PACKED}.items())
    positions = "".join(
        f"films:a{n} wh:speaker films:editors ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact ; wh:document films:file ; wh:start {n}0 ; wh:end {n}9 .\n"
        for n in range(1, 5)
    )
    graph = NamedNode(PACK + "films")
    store.bulk_extend(Quad(one.subject, one.predicate, one.object, graph) for one in parse(head + FILMS + positions, RdfFormat.TURTLE))
    for one, other in SAME:
        for pair in ((one, other), (other, one)):
            store.add(Quad(NamedNode(pair[0]), NamedNode(PREFIXES["wh"] + "sameThing"), NamedNode(pair[1]), NamedNode(IDENTITY)))
    return Index(store)


def test_what_is_the_same_is_one_thing_for_a_search_and_its_own_under_its_iri(index: Index) -> None:
    assert index.packs == {PACK + "films": "Films of a library"}
    assert index.main(PACKED + "B") == index.main(ID + "cowboy-bebop") == ID + "cowboy-bebop"
    assert [match.iri for match in index.find("Cowboy Bebop")] == [ID + "cowboy-bebop"]
    assert next(match.iri for match in index.find("Watanabe")) == ID + "shinichiro-watanabe"
    assert [match.iri for match in index.find("films:B")] == [PACKED + "B"]
    assert {match.iri for match in index.find("Toshihiro Kawamoto")} == {ID + "toshihiro-kawamoto", PACKED + "K"}  # nobody decided


def test_a_claim_tells_its_catalogue(index: Index) -> None:
    assert claims.load(index, PACKED + "c1").catalogue == "Films of a library"
    assert claims.load(index, PACKED + "c1").as_dict()["catalogue"] == "Films of a library"
    own = claims.load(index, ID + "claim-contribution-shinichiro-watanabe-cowboy-bebop-director")
    assert own.catalogue == "" and "catalogue" not in own.as_dict()


def test_one_article_the_other_and_the_catalogue_on_the_director(index: Index) -> None:
    (slot,) = (one for one in sources.of(index, ID + "cowboy-bebop") if one.words == "director")
    said = {answer.value.iri: set(answer.claims) for answer in slot.answers}
    assert said == {ID + "shinichiro-watanabe": {"", "Films of a library"}, ID + "toshihiro-kawamoto": {""}, PACKED + "K": {"Films of a library"}}
    assert slot.verdict == "partly"
    (kawamoto,) = (one for one in slot.answers if one.value.iri == ID + "toshihiro-kawamoto")
    assert [value.iri for value in kawamoto.namesakes] == [PACKED + "K"]


def test_what_only_the_catalogue_says(index: Index) -> None:
    (slot,) = (one for one in sources.of(index, ID + "cowboy-bebop") if one.words == "composer")
    assert slot.verdict == "catalogues"
    assert [answer.value.text for answer in slot.answers] == ["Yoko Kanno"]


def test_sources_of_either_of_the_two_are_the_same(index: Index) -> None:
    one, other = (sources.of(index, iri) for iri in (ID + "cowboy-bebop", PACKED + "B"))
    assert [slot.as_dict() for slot in one] == [slot.as_dict() for slot in other]


def test_a_lineage_goes_on_into_the_catalogue_and_says_so(index: Index) -> None:
    traced = lineage.trace(index, ID + "metallic-rouge", depth=2)
    (far,) = (one for one in traced.reached if one.thing == PACKED + "S")
    assert [step.target for step in far.path] == [ID + "metallic-rouge", ID + "cowboy-bebop"]
    assert [step.catalogue for step in far.path] == ["", "Films of a library"]
    assert far.path[1].crossed == (PACKED + "B",)
    back = lineage.trace(index, PACKED + "S", forward=True, depth=2)
    assert ID + "metallic-rouge" in {one.thing for one in back.reached}
    (step,) = (one for one in lineage.record(index, [traced])["steps"] if one["claim"] == PACKED + "c4")
    assert (step["catalogue"], step["crossed"]) == ("Films of a library", [{"iri": PACKED + "B", "name": "Cowboy Bebop"}])


def test_a_card_ends_with_what_the_catalogue_says(index: Index) -> None:
    own, same = card(index, ID + "cowboy-bebop", 50).split("\nThe catalogue Films of a library says of Cowboy Bebop, films:B, decided to be the same (4)\n")
    assert "Kanno: composer of Cowboy Bebop" in same and "Kanno" not in own
    assert "affirmed by the editors of Films, mood fact, Films, file 1 30-39" in same
    theirs = card(index, PACKED + "B", 50)
    assert "in the catalogue Films of a library" in theirs and "The graph says of Cowboy Bebop, id:cowboy-bebop" in theirs


def test_a_graph_without_packs_is_read_as_before(real_graph: Store) -> None:
    alone = Index(real_graph)
    assert alone.packs == {} and alone.graphs == (DefaultGraph(),)
    assert alone.same(ID + "cowboy-bebop") == ()
    assert {slot.verdict for slot in sources.of(alone, ID + "cowboy-bebop")} == {"documents"}
