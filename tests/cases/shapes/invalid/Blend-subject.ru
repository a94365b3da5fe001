# Breaks shape:Blend-subject alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-blend-films wh:subject id:lantern-harbour }
