"""What follows from the asserted graph: one case a rule, and the rules that are left out on purpose."""

from __future__ import annotations

from typing import Any

import pytest
from growth import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from whence import inference

PREFIXES = (
    "PREFIX : <https://example.org/> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
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
    "a chain to a class": (":a :p :b . :b :q :C . :r owl:propertyChainAxiom ( :p :q ) . :r rdfs:subPropertyOf rdf:type . :C rdfs:subClassOf :D",
                           ":a :r :C ; a :C, :D"),  # fmt: skip
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
    inference.close(store)
    new = {str(quad.triple) for quad in set(store) - before}
    assert new == ({str(quad.triple) for quad in load(expected)} if expected else set())


def test_a_chain_through_what_much_is_said_of_takes_time_as_it_grows() -> None:
    def made(size: int) -> Store:
        store = load(":r owl:propertyChainAxiom ( :p :q )")
        claims, hub, parts = ([NamedNode(f"https://example.org/{name}{number}") for number in range(size)] for name in ("claim", "hub", "part"))
        p, q, back = (NamedNode(f"https://example.org/{name}") for name in ("p", "q", "back"))
        store.extend(Quad(*triple) for claim in claims for triple in ((claim, p, hub[0]), (hub[0], back, claim)))
        store.extend(Quad(part, q, hub[0]) for part in parts)
        store.add(Quad(hub[0], q, hub[1]))
        return store

    def chained(store: Store) -> None:
        assert len(inference.Rules(store).chained(store)) > 500

    assert_linear(made, chained)


@pytest.mark.parametrize("name", CASES)
def test_a_second_time_adds_nothing(name: str) -> None:
    store = load(CASES[name][0])
    inference.close(store)
    closed = set(store)
    inference.close(store)
    assert set(store) == closed


def test_each_query_sees_what_the_earlier_ones_added() -> None:
    store = load(":a :p :b")
    step = "CONSTRUCT {{ ?s <https://example.org/{1}> ?o }} WHERE {{ ?s <https://example.org/{0}> ?o }}"
    inference.construct(store, [step.format("p", "q"), step.format("q", "r")])
    assert about_individuals(store) == about_individuals(load(":a :p :b ; :q :b ; :r :b"))


FORMS = {
    "the short form": "CONSTRUCT WHERE { ?s <https://example.org/p> ?o }",
    "a comment at the end": "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o } # done",
    "no WHERE and a word in a comment": "# CONSTRUCT { }\nCONSTRUCT { ?s :q ?o } { ?s :p ?o }",
    "an order and a limit": "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o } ORDER BY DESC(?o) LIMIT 1 OFFSET 1",
    "values behind": "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o } VALUES ?o { :c }",
    "a graph of its own": "CONSTRUCT { ?s :q ?o } FROM <https://example.org/from> WHERE { ?s :p ?o }",
    "two ways to write a variable": "CONSTRUCT { $s :q ?o . ?s :r $o } WHERE { ?s :p ?o }",
    "nothing to bind": "CONSTRUCT { :x :q :y } WHERE { }",
    "a literal for a subject": "CONSTRUCT { ?o :q ?s } WHERE { ?s :p|:l ?o }",
    "a blank node": "CONSTRUCT { ?s :q [ :r ?o ] } WHERE { ?s :p ?o }",
    "marks that combine": "CONSTRUCT { ?\u0928\u093e\u092e :q ?o . ?s\u0301 ?p\u0301 :\u0928\u093e } WHERE { ?\u0928\u093e\u092e :p ?o . ?s\u0301 ?p\u0301 :d }",
    "names that look like more": "PREFIX construct: <https://example.org/> CONSTRUCT { ?s construct:where \"}\" } WHERE { ?s construct:p ?o }",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_query_adds_what_it_constructs(name: str) -> None:
    query = PREFIXES + FORMS[name]
    store = load(':a :p :b, :c . :b :p :d ; :l "x"')
    store.add(Quad(NamedNode("https://example.org/z"), NamedNode("https://example.org/p"), Literal("in it"), NamedNode("https://example.org/from")))
    expected = Store()
    expected.extend([*store, *(Quad(one.subject, one.predicate, one.object) for one in store.query(query))])
    inference.construct(store, [query])
    found, wanted = (Dataset(one) for one in (store, expected))
    for dataset in (found, wanted):
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    assert found == wanted


@pytest.mark.parametrize("query", ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ; DROP ALL", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } } ; DELETE WHERE { ?s ?p ?o", "SELECT * { ?s ?p ?o }", "ASK { }"])
def test_a_query_that_is_none_changes_nothing(query: str) -> None:
    store = load(":a :p :b")
    before = set(store)
    with pytest.raises(SyntaxError):
        inference.construct(store, [query])
    assert set(store) == before


LATER = {
    "whatever a property": ("CONSTRUCT { ?s ?p ?o } { VALUES (?s ?p ?o) { (:a :child :b) } }", ":child rdfs:subPropertyOf :kin", ":a :child :b ; :kin :b"),
    "whatever a class": ("CONSTRUCT { ?s a ?kind } { VALUES (?s ?kind) { (:a :Cat) } }", ":Cat rdfs:subClassOf :Animal", ":a a :Cat, :Animal"),
    "a superclass": ("CONSTRUCT { ?s a :Cat } { ?s :child ?o }", ":a :child :b . :Cat rdfs:subClassOf :Animal", ":a a :Cat, :Animal"),
    "a superproperty, its inverse and a chain of both": (
        "CONSTRUCT { ?s :son ?o } { ?s a :Father ; :has ?o }",
        ":a a :Father ; :has :b . :b :has :c . :son rdfs:subPropertyOf :child . :child owl:inverseOf :parent . :r owl:propertyChainAxiom ( :child :has )",
        ":a :son :b ; :child :b ; :r :c . :b :parent :a",
    ),
    "a rule": ("CONSTRUCT { ?s rdfs:subPropertyOf :kin } { ?s a :Tie }", ":a :child :b . :child a :Tie", ":a :kin :b . :child rdfs:subPropertyOf :kin"),
}


@pytest.mark.parametrize("name", LATER)
def test_what_queries_add_is_closed_without_the_rest(name: str) -> None:
    query, asserted, expected = LATER[name]
    store = load(asserted)
    inference.close(store)
    before = set(store)
    inference.close(store, inference.construct(store, [PREFIXES + query]))
    assert {str(quad.triple) for quad in set(store) - before} == {str(quad.triple) for quad in load(expected)}
    closed = set(store)
    inference.close(store)
    assert set(store) == closed


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


NAMES = [NamedNode(f"https://example.org/{name}") for name in "pqrst"]
NODES = [NamedNode(f"https://example.org/{name}") for name in "abcd"]
OWL, RDFS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"


def naive(store: Store) -> set[Quad]:
    """Apply one rule to one axiom at a time until nothing new appears."""
    known = set(store)
    while True:
        found = set(known)
        for axiom in known:
            one, kind, other = axiom.triple
            if not isinstance(one, NamedNode):
                continue
            holds = [quad for quad in known if quad.predicate == one]
            if kind.value == RDFS + "subPropertyOf":
                found |= {Quad(quad.subject, other, quad.object) for quad in holds}
            elif kind.value == OWL + "inverseOf":
                found |= {Quad(quad.object, other, quad.subject) for quad in holds if not isinstance(quad.object, Literal)}
                turned = [quad for quad in known if quad.predicate == other and not isinstance(quad.object, Literal)]
                found |= {Quad(quad.object, one, quad.subject) for quad in turned}
            elif other.value == OWL + "SymmetricProperty":
                found |= {Quad(quad.object, one, quad.subject) for quad in holds if not isinstance(quad.object, Literal)}
            elif kind.value == OWL + "propertyChainAxiom":
                query = f"SELECT ?s ?o {{ ?s <{NAMES[0].value}>/^<{NAMES[1].value}> ?o }}"
                whole = Store()
                whole.extend(known)
                found |= {Quad(row["s"], one, row["o"]) for row in whole.query(query)}
        if found == known:
            return known
        known = found


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["sub", "inverse", "symmetric", "chain"]), st.sampled_from(NAMES)), max_size=6),
    st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NAMES), st.sampled_from([*NODES, Literal("x")])), max_size=8),
    st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NAMES), st.sampled_from([*NODES, Literal("x")])), max_size=3),
)
def test_any_schema_adds_what_its_rules_add_one_by_one_at_once_or_later(axioms: list[Any], data: list[Any], later: list[Any]) -> None:
    kinds = {"sub": "{0} rdfs:subPropertyOf {1}", "inverse": "{0} owl:inverseOf {1}", "symmetric": "{0} a owl:SymmetricProperty",
             "chain": f"{{0}} owl:propertyChainAxiom ( {NAMES[0]} [ owl:inverseOf {NAMES[1]} ] )"}  # fmt: skip
    schema = load(" . ".join(kinds[kind].format(one, other) for one, kind, other in axioms) if axioms else ":a :unused :b")
    store = Store()
    store.extend([*schema, *(Quad(*triple) for triple in data)])
    expected = naive(store)
    inference.close(store)
    assert set(store) == expected
    store.extend([Quad(*triple) for triple in later])
    inference.close(store)
    assert set(store) == naive_of(schema, [*data, *later])


def naive_of(schema: Store, data: list[Any]) -> set[Quad]:
    store = Store()
    store.extend([*schema, *(Quad(*triple) for triple in data)])
    return naive(store)
