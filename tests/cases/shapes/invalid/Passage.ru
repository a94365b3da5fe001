# Breaks shape:Passage alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:passage-900-0-20 wh:textLength 20 }
