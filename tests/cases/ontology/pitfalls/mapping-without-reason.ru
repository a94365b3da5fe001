# Breaks pitfall:mapping-without-reason alone.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE WHERE { ?axiom a owl:Axiom ; skos:note ?why }
