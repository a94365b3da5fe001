# Breaks shape:FictionalEvent-world alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:the-flood wh:inWorld id:harbour-world }
