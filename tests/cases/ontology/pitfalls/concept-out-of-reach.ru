# Breaks pitfall:concept-out-of-reach alone.
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX theme: <https://w3id.org/whence/vocab/theme/>

DELETE WHERE { theme:civil-war skos:broader ?x }
