# Breaks shape:Place-end alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:attestation-900-contribution-ada wh:end 46 }
