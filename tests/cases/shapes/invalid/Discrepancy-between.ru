# Breaks shape:Discrepancy-between alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:discrepancy-films wh:between id:claim-influence-old-film ; wh:between id:claim-likeness-old-film }
