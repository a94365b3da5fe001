# Breaks shape:Influence-influencer alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-influence-old-film wh:influencer id:old-film }
