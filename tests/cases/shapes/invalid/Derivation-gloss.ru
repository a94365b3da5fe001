# Breaks shape:Derivation-gloss alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:derivation-left wh:gloss "Four less the one who leaves." }
