"""The JSON-LD context: each term is the same IRI, and each literal the same, to every reader that others use."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import rdflib
from jsonld_readers import READERS, read
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from serving import ROOT

from whence.namespaces import PREFIXES
from whence.rdf import graphs, jsonld
from whence.rdf.canonical import canonical

CONTEXT = jsonld.read_context(str(ROOT / "ontology" / "context.jsonld"))
THING, OTHER = (NamedNode(PREFIXES["id"] + name) for name in ("x", "y"))
LITERALS = """PREFIX id: <https://w3id.org/whence/id/> PREFIX wh: <https://w3id.org/whence/ontology#> PREFIX schema: <https://schema.org/>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX oa: <http://www.w3.org/ns/oa#>
    id:x skos:prefLabel "Metallic Rouge"@en , "メタリックルージュ"@ja , "plain" ; wh:start 0 , -1 , 1372 , 9007199254740991 , 9007199254740993 , 007 , "7" ;
      wh:literalValue 1.50 , 24.0 , true , false , "1"^^xsd:boolean , "2024-01-10"^^xsd:date , "2024"^^xsd:gYear , "5"^^xsd:nonNegativeInteger , "thing:y" , " a\\n\\"b\\" " ;
      schema:datePublished "2024-01-10"^^xsd:date ; wh:influencer id:y , "a text where a thing is expected"@en ; oa:start 12 ; oa:hasSelector [ a oa:TextPositionSelector ; oa:end 7 ] .
"""


@pytest.fixture(autouse=True)
def literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def terms() -> dict[str, dict[str, str]]:
    """The terms that are no keywords, each with the IRI it stands for and what its values are taken for."""
    plain = {term: dict(one) if isinstance(one, dict) else {"@id": one} for term, one in CONTEXT.items() if isinstance(one, dict) or str(one)[:1] not in "1@"}
    for one in plain.values():
        prefix, _, local = one["@id"].partition(":")
        one["iri"] = plain[prefix]["@id"] + local if prefix in plain else one["@id"]
    return plain


def test_the_context_has_no_prefix_id_and_a_name_for_each_term_of_the_passages() -> None:
    assert (CONTEXT["id"], CONTEXT["type"], jsonld.DEFAULT_CONTEXT.get("id")) == ("@id", "@type", None)
    named = {one["iri"] for term, one in terms().items() if ":" not in term}
    assert {PREFIXES["oa"] + name for name in ("hasSource", "hasSelector", "start", "end", "SpecificResource", "TextPositionSelector")} <= named
    assert len({one["iri"] for one in terms().values()}) == len(terms())


@pytest.mark.parametrize("reader", READERS)
def test_each_term_is_the_same_iri_to_every_reader(reader: str) -> None:
    node: dict[str, Any] = {"id": "thing:x", "type": []}
    expected = []
    for term, one in terms().items():
        if one["iri"].endswith(("/", "#")):  # a prefix
            node[f"{term}:p"] = f"{term}:a plain text"
            expected.append((one["iri"] + "p", Literal(f"{term}:a plain text")))
        elif one["iri"].rpartition("#")[2].rpartition("/")[2][0].isupper() and "@type" not in one:  # a class
            node["type"].append(term)
            expected.append((PREFIXES["rdf"] + "type", NamedNode(one["iri"])))
        else:
            node[term] = "thing:y"
            expected.append((one["iri"], OTHER if one.get("@type") == "@id" else Literal("thing:y")))
    assert len(expected) > 350
    found = read(reader, {"@context": CONTEXT, "@graph": [node]})
    assert found == {Quad(THING, NamedNode(predicate), value) for predicate, value in expected}


@pytest.mark.parametrize("reader", READERS)
def test_each_literal_comes_back_with_its_datatype_as_it_was_written(reader: str) -> None:
    quads = list(parse(LITERALS, format=RdfFormat.TURTLE))
    out = io.BytesIO()
    graphs.write(quads, "jsonld", out, CONTEXT)
    assert read(reader, json.loads(out.getvalue())) == set(canonical(quads))
