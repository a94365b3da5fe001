# Breaks pitfall:namespace-not-preferred alone.
PREFIX vann: <http://purl.org/vocab/vann/>

DELETE WHERE { ?x vann:preferredNamespaceUri ?y } ;
INSERT DATA { <https://w3id.org/whence/ontology> vann:preferredNamespaceUri "https://example.org/" }
