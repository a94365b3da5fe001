# Breaks shape:Derivation-derivedClaim alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:derivation-left wh:derivedClaim 5 }
