# Breaks shape:Blend-ingredient alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-blend-films wh:ingredient id:old-film ; wh:ingredient id:older-film }
