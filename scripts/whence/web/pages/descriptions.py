"""The bounded description of a thing: its own triples with the nodes that are part of them, its claims, their attestations, and names of what they touch.

Written as CONSTRUCTs of unions over sub-SELECTs with a limit: an OPTIONAL-heavy form of the same takes a hundred
times as long, and a VALUES of naming properties reads every name there is. `?thing` is bound beside the text.
"""

from __future__ import annotations

#: At most so many claims of one thing, and so many positions; the rest is found with SPARQL.
CLAIMS = 250
_OWN = "{ SELECT ?thing ?p ?o { ?thing ?p ?o } LIMIT 5000 }"
_NAMED = "skos:prefLabel|rdfs:label"
_ABOUT = f"{{ SELECT ?thing ?claim {{ ?claim wh:involves ?thing }} ORDER BY ?claim LIMIT {CLAIMS} }}"
_OF_CLAIM = f"{{ SELECT ?thing ?attestation {{ ?attestation wh:attests ?thing }} ORDER BY ?attestation LIMIT {CLAIMS} }}"
_MADE = f"{{ SELECT ?thing ?made {{ ?made wh:speaker|wh:ascribedTo ?thing }} ORDER BY ?made LIMIT {CLAIMS} }}"
_INWARD = " ".join(
    ("wh:partOf", "wh:inWorld", "skos:broader", "skos:inScheme", "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain",
     "rdfs:range", "wh:passage", "oa:hasSelector", "wh:inQuestion", "wh:answers")
)  # fmt: skip
#: What an anonymous class or list of an ontology is made of, and a selector.
_PARTS = " | ".join(
    ("owl:unionOf", "owl:intersectionOf", "owl:oneOf", "owl:complementOf", "owl:someValuesFrom", "owl:allValuesFrom", "owl:hasValue",
     "owl:onDatatype", "owl:withRestrictions", "rdf:first", "rdf:rest", "oa:refinedBy")
)  # fmt: skip
_PART = "{ SELECT ?thing ?part { ?thing ?own ?part FILTER(isBlank(?part) || ?own = oa:hasSelector) } LIMIT 5000 }"

THING = f"""
CONSTRUCT {{
  ?thing ?p ?o . ?o rdfs:label ?label .
  ?claim ?p1 ?o1 . ?o1 rdfs:label ?label1 .
  ?attestation ?p2 ?o2 . ?o2 rdfs:label ?label2 .
  ?made ?p3 ?o3 . ?o3 rdfs:label ?label3 .
  ?s ?inward ?thing . ?s rdfs:label ?label4 .
  ?inner ?p5 ?o5 .
}} WHERE {{
  {{ ?thing ?p ?o }}
  UNION {{ {_OWN} ?o {_NAMED} ?label }}
  UNION {{ {_PART} ?part ({_PARTS})* ?inner . ?inner ?p5 ?o5 FILTER(isBlank(?inner) || ?inner = ?part) }}
  UNION {{ {_ABOUT} ?claim ?p1 ?o1 }}
  UNION {{ {_ABOUT} ?claim ?p1 ?o1 . ?o1 {_NAMED} ?label1 FILTER(?p1 != wh:attestedBy) }}
  UNION {{ {_ABOUT} ?attestation wh:attests ?claim ; ?p2 ?o2 }}
  UNION {{ {_OF_CLAIM} ?attestation ?p2 ?o2 }}
  UNION {{ {_OF_CLAIM} ?attestation ?p2 ?o2 . ?o2 {_NAMED} ?label2 }}
  UNION {{ {_MADE} ?made ?p3 ?o3 }}
  UNION {{ {_MADE} ?made wh:attests ?o3 . ?o3 {_NAMED} ?label3 }}
  UNION {{ {{ SELECT ?thing ?s ?inward {{ VALUES ?inward {{ {_INWARD} }} ?s ?inward ?thing }} ORDER BY ?s LIMIT {CLAIMS} }}
    OPTIONAL {{ ?s {_NAMED} ?label4 }} }}
}}
"""

#: The ontology's document: every term it defines, with what is said of it and of the nodes its axioms are made of.
#: The data has no blank nodes, so those of the default graph are the ontology's.
ONTOLOGY = """
CONSTRUCT { ?term ?p ?o . ?thing ?p1 ?o1 . ?inner ?p2 ?o2 } WHERE {
  { ?term rdfs:isDefinedBy ?thing ; ?p ?o }
  UNION { ?thing ?p1 ?o1 }
  UNION { ?inner ?p2 ?o2 FILTER(isBlank(?inner)) }
}
"""
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
