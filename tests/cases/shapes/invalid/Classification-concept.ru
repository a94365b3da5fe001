# Breaks shape:Classification-concept alone.
PREFIX genre: <https://w3id.org/whence/vocab/genre/>
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-classification-noir wh:concept genre:test-noir }
