# Breaks shape:CompletenessStatement-asOf alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:completeness-900-cast wh:asOf "2031" } ;
INSERT DATA { id:completeness-900-cast wh:asOf 5 }
