# Breaks pitfall:missing-status alone.
PREFIX vs: <http://www.w3.org/2003/06/sw-vocab-status/ns#>
PREFIX wh: <https://w3id.org/whence/ontology#>

DELETE WHERE { wh:Wish vs:term_status ?x }
