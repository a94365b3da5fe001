# Breaks pitfall:broader-cycle alone.
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX theme: <https://w3id.org/whence/vocab/theme/>

INSERT DATA { theme:civil-war skos:broader theme:civil-war }
