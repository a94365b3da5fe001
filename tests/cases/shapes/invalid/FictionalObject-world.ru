# Breaks shape:FictionalObject-world alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:the-lamp wh:inWorld id:harbour-world }
