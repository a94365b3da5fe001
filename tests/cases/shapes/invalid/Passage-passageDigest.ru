# Breaks shape:Passage-passageDigest alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:passage-900-225-245 wh:passageDigest "sha256:417b4f820273642f64179e81f1ee23ab5914772ab8be709e1c534a0aae5cf7cd" }
