# Breaks shape:Selector-start alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA { id:selector-900-225-245 oa:start 225 }
