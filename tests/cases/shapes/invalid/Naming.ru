# Breaks shape:Naming alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-naming-mira wh:scope "the first line only" }
