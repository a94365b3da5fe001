"""Parameters reach their variable wherever it stands, and values are values whatever they hold."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from whence import sparql
from whence.rdf import results
from whence.errors import QueryError, UsageError
from whence.namespaces import ID
from whence.sparql.running import bind
from whence.sparql.parameters import TYPES, Parameter, term, term_as_written

CASES = Path(__file__).parents[1] / "cases" / "sparql"
BOUND = sorted((CASES / "bound").glob("*.rq"))
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(path=CASES / "data.ttl", format=RdfFormat.TURTLE)
    return store


def test_every_case_has_its_answer_and_every_answer_its_case() -> None:
    assert {path.stem for path in BOUND} == {path.stem for path in (CASES / "bound").iterdir() if path.suffix != ".rq"}
    assert BOUND


@pytest.mark.parametrize("path", BOUND, ids=lambda path: path.stem)
def test_answers_with_its_parameters_bound(path: Path, store: Store) -> None:
    query = sparql.parse(path.read_text(encoding="utf-8"), path.name)
    expected = next(other for other in path.parent.glob(f"{path.stem}.*") if other.suffix != ".rq")
    out = io.BytesIO()
    results.write(sparql.run(store, query), expected.suffix[1:], out)
    assert out.getvalue().decode() == expected.read_text(encoding="utf-8")


def test_a_value_given_replaces_the_default(store: Store) -> None:
    query = sparql.parse("#+ param w: iri = id:a\nSELECT ?o WHERE { ?w id:next ?o }")
    assert [row[0].value for row in sparql.run(store, query, {"w": "id:b"})] == [f"{ID}c"]


def test_a_query_without_front_matter_takes_any_of_its_variables(store: Store) -> None:
    rows = sparql.run(store, "SELECT ?s WHERE { ?s id:number ?n }", {"n": "2"})
    assert [row[0].value for row in rows] == [f"{ID}b"]


@given(value=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
def test_any_text_is_only_ever_a_value(value: str) -> None:
    store = Store()
    for name, text in (("a", value), ("b", "other")):
        store.add(Quad(NamedNode(ID + name), NamedNode(f"{ID}p"), Literal(text)))
    query = sparql.parse("#+ param v: string\nSELECT ?s WHERE { ?s id:p ?v } ORDER BY ?s")
    found = [row[0].value for row in sparql.run(store, query, {"v": value})]
    assert found == ([f"{ID}a", f"{ID}b"] if value == "other" else [f"{ID}a"])


def test_what_the_query_computes_is_no_parameter(store: Store) -> None:
    with pytest.raises(QueryError, match=r"\?w is a parameter, but the query computes it"):
        sparql.run(store, "SELECT ?w WHERE { BIND(1 AS ?w) }", {"w": "id:a"})


def test_each_group_that_names_it_begins_with_the_value() -> None:
    text = "SELECT ?o WHERE { ?w <urn:p> ?o OPTIONAL { ?o <urn:p> ?x } MINUS { ?o <urn:q> ?w } }"
    row = "VALUES ?w { <urn:a> }"
    assert bind(text, {"w": "<urn:a>"}) == f"SELECT ?o WHERE {{ {row} ?w <urn:p> ?o OPTIONAL {{ ?o <urn:p> ?x }} MINUS {{ {row} ?o <urn:q> ?w }} }}"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("iri", "id:metallic-rouge", NamedNode(f"{ID}metallic-rouge")),
        ("iri", "<https://example.org/ä>", NamedNode("https://example.org/ä")),
        ("iri", "https://example.org/x", NamedNode("https://example.org/x")),
        ("iri", "urn:isbn:1", NamedNode("urn:isbn:1")),
        ("string", '"} { \\ \n', Literal('"} { \\ \n')),
        ("integer", "-12", Literal("-12", datatype=NamedNode(f"{XSD}integer"))),
        ("decimal", "2.50", Literal("2.50", datatype=NamedNode(f"{XSD}decimal"))),
        ("boolean", "true", Literal("true", datatype=NamedNode(f"{XSD}boolean"))),
        ("date", "2024-02-29", Literal("2024-02-29", datatype=NamedNode(f"{XSD}date"))),
        ("lang-string", "me@home@en-GB", Literal("me@home", language="en-gb")),
        ("lang-string", '"Rouge"@fr', Literal("Rouge", language="fr")),
    ],
)
def test_a_value_of_its_type_becomes_a_term(kind: str, value: str, expected: object) -> None:
    assert term(Parameter("x", kind), value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("iri", "metallic rouge"), ("iri", "nowhere:x"), ("iri", "<a b>"), ("iri", ""), ("iri", "id:a>"), ("iri", "<relative>"), ("iri", "http://["),
        ("integer", "1.0"), ("integer", "many"), ("integer", "١"), ("integer", ""),
        ("decimal", "1e3"), ("decimal", "."), ("boolean", "yes"), ("boolean", "TRUE"),
        ("date", "2024-02-30"), ("date", "20240131"), ("date", "2024-01-31Z"), ("lang-string", "Rouge"), ("lang-string", "Rouge@"),
        ("string", "nul\x00"),
    ],
)
def test_a_value_of_another_type_is_refused_in_one_sentence(kind: str, value: str) -> None:
    with pytest.raises(UsageError) as refused:
        term(Parameter("x", kind), value)
    assert refused.value.problem.startswith("The parameter x cannot be ")
    assert refused.value.fix == f"Give {TYPES[kind]}."
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("id:a", NamedNode(f"{ID}a")), ("<urn:x>", NamedNode("urn:x")), ("https://example.org/", NamedNode("https://example.org/")),
        ("12", Literal(12)), ("1.5", Literal("1.5", datatype=NamedNode(f"{XSD}decimal"))), ("true", Literal(True)),
        ('"a"@en', Literal("a", language="en")), ("a: b", Literal("a: b")), ('say "hi"', Literal('say "hi"')), ("", Literal("")),
    ],
)
def test_a_value_without_a_type_is_read_as_turtle_would(value: str, expected: object) -> None:
    assert term_as_written("x", value) == expected


def test_names_that_are_not_there_are_told_with_what_is_near() -> None:
    query = sparql.parse("#+ param work: iri = id:a\nSELECT ?o WHERE { ?work id:next ?o }")
    with pytest.raises(UsageError, match=r"no parameter wrok\. Did you mean work\?"):
        sparql.terms(query, {"wrok": "id:a"})
    with pytest.raises(UsageError, match=r"no parameter zz\. It takes work\."):
        sparql.terms(query, {"zz": "id:a"})
    with pytest.raises(UsageError, match=r"It takes none\."):
        sparql.terms(sparql.parse("ASK {}"), {"zz": "1"})


def test_a_required_parameter_that_is_missing_is_asked_for() -> None:
    query = sparql.parse("#+ param work: iri -- the work asked about\nSELECT ?o WHERE { ?work id:next ?o }")
    with pytest.raises(UsageError, match=r"The parameter work is missing: the work asked about\. Add --set work=VALUE\."):
        sparql.terms(query, {})
