# Breaks shape:Naming-printedForm alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-naming-mira wh:printedForm "Mira" }
