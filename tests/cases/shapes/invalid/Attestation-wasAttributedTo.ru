# Breaks shape:Attestation-wasAttributedTo alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>

DELETE DATA { id:attestation-900-relation-name prov:wasAttributedTo id:bo-reed } ;
INSERT DATA { id:attestation-900-relation-name prov:wasAttributedTo id:lantern-harbour }
