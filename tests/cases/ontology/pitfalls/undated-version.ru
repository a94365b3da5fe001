# Breaks pitfall:undated-version alone.
PREFIX owl: <http://www.w3.org/2002/07/owl#>

DELETE WHERE { ?x owl:versionIRI ?y } ;
INSERT DATA { <https://w3id.org/whence/ontology> owl:versionIRI <https://w3id.org/whence/ontology/1.0> }
