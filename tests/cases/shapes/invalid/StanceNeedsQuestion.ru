# Breaks shape:StanceNeedsQuestion alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-statement-hope wh:answers id:question-900-1 }
