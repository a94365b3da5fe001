"""Instances of a class are found whatever is below it: nothing, few classes, many, one without an IRI, or a circle."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Store, parse

from whence import shacl

PREFIXES = """
PREFIX : <https://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
SHAPES = "[ sh:targetClass :Work ; sh:property [ sh:path :by ; sh:class :Agent ] ] ."
DATA = ":a a :Work ; :by :x . :b a :Film ; :by :y . :c a :Other ; :by :y . :x a :Person . :y a :Stone . "
HIERARCHIES: dict[str, tuple[str, set[str]]] = {
    "nothing": ("", {"a"}),
    "few": (":Film rdfs:subClassOf :Work . :Person rdfs:subClassOf :Agent .", {"b"}),
    "many": (" ".join(f":W{n} rdfs:subClassOf :Work ." for n in range(150)) + ":Film rdfs:subClassOf :W7 .", {"a", "b"}),
    "blank": (":Film rdfs:subClassOf [ rdfs:subClassOf :Work ] .", {"a", "b"}),
    "circle": (":Film rdfs:subClassOf :Work . :Work rdfs:subClassOf :Film .", {"a", "b"}),
}


@pytest.mark.parametrize("name", HIERARCHIES)
def test_instances_of_classes_below(name: str) -> None:
    triples, expected = HIERARCHIES[name]
    shapes, data = (list(parse(PREFIXES + text, format=RdfFormat.TURTLE)) for text in (SHAPES, DATA + triples))
    store = Store()
    store.extend(data)
    found = shacl.compile(shapes).validate(store)
    assert {result.focus_node for result in found} == {f"<https://example.org/{node}>" for node in expected}
    assert len(store) == len(data)
