# Breaks shape:UnnamedJournalist alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:writer-of-document-900 wh:description "The unnamed writer of document 900." }
