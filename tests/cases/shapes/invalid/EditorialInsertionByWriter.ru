# Breaks shape:EditorialInsertionByWriter alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-naming-mira wh:speaker id:writer-of-document-900 } ;
INSERT DATA { id:attestation-900-naming-mira wh:speaker id:ada-quill }
