# Breaks shape:Place-start alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-contribution-ada wh:start 25 } ;
INSERT DATA { id:attestation-900-contribution-ada wh:start 45 }
