# Breaks shape:Release-work alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-release-first wh:work id:lantern-harbour }
