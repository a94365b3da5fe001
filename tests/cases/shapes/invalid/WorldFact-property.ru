# Breaks shape:WorldFact-property alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-world-fact-mira wh:property wh:partOf }
