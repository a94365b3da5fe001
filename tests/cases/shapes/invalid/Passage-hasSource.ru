# Breaks shape:Passage-hasSource alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA { id:passage-900-225-245 oa:hasSource id:document-900 }
