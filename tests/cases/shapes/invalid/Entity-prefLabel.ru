# Breaks shape:Entity-prefLabel alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { id:ada-quill skos:prefLabel "Ada Quill the Elder"@en }
