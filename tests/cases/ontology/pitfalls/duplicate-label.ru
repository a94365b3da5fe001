# Breaks pitfall:duplicate-label alone.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE WHERE { wh:Song rdfs:label ?x } ;
INSERT DATA { wh:Song rdfs:label "film"@en }
