# Breaks shape:Concept-inScheme alone.
PREFIX aspect: <https://w3id.org/whence/vocab/aspect/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX vocab: <https://w3id.org/whence/vocab/>

DELETE DATA { aspect:test-colour skos:inScheme vocab:test-scheme }
