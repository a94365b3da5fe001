# Breaks shape:Entity-sameAs alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>

INSERT DATA { id:ada-quill owl:sameAs 5 }
