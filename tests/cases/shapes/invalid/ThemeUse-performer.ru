# Breaks shape:ThemeUse-performer alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE DATA { id:claim-theme-use-tide wh:performer id:bo-reed } ;
INSERT DATA { id:claim-theme-use-tide wh:performer 5 }
