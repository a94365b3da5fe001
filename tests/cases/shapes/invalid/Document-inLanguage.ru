# Breaks shape:Document-inLanguage alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX schema: <https://schema.org/>

INSERT DATA { id:document-900 schema:inLanguage "English" }
