# Breaks shape:Attestation-passage alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-blend-films wh:passage id:passage-900-225-245 }
