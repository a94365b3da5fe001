"""Constraints and targets of SHACL 1.2 (Working Draft, 28 April 2026), and of DASH and RDF4J where they mean the same."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from whence import shacl
from whence.shacl.files import ShapesFiles, validate_quads

PREFIXES = """
PREFIX : <https://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX dash: <http://datashapes.org/dash#> PREFIX rsx: <http://rdf4j.org/shacl-extensions#>
"""
LISTS = """
:none :p () . :two :p ( 1 2 ) . :twice :p ( 1 2 1 ) . :text :p "x" . :open :p [ rdf:first 1 ] . :circle :p :c . :c rdf:first 1 ; rdf:rest :c .
:fork :p [ rdf:first 1, 2 ; rdf:rest () ] . :extra :p [ rdf:first 1 ; rdf:rest () ; :q 2 ] .
"""
ILL_FORMED = {"text", "open", "circle", "fork"}
PROPERTY = "[ sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; {} ] ] ."

#: Shapes, data, and the subjects of `:p` (or other focus nodes) that have a result.
CASES: dict[str, tuple[str, str, set[str]]] = {
    "memberShape": (PROPERTY.format("sh:memberShape [ sh:maxInclusive 1 ]"), LISTS, ILL_FORMED | {"two", "twice"}),
    "minListLength": (PROPERTY.format("sh:minListLength 2"), LISTS, ILL_FORMED | {"none", "extra"}),
    "minListLength 0": (PROPERTY.format("sh:minListLength 0"), LISTS, ILL_FORMED),
    "maxListLength": (PROPERTY.format("sh:maxListLength 2"), LISTS, ILL_FORMED | {"twice"}),
    "maxListLength 0": (PROPERTY.format("sh:maxListLength 0"), LISTS, ILL_FORMED | {"two", "twice", "extra"}),
    "maxListLength 99": (PROPERTY.format("sh:maxListLength 99"), LISTS, ILL_FORMED),
    "uniqueMembers": (PROPERTY.format("sh:uniqueMembers true"), LISTS, ILL_FORMED | {"twice"}),
    "uniqueMembers false": (PROPERTY.format("sh:uniqueMembers false"), LISTS, ILL_FORMED),
    "list in a nested shape": (PROPERTY.format("sh:node [ sh:not [ sh:minListLength 2 ] ]"), LISTS, {"two", "twice"}),
    "singleLine": (
        PROPERTY.format("sh:singleLine true"),
        r':a :p "one" . :b :p "a\nb" . :c :p "a\rb"@en . :d :p "a\fb" . :e :p "a\u000Bb" . :f :p :x . :g :p "a\tb" .', set("bcde"),
    ),
    "singleLine false": (PROPERTY.format("sh:singleLine false"), r':a :p "a\nb" .', set()),
    "dash:singleLine": (PROPERTY.format("dash:singleLine true"), r':a :p "one" . :b :p "a\nb" .', {"b"}),
    "someValue": (
        PROPERTY.format("sh:someValue [ sh:class :Duck ]"),
        ":a :p :d, :e . :b :p :e . :d a :Duck .", {"b"},
    ),
    "dash:hasValueIn": (PROPERTY.format("dash:hasValueIn ( 1 2 )"), ":a :p 1, 3 . :b :p 3 .", {"b"}),
    "subsetOf": (PROPERTY.format("sh:subsetOf :q"), ":a :p 1 ; :q 1, 2 . :b :p 1, 3 ; :q 1 . :c :p 1 .", {"b", "c"}),
    "subsetOf a path": (PROPERTY.format("sh:subsetOf ( :r :q )"), ":a :p 1 ; :r [ :q 1 ] . :b :p 2 ; :r [ :q 1 ] .", {"b"}),
    "equals a path": (PROPERTY.format("sh:equals ( :r :q )"), ":a :p 1 ; :r [ :q 1 ] . :b :p 1 ; :r [ :q 1 ], [ :q 2 ] .", {"b"}),
    "equals a path of no length": (PROPERTY.format("sh:equals [ sh:zeroOrOnePath :p ]"), ":a :p :a, :x . :b :p :x .", {"b"}),
    "disjoint with a path of no length": (PROPERTY.format("sh:disjoint [ sh:zeroOrMorePath :q ]"), ":a :p :a . :b :p :x ; :q :x . :c :p :d .", {"a", "b"}),
    "lessThan a path": (PROPERTY.format("sh:lessThan [ sh:inversePath :q ]"), ":a :p 1 . :b :p 1 . :x :q :b .", {"b"}),
    "rootClass": (
        PROPERTY.format("sh:rootClass :Work"),
        ":a :p :Work . :b :p :Film . :c :p :Stone . :d :p 1 . :Film rdfs:subClassOf :Show . :Show rdfs:subClassOf :Work .", {"c", "d"},
    ),
    "several classes": (PROPERTY.format("sh:class ( :A :B )"), ":a :p :x . :b :p :y . :c :p :z . :x a :A . :y a :B . :z a :C .", {"c"}),
    "several datatypes": (PROPERTY.format("sh:datatype ( xsd:integer rdf:langString )"), ':a :p 1 . :b :p "x"@en . :c :p "x" .', {"c"}),
    "several node kinds": (PROPERTY.format("sh:nodeKind ( sh:IRI sh:Literal )"), ":a :p 1 . :b :p :x . :c :p [] .", {"c"}),
    "no class at all": (PROPERTY.format("sh:class ()"), ":a :p :x . :x a :A .", {"a"}),
    "triple terms": (PROPERTY.format("sh:nodeKind sh:TripleTerm"), ":a :p <<( :x :y :z )>> . :b :p :x .", {"b"}),
    "reifierShape": (
        PROPERTY.format("sh:reifierShape [ sh:property [ sh:path :by ; sh:minCount 1 ] ]"),
        ":a :p 1 {| :by :x |} . :b :p 1 {| :on :x |} . :c :p 1 . :d :p 1 . :r rdf:reifies <<( :d :p 2 )>> .", {"b"},
    ),
    "reifierShape with literals as written": (
        PROPERTY.format("sh:reifierShape [ sh:property [ sh:path :by ; sh:minCount 1 ] ]"),
        ':a :p "007"^^xsd:integer {| :by :x |} . :b :p "007"^^xsd:integer {| :on :x |} . :c :p 7 {| :on :x |} .', {"b", "c"},
    ),
    "reificationRequired": (
        PROPERTY.format("sh:reifierShape [ sh:property [ sh:path :by ; sh:minCount 1 ] ] ; sh:reificationRequired true"),
        ":a :p 1 {| :by :x |} . :b :p 1 {| :on :x |} . :c :p 1 .", {"b", "c"},
    ),
    "uniqueValuesFor": (
        "[ sh:targetClass :C ; sh:uniqueValuesFor :id ] .",
        ":a a :C ; :id 1 . :b a :C ; :id 1, 2 . :c a :C ; :id 3 . :d a :C . :e :id 3 .", {"a", "b"},
    ),
    "uniqueValuesFor several": (
        "[ sh:targetClass :C ; sh:uniqueValuesFor ( :id :in ) ] .",
        ":a a :C ; :id 1 ; :in :x . :b a :C ; :id 1 ; :in :y . :c a :C ; :id 1 ; :in :y . :d a :C ; :id 1 .", {"b", "c"},
    ),
    "targetWhere": ("[ sh:targetWhere [ sh:class :C ; sh:property [ sh:path :p ; sh:minCount 1 ] ] ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ] .",
                    ":a a :C ; :p 1 . :b a :C ; :q 1 . :c :p 1 .", {"a"}),
    "rsx:targetShape": ("[ rsx:targetShape [ sh:in ( :a 1 ) ] ; sh:nodeKind sh:Literal ] .", ":a :p 1 . :b :p 1 .", {"a"}),
    "all subjects": ("[ sh:target dash:AllSubjects ; sh:in ( :a ) ] .", ":a :p :x . :b :p 1 .", {"b"}),
    "all objects": ("[ sh:target [ a dash:AllObjectsTarget ] ; sh:in ( 1 ) ] .", ":a :p :x . :b :p 1 .", {"x"}),
    "ShapeClass": (":C a sh:ShapeClass ; sh:property [ sh:path :p ; sh:maxCount 0 ] .", ":a a :C ; :p 1 . :b :p 1 .", {"a"}),
    "sh:shape in the data": (":S a sh:NodeShape ; sh:property [ sh:path :p ; sh:maxCount 0 ] .", ":a sh:shape :S ; :p 1 . :b :p 1 .", {"a"}),
}  # fmt: skip


def _report(shapes: str, data: str) -> shacl.ValidationReport:
    files = ShapesFiles()
    files.quads = list(parse(PREFIXES + shapes, format=RdfFormat.TURTLE))
    return validate_quads(list(parse(PREFIXES + data, format=RdfFormat.TURTLE)), files)


@pytest.mark.parametrize("name", CASES)
def test_focus_nodes_with_results(name: str) -> None:
    shapes, data, expected = CASES[name]
    report = _report(shapes, data)
    assert not report.problems
    assert {result.focus_node for result in report} == {f"<https://example.org/{node}>" for node in expected}


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("sh:property [ sh:path :p ; sh:class ( :A 1 ) ]", "not an IRI"),
        ("sh:property [ sh:path :p ; sh:datatype [ rdf:first :A ] ]", "list"),
        ("sh:property [ sh:path [ sh:inversePath :p ] ; sh:reifierShape [ sh:nodeKind sh:IRI ] ]", "whose path is an IRI"),
        ("sh:subsetOf :p", "property shape"),
        ("sh:uniqueValuesFor ( :p 1 )", "list of IRIs"),
        ("sh:uniqueValuesFor 1", "list"),
        (f"sh:uniqueValuesFor ( {' '.join(f':p{n}' for n in range(17))} )", "more than 16"),
        ("sh:minListLength 100", "beyond 99"),
        ('sh:singleLine "yes"', "true or false"),
        ("dash:rootClass 1", "rootClass"),
        ("sh:property [ sh:path :p ; sh:equals 1 ]", "property path"),
    ],
)
def test_ill_formed(shape: str, said: str) -> None:
    with pytest.raises(shacl.ShapeError) as error:
        _report(f":S sh:targetNode :a ; {shape} .", "")
    assert error.value.problems[0].kind == "ill-formed"
    assert said in error.value.problems[0].message


def test_keys_of_a_shape_without_targets_are_told() -> None:
    report = _report(":S sh:targetNode :a ; sh:node [ sh:uniqueValuesFor :id ] .", ":a :id 1 . :b :id 1 .")
    assert [problem.kind for problem in report.problems] == ["unchecked"]
    assert "sh:uniqueValuesFor" in report.problems[0].message
