# Breaks shape:Entity-partOf alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:ada-quill wh:partOf 5 }
