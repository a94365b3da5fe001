# Breaks shape:Document-textLength alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:document-900 wh:textLength "5000"^^<http://www.w3.org/2001/XMLSchema#integer> }
