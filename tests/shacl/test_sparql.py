"""SPARQL-based constraints: set-based answers equal those of one run for each focus node with `$this` substituted."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings

from shacl_strategies import CLASSES, EX, Triple, data_graphs
from whence import shacl
from whence.rdf.terms import term_of

P, Q, R = (f"<{EX}{name}>" for name in "pqr")
QUERIES = {
    "pattern": f"SELECT $this ?value {{ $this {P} ?value }}",
    "not exists": f"SELECT $this {{ FILTER NOT EXISTS {{ $this {P} ?x . ?x {Q} ?y }} }}",
    "exists in exists": f"SELECT $this {{ FILTER NOT EXISTS {{ $this {P} ?x FILTER NOT EXISTS {{ ?x {Q} $this }} }} }}",
    "filter in union": f"SELECT $this ?value {{ {{ FILTER(isIRI($this)) $this {P} ?value }} UNION {{ ?value {R} $this }} }}",
    "inner group": "SELECT $this { { FILTER(isBlank($this)) } }",
    "bind in optional": f"SELECT $this ?value {{ OPTIONAL {{ $this {P} ?x BIND(STR($this) AS ?value) }} }}",
    "optional": f"SELECT $this ?value {{ $this {P} ?x OPTIONAL {{ ?x {Q} ?value }} }}",
    "subquery": f"SELECT $this ?value {{ {{ SELECT $this (COUNT(?x) AS ?value) {{ $this {P} ?x }} GROUP BY $this }} FILTER(?value > 1) }}",
    "grouping": f"SELECT $this (MAX(STR(?x)) AS ?value) {{ $this {P}|{Q} ?x }} GROUP BY $this HAVING (COUNT(?x) > 1)",
    "path": f"SELECT $this ?value {{ $this {P}/{Q}* ?value . FILTER(?value != $this) }}",
    "reverse": f"SELECT $this ?value {{ ?value ^{P} $this ; {Q} ?o }}",
    "limit": f"SELECT $this {{ $this {P} ?x }} LIMIT 1",
    "cross product": f"SELECT $this ?value {{ ?value a {CLASSES[0]} . FILTER(?value != $this) }}",
    "braces in strings": f"SELECT $this ?value {{ $this {P} ?value . FILTER(STR(?value) != '}}{{ $this # ') }} # }} $this",
}  # fmt: skip


def _quads(triples: list[Triple]) -> list[pyoxigraph.Quad]:
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
    return list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES))


def _shapes(constraint: str, target: str = "sh:targetSubjectsOf ex:p, ex:q ; sh:targetClass ex:A ;") -> shacl.ShapeSet:
    turtle = f"PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX ex: <{EX}> ex:S {target} {constraint} ."
    return shacl.compile(pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE))


def _one_by_one(store: pyoxigraph.Store, query: str) -> set[tuple[str, str]]:
    targets = f"{{ ?this {P} ?x }} UNION {{ ?this {Q} ?x }} UNION {{ ?this a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* {CLASSES[0]} }}"
    focus = {str(row["this"]) for row in store.query(f"SELECT DISTINCT ?this {{ {targets} }}")}
    found = set()
    for node in focus:
        bound = {pyoxigraph.Variable("this"): term_of(node)}
        for row in store.query(query, substitutions=bound):
            has_value = any(variable.value == "value" for variable in row_variables(query))
            value = row["value"] if has_value else None
            found.add((node, str(value) if value is not None else node))
    return found


def row_variables(query: str) -> list[pyoxigraph.Variable]:
    """Return the variables a query projects."""
    return list(pyoxigraph.Store().query(query).variables)


@pytest.mark.parametrize("name", QUERIES)
@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=data_graphs())
def test_a_constraint_over_all_focus_nodes(name: str, data: list[Triple]) -> None:
    query = QUERIES[name]
    store = pyoxigraph.Store()
    store.extend(_quads(data))
    results = _shapes(f"sh:sparql [ sh:select {pyoxigraph.Literal(query)} ]").validate(store, workers=1)
    assert {(r.focus_node, r.value) for r in results} == _one_by_one(store, query)


@pytest.mark.parametrize("name", [name for name in QUERIES if name != "limit"])
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=data_graphs())
def test_a_constraint_inside_another_shape(name: str, data: list[Triple]) -> None:
    """A node conforms to the inner shape where the constraint has no result."""
    store = pyoxigraph.Store()
    store.extend(_quads(data))
    shapes = _shapes(f"sh:node [ sh:sparql [ sh:select {pyoxigraph.Literal(QUERIES[name])} ] ]")
    expected = {node for node, _ in _one_by_one(store, QUERIES[name])}
    assert {result.focus_node for result in shapes.validate(store, workers=1)} == expected


@pytest.mark.parametrize("limit", ["", " LIMIT 5"])
def test_a_focus_node_may_be_bound_to_another_variable(limit: str) -> None:
    store = pyoxigraph.Store()
    store.extend(_quads([(f"<{EX}a>", P, '"x"'), (f"<{EX}b>", P, '"y"')]))
    query = "SELECT $this ?value { BIND($this AS ?value) FILTER(isIRI(?value)) }" + limit
    results = _shapes(f'sh:sparql [ sh:select "{query}" ]').validate(store)
    assert [(r.focus_node, r.value) for r in results] == [(f"<{EX}{name}>", f"<{EX}{name}>") for name in "ab"]


def test_messages_are_filled() -> None:
    store = pyoxigraph.Store()
    store.extend(_quads([(f"<{EX}a>", P, '"x"'), (f"<{EX}a>", P, '"y"@en')]))
    shapes = _shapes(
        'sh:sparql [ sh:message "{?this} has {$value}, not {?unknown}"@en, "kurz"@de ; '
        f'sh:select "SELECT $this ?value {{ $this {P} ?value }}" ]'
    )
    messages = [result.messages for result in shapes.validate(store)]
    assert messages == [
        ('"kurz"@de', f'"<{EX}a> has {value}, not {{?unknown}}"@en') for value in ("x", "y")
    ]


def test_a_message_of_the_query_comes_first() -> None:
    store = pyoxigraph.Store()
    store.extend(_quads([(f"<{EX}a>", P, '"x"')]))
    shapes = _shapes(
        f'sh:sparql [ sh:message "other" ; sh:select "SELECT $this ?message {{ $this {P} ?x BIND(\'own\' AS ?message) }}" ]'
    )
    assert [result.messages for result in shapes.validate(store)] == [('"own"',)]


def test_the_current_shape_may_be_a_blank_node() -> None:
    store = pyoxigraph.Store()
    turtle = (
        f"PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX ex: <{EX}> [] sh:targetNode ex:a ; ex:mark 1 ; sh:sparql [ sh:select "
        f'"SELECT $this ?currentShape {{ GRAPH $shapesGraph {{ $currentShape <{EX}mark> 1 }} }}" ] .'
    )
    shapes = shacl.compile(pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE))
    assert len(shapes.validate(store).results) == 1
    assert len(store) == 0


def test_a_sign_stays_with_its_number() -> None:
    store = pyoxigraph.Store()
    integers = {f"<{EX}{name}>": f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>' for name, number in (("a", -1), ("b", 1))}
    store.extend(_quads([(node, P, number) for node, number in integers.items()]))
    for pattern in (f"$this {P} -1", f"$this {P} ?x FILTER(?x+1=0 && 2 - 1 -1 = 0 && -?x = +1)"):
        results = _shapes(f'sh:sparql [ sh:select "SELECT $this {{ {pattern} }}" ]').validate(store)
        assert [result.focus_node for result in results] == [f"<{EX}a>"], pattern


@pytest.mark.parametrize("ask", ["ASK { FILTER(isBlank($c)) }", "ASK { BIND($c AS ?c2) FILTER(isBlank(?c2)) }"])
@pytest.mark.parametrize("use", ["ex:c []", "sh:node [ ex:c [] ]", "sh:property [ sh:path ex:p ; ex:c [] ]"])
def test_a_parameter_may_be_a_blank_node(ask: str, use: str) -> None:
    store = pyoxigraph.Store()
    store.extend(_quads([(f"<{EX}a>", P, '"x"')]))
    component = f"ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:c ] ; sh:validator [ sh:ask '%s' ] . ex:S2 sh:targetSubjectsOf ex:p ; {use}"
    assert not list(_shapes("sh:nodeKind sh:IRI . " + component % ask).validate(store))
    assert len(list(_shapes("sh:nodeKind sh:IRI . " + component % ask.replace("isBlank", "isIRI")).validate(store))) == 1
