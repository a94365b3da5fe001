# Breaks shape:Adaptation alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-adaptation-old-film wh:scope "the first line only" }
