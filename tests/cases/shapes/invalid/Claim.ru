# Breaks shape:Claim alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE WHERE { id:claim-blend-films ?p ?o } ;
DELETE DATA { id:attestation-900-blend-films wh:attests id:claim-blend-films } ;
INSERT DATA {
  id:Claim_Blend a wh:Blend ; wh:subject id:lantern-harbour ; wh:ingredient id:old-film , id:older-film .
  id:attestation-900-blend-films wh:attests id:Claim_Blend .
}
