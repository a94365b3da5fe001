# Breaks shape:Quantity-unit alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX unit: <https://w3id.org/whence/vocab/unit/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-quantity-keepers wh:unit unit:test-person } ;
INSERT DATA { id:claim-quantity-keepers wh:unit 5 }
