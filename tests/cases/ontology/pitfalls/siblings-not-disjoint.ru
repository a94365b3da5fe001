# Breaks pitfall:siblings-not-disjoint alone.
PREFIX owl: <http://www.w3.org/2002/07/owl#>

DELETE WHERE { ?axiom a owl:AllDisjointClasses }
