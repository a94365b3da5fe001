# Breaks shape:Derivation-derivedFrom alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:derivation-left wh:derivedFrom id:claim-quantity-keepers }
