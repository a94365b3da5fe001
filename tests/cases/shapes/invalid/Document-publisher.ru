# Breaks shape:Document-publisher alone.
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX id: <https://w3id.org/whence/id/>

INSERT DATA { id:document-900 dcterms:publisher "The Harbour Times" }
