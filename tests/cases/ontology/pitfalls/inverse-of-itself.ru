# Breaks pitfall:inverse-of-itself alone.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { wh:plays owl:inverseOf wh:plays } ;
DELETE WHERE { wh:plays rdfs:range ?x } ;
DELETE WHERE { wh:plays rdfs:domain ?x } ;
INSERT DATA { wh:plays rdfs:domain wh:Thing ; rdfs:range wh:Thing }
