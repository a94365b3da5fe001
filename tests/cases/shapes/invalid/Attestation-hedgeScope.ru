# Breaks shape:Attestation-hedgeScope alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-influence-old-film wh:hedgeScope "the extent" } ;
INSERT DATA { id:attestation-900-influence-old-film wh:hedgeScope 5 }
