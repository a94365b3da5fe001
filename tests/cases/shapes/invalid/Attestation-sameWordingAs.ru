# Breaks shape:Attestation-sameWordingAs alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-relation-name wh:sameWordingAs id:attestation-900-naming-mira } ;
INSERT DATA { id:attestation-900-relation-name wh:sameWordingAs 5 }
