# Breaks shape:Likeness-aspect alone.
PREFIX aspect: <https://w3id.org/whence/vocab/aspect/>
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-likeness-old-film wh:aspect aspect:test-colour }
