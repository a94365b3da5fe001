# Breaks shape:Release-territory alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-release-first wh:territory id:norway } ;
INSERT DATA { id:claim-release-first wh:territory 5 }
