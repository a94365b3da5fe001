# Breaks shape:HedgedHasWords alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-influence-old-film wh:hedge "sort of" }
