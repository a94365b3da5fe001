# Breaks shape:Attestation-hedge alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-influence-old-film wh:hedge "sort of" } ;
INSERT DATA { id:attestation-900-influence-old-film wh:hedge 5 }
