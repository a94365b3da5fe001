# Breaks shape:Attestation-earlierPlace alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:attestation-900-statement-hope wh:earlierPlace "10-20" }
