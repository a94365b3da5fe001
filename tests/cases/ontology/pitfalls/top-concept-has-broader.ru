# Breaks pitfall:top-concept-has-broader alone.
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX theme: <https://w3id.org/whence/vocab/theme/>
PREFIX vocab: <https://w3id.org/whence/vocab/>

INSERT DATA { theme:civil-war skos:topConceptOf vocab:theme }
