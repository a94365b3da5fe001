# Breaks shape:FictionalEntity-fictionalCounterpartOf alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:mira wh:fictionalCounterpartOf id:ada-quill } ;
INSERT DATA { id:mira wh:fictionalCounterpartOf 5 }
