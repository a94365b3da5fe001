# Breaks shape:AttestedClaim alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-blend-films wh:attests id:claim-blend-films } ;
INSERT DATA { id:attestation-900-blend-films wh:attests id:claim-influence-old-film }
