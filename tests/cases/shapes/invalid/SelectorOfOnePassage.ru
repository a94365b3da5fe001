# Breaks shape:SelectorOfOnePassage alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>

INSERT DATA { id:selector-900-1-2 a oa:TextPositionSelector ; oa:start 1 ; oa:end 2 }
