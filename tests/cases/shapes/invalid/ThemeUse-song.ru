# Breaks shape:ThemeUse-song alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-theme-use-tide wh:song id:tide-song }
