# Breaks shape:Attestation-supersededBy alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-relation-name wh:supersededBy id:attestation-900-naming-mira } ;
INSERT DATA { id:attestation-900-relation-name wh:supersededBy 5 }
