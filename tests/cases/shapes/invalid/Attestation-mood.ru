# Breaks shape:Attestation-mood alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-blend-films wh:mood wh:Fact }
