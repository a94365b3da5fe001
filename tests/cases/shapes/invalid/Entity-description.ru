# Breaks shape:Entity-description alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:lantern-harbour wh:description "An invented series." } ;
INSERT DATA { id:lantern-harbour wh:description 5 }
