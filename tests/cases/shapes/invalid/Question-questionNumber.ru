# Breaks shape:Question-questionNumber alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:question-900-1 wh:questionNumber "1"^^<http://www.w3.org/2001/XMLSchema#integer> }
