# Breaks shape:ConceptScheme-license alone.
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX vocab: <https://w3id.org/whence/vocab/>

DELETE DATA { vocab:test-scheme dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> }
