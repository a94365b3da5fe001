# Breaks shape:Classification-subject alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-classification-noir wh:subject id:lantern-harbour }
