# Breaks shape:Attestation alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:attestation-900-blend-films wh:gloss "A gloss belongs on the statement." }
