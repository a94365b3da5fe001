# Breaks shape:WorldFact-subject alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-world-fact-mira wh:subject id:mira }
