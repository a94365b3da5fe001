# Breaks shape:ThemeUse alone.
PREFIX id: <https://w3id.org/whence/id/>
PREFIX wh: <https://w3id.org/whence/ontology#>

INSERT DATA { id:claim-theme-use-tide wh:scope "the first line only" }
