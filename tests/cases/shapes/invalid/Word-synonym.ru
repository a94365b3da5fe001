# Breaks shape:Word-synonym alone.
PREFIX wh: <https://w3id.org/whence/ontology#>
PREFIX word: <https://w3id.org/whence/vocab/word/>

INSERT DATA { word:kill wh:synonym "Finish off" }
