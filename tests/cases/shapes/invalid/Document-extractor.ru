# Breaks shape:Document-extractor alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:document-900 wh:extractor "" }
