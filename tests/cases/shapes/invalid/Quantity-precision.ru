# Breaks shape:Quantity-precision alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-quantity-keepers wh:precision wh:Exact }
