# Breaks shape:Recommendation-toAudienceOf alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-recommendation-films wh:toAudienceOf id:old-film }
