"""The bounded description of a thing: its own triples, its claims, their attestations, and names of what they touch.

Written as CONSTRUCTs of unions over sub-SELECTs with a limit: an OPTIONAL-heavy form of the same takes a hundred
times as long. `?thing` is bound beside the text.
"""

from __future__ import annotations

__all__ = ["CLAIMS", "EXISTS", "GRAPH", "ONTOLOGY", "THING"]

#: At most so many claims of one thing; the rest is found with SPARQL.
CLAIMS = 500
_NAMES = "VALUES ?name { skos:prefLabel rdfs:label wh:fileName }"
_ABOUT = f"{{ SELECT ?thing ?claim {{ ?claim wh:involves ?thing ; a wh:Claim }} ORDER BY ?claim LIMIT {CLAIMS} }}"
_OF_CLAIM = "{ SELECT ?thing ?attestation { ?attestation wh:attests ?thing } ORDER BY ?attestation LIMIT 1000 }"
_MADE = f"{{ SELECT ?thing ?made {{ ?made wh:speaker|wh:ascribedTo ?thing }} ORDER BY ?made LIMIT {CLAIMS} }}"

THING = f"""
CONSTRUCT {{
  ?thing ?p ?o . ?o ?name ?label .
  ?claim ?p1 ?o1 . ?o1 ?name1 ?label1 .
  ?attestation ?p2 ?o2 . ?o2 ?name2 ?label2 .
  ?made ?p3 ?o3 . ?o3 ?name3 ?label3 .
  ?s ?inward ?thing . ?s ?name4 ?label4 .
}} WHERE {{
  {{ ?thing ?p ?o }}
  UNION {{ ?thing ?p ?o {_NAMES} ?o ?name ?label }}
  UNION {{ {_ABOUT} ?claim ?p1 ?o1 FILTER(?p1 != wh:attestedBy) }}
  UNION {{ {_ABOUT} ?claim ?p1 ?o1 {_NAMES.replace("?name", "?name1")} ?o1 ?name1 ?label1 FILTER(?p1 != wh:attestedBy) }}
  UNION {{ {_ABOUT} ?attestation wh:attests ?claim ; ?p2 ?o2 }}
  UNION {{ {_OF_CLAIM} ?attestation ?p2 ?o2 }}
  UNION {{ {_OF_CLAIM} ?attestation ?p2 ?o2 {_NAMES.replace("?name", "?name2")} ?o2 ?name2 ?label2 }}
  UNION {{ {_MADE} ?made ?p3 ?o3 }}
  UNION {{ {_MADE} ?made wh:attests ?o3 {_NAMES.replace("?name", "?name3")} ?o3 ?name3 ?label3 BIND(wh:attests AS ?p3) }}
  UNION {{ {{ SELECT ?thing ?s ?inward {{
      VALUES ?inward {{ wh:partOf wh:inWorld skos:broader skos:inScheme rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range
        wh:hasSource wh:identifies wh:passage oa:hasSelector }}
      ?s ?inward ?thing }} ORDER BY ?s LIMIT {CLAIMS} }}
    {_NAMES.replace("?name", "?name4")} ?s ?name4 ?label4 }}
}}
"""

#: The ontology's document: every term it defines, with what is said of it and of the nodes its axioms are made of.
ONTOLOGY = """
CONSTRUCT { ?term ?p ?o . ?inner ?q ?r } WHERE {
  { ?term rdfs:isDefinedBy ?thing ; ?p ?o }
  UNION { ?thing ?p ?o BIND(?thing AS ?term) }
  UNION { ?term rdfs:isDefinedBy ?thing ; (!rdfs:isDefinedBy)+ ?inner FILTER(isBlank(?inner)) ?inner ?q ?r }
}
"""
EXISTS = "ASK { ?thing ?p ?o }"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
