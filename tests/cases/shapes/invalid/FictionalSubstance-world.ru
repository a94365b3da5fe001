# Breaks shape:FictionalSubstance-world alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:lamp-oil wh:inWorld id:harbour-world }
