# Breaks shape:Release alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-release-first wh:scope "the first line only" }
