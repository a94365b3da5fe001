# Breaks pitfall:missing-label alone.
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX theme: <https://w3id.org/whence/vocab/theme/>

DELETE WHERE { theme:war skos:prefLabel ?x }
