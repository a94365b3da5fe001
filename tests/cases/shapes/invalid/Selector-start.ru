# Breaks shape:Selector-start alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA { id:selector-900-0-20 oa:start "0"^^<http://www.w3.org/2001/XMLSchema#integer> }
