# Breaks shape:Attestation-supportedBy alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-relation-name wh:supportedBy id:bo-reed } ;
INSERT DATA { id:attestation-900-relation-name wh:supportedBy 5 }
