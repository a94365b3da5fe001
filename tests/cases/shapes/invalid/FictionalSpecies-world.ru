# Breaks shape:FictionalSpecies-world alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:glow-folk wh:inWorld id:harbour-world }
