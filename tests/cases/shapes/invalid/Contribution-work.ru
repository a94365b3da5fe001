# Breaks shape:Contribution-work alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-casting-bo wh:work id:lantern-harbour }
