# Breaks shape:Attestation-printedAs alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-naming-mira wh:printedAs "Mira" } ;
INSERT DATA { id:attestation-900-naming-mira wh:printedAs 5 }
