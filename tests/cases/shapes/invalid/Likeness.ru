# Breaks shape:Likeness alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-likeness-old-film wh:scope "the first line only" }
