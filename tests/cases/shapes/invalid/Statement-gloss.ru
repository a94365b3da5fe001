# Breaks shape:Statement-gloss alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-statement-hope wh:gloss "Hopes that viewers take their time." }
