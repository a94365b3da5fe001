# Breaks shape:Discrepancy-resolution alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:discrepancy-films wh:resolution wh:KeptBoth }
