# Breaks shape:Document-title alone.
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX id: <https://w3id.org/whence/id/>

INSERT DATA { id:document-900 dcterms:title "The harbour" }
