# Breaks shape:Attestation-scope alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-relation-name wh:scope "the first line only" } ;
INSERT DATA { id:attestation-900-relation-name wh:scope 5 }
