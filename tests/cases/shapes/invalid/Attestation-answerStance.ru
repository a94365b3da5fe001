# Breaks shape:Attestation-answerStance alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-statement-hope wh:answerStance wh:NotTakenUp } ;
INSERT DATA { id:attestation-900-statement-hope wh:answerStance 5 }
