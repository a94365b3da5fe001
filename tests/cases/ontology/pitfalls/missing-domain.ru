# Breaks pitfall:missing-domain alone.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE WHERE { wh:title rdfs:domain ?x }
