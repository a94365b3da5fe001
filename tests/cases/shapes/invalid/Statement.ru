# Breaks shape:Statement alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-statement-hope wh:scope "the first line only" }
