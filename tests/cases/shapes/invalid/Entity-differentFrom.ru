# Breaks shape:Entity-differentFrom alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>

DELETE DATA { id:lantern-harbour owl:differentFrom id:lantern-game } ;
INSERT DATA { id:lantern-harbour owl:differentFrom 5 }
