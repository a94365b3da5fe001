# Breaks shape:Attestation-inQuestion alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-likeness-old-film wh:inQuestion id:question-900-1 } ;
INSERT DATA { id:attestation-900-likeness-old-film wh:inQuestion 5 }
