# Breaks shape:Word-baseForm alone.
PREFIX wh: <https://w3id.org/whence/ontology#>
PREFIX word: <https://w3id.org/whence/vocab/word/>

DELETE DATA { word:kill wh:baseForm "kill" }
