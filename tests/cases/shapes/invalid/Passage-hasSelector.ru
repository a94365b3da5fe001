# Breaks shape:Passage-hasSelector alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>

INSERT DATA { id:passage-900-0-20 oa:hasSelector 5 }
