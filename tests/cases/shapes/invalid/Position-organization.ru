# Breaks shape:Position-organization alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-position-ada wh:organization id:quay-studio }
