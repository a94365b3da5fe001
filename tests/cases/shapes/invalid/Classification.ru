# Breaks shape:Classification alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-classification-noir wh:scope "the first line only" }
