# Breaks shape:Place-document alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:attestation-900-contribution-ada wh:document id:document-901 }
