# Breaks shape:ThemeUse-work alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-theme-use-tide wh:work id:lantern-harbour }
