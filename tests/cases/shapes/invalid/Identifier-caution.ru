# Breaks shape:Identifier-caution alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:identifier-lantern-harbour-example wh:caution "Names the first season only." } ;
INSERT DATA { id:identifier-lantern-harbour-example wh:caution 5 }
