# Breaks shape:Concept-broader alone.
PREFIX aspect: <https://w3id.org/whence/vocab/aspect/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA { aspect:test-colour skos:broader aspect:test-look } ;
INSERT DATA { aspect:test-colour skos:broader 5 }
