# Breaks shape:Release-outlet alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-release-first wh:outlet id:quay-studio } ;
INSERT DATA { id:claim-release-first wh:outlet 5 }
