# Breaks shape:CompletenessStatement-topic alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX topic: <https://w3id.org/whence/vocab/topic/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:completeness-900-cast wh:topic topic:test-cast }
