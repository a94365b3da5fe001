# Breaks shape:Release-clockTime alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-release-first wh:clockTime "9:30" } ;
INSERT DATA { id:claim-release-first wh:clockTime 5 }
