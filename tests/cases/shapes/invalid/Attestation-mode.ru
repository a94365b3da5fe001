# Breaks shape:Attestation-mode alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-blend-films wh:mode wh:Narration }
