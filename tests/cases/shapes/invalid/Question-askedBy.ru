# Breaks shape:Question-askedBy alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:question-900-1 wh:askedBy id:writer-of-document-900 }
