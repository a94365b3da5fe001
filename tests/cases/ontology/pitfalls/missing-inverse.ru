# Breaks pitfall:missing-inverse alone.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE WHERE { wh:plays owl:inverseOf ?x } ;
INSERT DATA { wh:playedIn a owl:SymmetricProperty ; rdfs:domain wh:Song ; rdfs:range wh:Song }
