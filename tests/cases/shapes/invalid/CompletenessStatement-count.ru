# Breaks shape:CompletenessStatement-count alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:completeness-900-cast wh:count "1"^^<http://www.w3.org/2001/XMLSchema#integer> }
