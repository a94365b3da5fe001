# Breaks shape:Position-agent alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-position-ada wh:agent id:ada-quill }
