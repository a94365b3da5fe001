# Breaks shape:Concept-label alone.
PREFIX office: <https://w3id.org/whence/vocab/office/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

DELETE DATA { office:test-president rdfs:label "test-president"@en } ;
INSERT DATA { office:test-president rdfs:label "test president"@en }
