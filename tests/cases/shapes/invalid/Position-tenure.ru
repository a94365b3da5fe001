# Breaks shape:Position-tenure alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-position-ada wh:tenure wh:Current }
