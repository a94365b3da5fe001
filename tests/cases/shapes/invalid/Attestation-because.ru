# Breaks shape:Attestation-because alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-statement-hope wh:because id:attestation-900-naming-mira } ;
INSERT DATA { id:attestation-900-statement-hope wh:because 5 }
