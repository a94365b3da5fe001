# Breaks shape:Entity-possiblySameAs alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:lantern-game wh:possiblySameAs id:old-film } ;
INSERT DATA { id:lantern-game wh:possiblySameAs 5 }
