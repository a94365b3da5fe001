# Breaks shape:Entity-altLabel alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA { id:lantern-harbour skos:altLabel "Lanterns"@en } ;
INSERT DATA { id:lantern-harbour skos:altLabel 5 }
