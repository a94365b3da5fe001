# Breaks shape:WorldFact-inWorld alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-world-fact-mira wh:inWorld id:harbour-world }
