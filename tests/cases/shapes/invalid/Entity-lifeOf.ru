# Breaks shape:Entity-lifeOf alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:childhood-of-ada-quill wh:lifeOf id:norway }
