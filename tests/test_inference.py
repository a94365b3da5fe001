"""What follows from the asserted graph: one case a rule, and the rules that are left out on purpose."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from whence import inference

PREFIXES = (
    "PREFIX : <https://example.org/> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
CASES = {
    "types go up": (":a a :Cat . :Cat rdfs:subClassOf :Animal . :Animal rdfs:subClassOf :Thing", ":a a :Animal, :Thing"),
    "superproperties": (":a :son :b . :son rdfs:subPropertyOf :child . :child rdfs:subPropertyOf :kin", ":a :child :b ; :kin :b"),
    "inverse": (":a :child :b . :child owl:inverseOf :parent", ":b :parent :a"),
    "inverse, backwards": (":a :parent :b . :child owl:inverseOf :parent", ":b :child :a"),
    "symmetric": (":a :kin :b . :kin a owl:SymmetricProperty", ":b :kin :a"),
    "chain": (":a :p :b . :b :q :c . :r owl:propertyChainAxiom ( :p :q )", ":a :r :c"),
    "chain with an inverse": (":b :p :a . :b :q :c . :r owl:propertyChainAxiom ( [ owl:inverseOf :p ] :q )", ":a :r :c"),
    "a chain of what follows": (":a :s :b . :s rdfs:subPropertyOf :p . :b :q :c . :r owl:propertyChainAxiom ( :p :q ) . :r owl:inverseOf :t",
                                ":a :p :b ; :r :c . :c :t :a"),  # fmt: skip
    "superproperty of a literal": (':a :name "x"@en . :name rdfs:subPropertyOf :label', ':a :label "x"@en'),
    "a circle of classes": (":a a :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :B", ":a a :C"),
    "nothing from a literal's inverse": (':a :child "x" . :child owl:inverseOf :parent', ""),
    "no types from domains and ranges": (":a :p :b . :p rdfs:domain :D ; rdfs:range :R", ""),
    "nothing transitive": (":a :p :b . :b :p :c . :p a owl:TransitiveProperty", ""),
    "a broken chain": (":a :p :b . :r owl:propertyChainAxiom :p", ""),
}


def load(text: str) -> Store:
    store = Store()
    store.load(input=f"{PREFIXES} {text} .".encode(), format=RdfFormat.TURTLE)
    return store


def about_individuals(store: Store) -> set[str]:
    schema = ("http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#")
    return {str(quad.triple) for quad in store if not str(quad.predicate.value).startswith(schema)}


@pytest.mark.parametrize("name", CASES)
def test_rule(name: str) -> None:
    asserted, expected = CASES[name]
    store = load(asserted)
    before = set(store)
    added = inference.close(store)
    new = {str(quad.triple) for quad in set(store) - before}
    assert new == ({str(quad.triple) for quad in load(expected)} if expected else set())
    assert added == len(new)


@pytest.mark.parametrize("name", CASES)
def test_a_second_time_adds_nothing(name: str) -> None:
    store = load(CASES[name][0])
    inference.close(store)
    assert inference.close(store) == 0


def test_each_query_sees_what_the_earlier_ones_added() -> None:
    store = load(":a :p :b")
    step = "CONSTRUCT {{ ?s <https://example.org/{1}> ?o }} WHERE {{ ?s <https://example.org/{0}> ?o }}"
    inference.construct(store, [step.format("p", "q"), step.format("q", "r")])
    assert about_individuals(store) == about_individuals(load(":a :p :b ; :q :b ; :r :b"))


def test_views_go_into_their_named_graph_and_nowhere_else() -> None:
    store, view = load(":a :p :b"), NamedNode("https://example.org/view")
    inference.construct(store, ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"], graph=view)
    assert list(store.named_graphs()) == [view]
    assert len(list(store.quads_for_pattern(None, None, None, DefaultGraph()))) == 1


def test_literals_and_languages_survive_construction() -> None:
    store = load(':a :p "彗星\\n\\"x\\""@ja')
    inference.construct(store, ["CONSTRUCT { ?s <https://example.org/q> ?o } WHERE { ?s ?p ?o }"])
    values = {quad.object for quad in store}
    assert len(values) == 1
