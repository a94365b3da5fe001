# Breaks pitfall:missing-header-metadata alone.
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE WHERE { ?x dcterms:license ?y }
