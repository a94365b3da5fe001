# Breaks shape:Identifier-scheme alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:identifier-lantern-harbour-example wh:scheme "Example" }
