# Breaks shape:Casting-language alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX language: <https://w3id.org/whence/vocab/language/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-casting-bo wh:language language:test-norwegian } ;
INSERT DATA { id:claim-casting-bo wh:language 5 }
