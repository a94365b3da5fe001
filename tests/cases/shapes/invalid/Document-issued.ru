# Breaks shape:Document-issued alone.
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX id: <https://w3id.org/whence/id/>

INSERT DATA { id:document-900 dcterms:issued "11 January 2024" }
