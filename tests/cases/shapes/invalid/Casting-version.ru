# Breaks shape:Casting-version alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-casting-bo wh:version wh:OriginalCast }
