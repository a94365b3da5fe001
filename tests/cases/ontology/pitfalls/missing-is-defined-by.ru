# Breaks pitfall:missing-is-defined-by alone.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE WHERE { wh:Film rdfs:isDefinedBy ?x }
