# Breaks shape:Place-passageDigest alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:attestation-900-contribution-ada wh:passageDigest "sha256:c534d47420229125f66db0710728c85aedc41db475b3c90e8bde41205050457f" } ;
INSERT DATA { id:attestation-900-contribution-ada wh:passageDigest "md5:c534d47420229125f66db0710728c85a" }
