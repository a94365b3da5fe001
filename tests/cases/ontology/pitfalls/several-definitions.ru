# Breaks pitfall:several-definitions alone.
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { wh:Film skos:definition "Another."@en }
