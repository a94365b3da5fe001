# Breaks shape:Discrepancy alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:discrepancy-films wh:about id:old-film }
