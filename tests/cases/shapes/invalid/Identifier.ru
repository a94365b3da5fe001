# Breaks shape:Identifier alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:identifier-lantern-harbour-example wh:about id:old-film }
