# Breaks shape:WorkPart-whole alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:lantern-music wh:partOf id:lantern-harbour }
