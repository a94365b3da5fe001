# Breaks pitfall:missing-source alone.
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX vocab: <https://w3id.org/whence/vocab/>

DELETE WHERE { vocab:theme dcterms:source ?x }
