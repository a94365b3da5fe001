# Breaks shape:ConceptScheme-label alone.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX vocab: <https://w3id.org/whence/vocab/>

DELETE DATA { vocab:test-scheme rdfs:label "Invented concepts"@en }
