# Breaks shape:NoReasonForItself alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:attestation-900-naming-mira wh:because id:attestation-900-naming-mira }
