# Breaks shape:CompletenessStatement-document alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:completeness-900-cast wh:document id:document-900 }
