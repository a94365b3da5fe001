# Breaks shape:Document-url alone.
PREFIX schema: <https://schema.org/>
PREFIX id: <https://w3id.org/whence/id/>

INSERT DATA { id:document-900 schema:url "www.example.org/harbour" }
