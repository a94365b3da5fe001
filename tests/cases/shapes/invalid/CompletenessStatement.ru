# Breaks shape:CompletenessStatement alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:completeness-900-cast wh:about id:old-film }
