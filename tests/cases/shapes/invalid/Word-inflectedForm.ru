# Breaks shape:Word-inflectedForm alone.
PREFIX wh: <https://w3id.org/whence/ontology#>
PREFIX word: <https://w3id.org/whence/vocab/word/>

INSERT DATA { word:kill wh:inflectedForm "did kill" }
