# Breaks shape:Document-fileName alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:document-900 wh:fileName "900_harbour.txt" }
