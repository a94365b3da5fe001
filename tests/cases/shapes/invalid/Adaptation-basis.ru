# Breaks shape:Adaptation-basis alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-adaptation-old-film wh:basis id:old-film }
