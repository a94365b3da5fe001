# Breaks pitfall:missing-source alone.
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX theme: <https://w3id.org/whence/vocab/theme/>

DELETE WHERE { theme:war dcterms:source ?x }
