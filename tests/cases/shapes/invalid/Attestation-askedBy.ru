# Breaks shape:Attestation-askedBy alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-statement-hope wh:askedBy id:writer-of-document-900 } ;
INSERT DATA { id:attestation-900-statement-hope wh:askedBy 5 }
