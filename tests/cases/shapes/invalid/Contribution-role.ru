# Breaks shape:Contribution-role alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX role: <https://w3id.org/whence/vocab/role/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-casting-bo wh:role role:test-director }
