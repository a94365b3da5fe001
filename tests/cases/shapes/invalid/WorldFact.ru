# Breaks shape:WorldFact alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-world-fact-mira wh:literalValue "a keeper" }
