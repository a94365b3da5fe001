# Breaks shape:PassageInsideText alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:document-901 wh:textLength 50 } ;
INSERT DATA { id:document-901 wh:textLength 10 }
