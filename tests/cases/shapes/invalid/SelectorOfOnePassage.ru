# Breaks shape:SelectorOfOnePassage alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>

INSERT DATA { id:passage-900-1-2 oa:hasSelector id:selector-900-225-245 }
