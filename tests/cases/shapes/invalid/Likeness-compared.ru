# Breaks shape:Likeness-compared alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-likeness-old-film wh:compared id:lantern-harbour }
