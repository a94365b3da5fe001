# Breaks shape:Release-date alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-release-first wh:date "2031-05" } ;
INSERT DATA { id:claim-release-first wh:date 5 }
