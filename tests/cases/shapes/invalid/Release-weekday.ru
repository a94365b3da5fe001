# Breaks shape:Release-weekday alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-release-first wh:weekday "Monday" } ;
INSERT DATA { id:claim-release-first wh:weekday 5 }
