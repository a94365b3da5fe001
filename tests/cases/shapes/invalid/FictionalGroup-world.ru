# Breaks shape:FictionalGroup-world alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:keepers wh:inWorld id:harbour-world }
