# Breaks shape:Selector alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:selector-900-0-20 wh:textLength 20 }
