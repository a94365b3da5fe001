# Breaks shape:Identifier-verifiedIn alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:identifier-lantern-harbour-example wh:verifiedIn "an invented list" }
