# Breaks pitfall:inverse-does-not-fit alone.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { wh:playedIn rdfs:domain wh:Film }
