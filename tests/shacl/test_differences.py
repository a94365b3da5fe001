"""Where pySHACL 0.40 reports something else: what the specification says, by section of SHACL 1.0, in small cases."""

from __future__ import annotations

import pyoxigraph
import pytest

from whence.namespaces import PREFIXES
from whence.shacl.files import ShapesFiles, validate_quads

HEAD = f"PREFIX sh: <{PREFIXES['sh']}> PREFIX xsd: <{PREFIXES['xsd']}> PREFIX : <https://example.org/> "
COMPONENT = """
:Short a sh:ConstraintComponent ; sh:parameter [ sh:path :most ] ; sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER (STRLEN(STR($value)) <= $most) }" ] .
:Without a sh:ConstraintComponent ; sh:parameter [ sh:path :without ] ;
  sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:select "SELECT $this ?value { $this $without ?value }" ] ;
  sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:select "SELECT $this ?value { $this $PATH ?value . ?value $without ?other }" ] .
"""


def query(text: str) -> str:
    return f'sh:sparql [ sh:select "{text}" ]'


#: Constraints of a shape of :a, the data, and the values reported, in N-Triples, or without a value None.
CASES = {
    "a blank node has no length, not even none (4.4.1)": ("sh:property [ sh:path :p ; sh:minLength 0 ]", ":a :p [], 'x' .", ["_:"]),
    "a dot matches a line end with the flag s (4.4.3)": ("sh:property [ sh:path :p ; sh:pattern 'a.b' ; sh:flags 's' ]", ":a :p 'a\\nb', 'c' .", ['"c"']),
    "white space of a pattern counts for nothing with the flag x (4.4.3)": ("sh:property [ sh:path :p ; sh:pattern 'a b' ; sh:flags 'x' ]", ":a :p 'ab', 'a b' .", ['"a b"']),
    "what cannot be compared is out of every range (4.3)": ("sh:property [ sh:path :p ; sh:maxInclusive 2 ]", ":a :p 'a', 'a'@en, true, 2.0 .", ['"a"', '"a"@en', "true"]),
    "so what must not be in a range may be anything else (4.3, 4.6.1)": ("sh:property [ sh:path :p ; sh:not [ sh:maxInclusive '2020-01-01T00:00:00Z'^^xsd:dateTime ] ]", ":a :p '2019-01-01Z'^^xsd:date, 'x'@de .", []),
    "an IRI is not less than another, nor a blank node (4.5.3)": ("sh:property [ sh:path :p ; sh:lessThan :q ]", ":a :p :b, [], 1 ; :q :c .", ["1", "<https://example.org/b>", "_:"]),
    "an ASK tells which value is at fault (6.3)": ("sh:property [ sh:path :p ; :most 2 ]", ":a :p 'abc', 'ab' .", ['"abc"']),
    "a node shape has the validator for nodes (6.2.3)": (":without :q", ":a :q :b .", ["<https://example.org/b>"]),
    "a text is not greater than a number (5, SPARQL 17.3)": (query("SELECT $this ?value { $this :p ?value FILTER (?value > 1) }"), ":a :p 'x', 'y'@en, 2 .", ["2"]),
    "a path of any length goes on from zero too (5, SPARQL 9.1)": (query("SELECT $this ?value { $this :p/:q* ?value }"), ":a :p 0 . :b :q 1 .", ["0"]),
    "a path of one or none, again and again, is written so that SPARQL reads it (5.3)": ("sh:property [ sh:path [ sh:zeroOrMorePath [ sh:zeroOrOnePath :q ] ] ; " + query("SELECT $this ?value { $this $PATH ?value FILTER (!isIRI(?value)) }") + " ]", ":a :q 1 .", ["1"]),
    "a focus node that the graph has not is bound behind the path (appendix A)": ("sh:property [ sh:path [ sh:zeroOrOnePath :q ] ; " + query("SELECT $this ?value { $this $PATH ?value }") + " ]", ":b :q 1 .", []),
}  # fmt: skip


def read(text: str) -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(HEAD + text, format=pyoxigraph.RdfFormat.TURTLE))


@pytest.mark.parametrize("case", CASES)
def test_what_the_specification_says(case: str) -> None:
    constraint, data, expected = CASES[case]
    shapes = ShapesFiles()
    prefixes = ':x sh:declare [ sh:prefix "" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .'
    text = f"{COMPONENT}{prefixes} :S a sh:NodeShape ; sh:targetNode :a ; {constraint.replace('sh:sparql [', 'sh:sparql [ sh:prefixes :x ;')} ."
    shapes.quads, graph = read(text), read(data)
    values = sorted("_:" if str(one.value).startswith("_:") else str(one.value) for one in validate_quads(graph, shapes).results)
    assert values == sorted(one if one == "_:" else str(read(f":a :p {one} .")[0].object) for one in expected)
