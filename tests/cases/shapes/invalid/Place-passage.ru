# Breaks shape:Place-passage alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:passage-900-225-245 wh:textLength 20 }
