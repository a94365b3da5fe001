# Breaks shape:Attestation-asOf alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-relation-name wh:asOf "2031" } ;
INSERT DATA { id:attestation-900-relation-name wh:asOf 5 }
