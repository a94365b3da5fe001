# Breaks shape:Episode-series alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:lantern-episode wh:partOf id:lantern-harbour }
