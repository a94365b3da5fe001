# Breaks pitfall:name-not-in-form alone.
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE { wh:title ?p ?o } INSERT { wh:Title ?p ?o } WHERE { wh:title ?p ?o }
