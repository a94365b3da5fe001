# Breaks shape:Adaptation-derivative alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-adaptation-old-film wh:derivative id:lantern-harbour }
