# Breaks shape:Question-document alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:question-901-1 wh:document id:document-901 }
