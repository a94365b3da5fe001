# Breaks shape:Question-addressee alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:question-900-1 wh:addressee id:ada-quill } ;
INSERT DATA { id:question-900-1 wh:addressee 5 }
