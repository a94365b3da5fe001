# Breaks shape:Entity-identifier alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:lantern-harbour wh:identifier id:identifier-lantern-harbour-example } ;
INSERT DATA { id:lantern-harbour wh:identifier 5 }
