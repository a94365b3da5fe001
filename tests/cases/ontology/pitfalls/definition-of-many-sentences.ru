# Breaks pitfall:definition-of-many-sentences alone.
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE WHERE { wh:Film skos:definition ?x } ;
INSERT DATA { wh:Film skos:definition "One. Two."@en }
