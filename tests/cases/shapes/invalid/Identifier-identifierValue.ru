# Breaks shape:Identifier-identifierValue alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:identifier-lantern-harbour-example wh:identifierValue "12" }
