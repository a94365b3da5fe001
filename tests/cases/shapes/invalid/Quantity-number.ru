# Breaks shape:Quantity-number alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-quantity-keepers wh:number "4"^^<http://www.w3.org/2001/XMLSchema#integer> }
