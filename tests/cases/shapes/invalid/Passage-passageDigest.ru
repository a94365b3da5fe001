# Breaks shape:Passage-passageDigest alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:passage-900-0-20 wh:passageDigest "sha256:b21030db9c232df8641260ea74f5b1fb68030fdeb44e293db862018f1e4ee156" }
