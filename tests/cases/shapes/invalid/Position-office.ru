# Breaks shape:Position-office alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX office: <https://w3id.org/whence/vocab/office/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-position-ada wh:office office:test-president }
