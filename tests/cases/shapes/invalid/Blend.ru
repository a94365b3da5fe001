# Breaks shape:Blend alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-blend-films wh:scope "the first line only" }
