// The words of the graph: classes, properties, concepts and things with their labels, their classes, and what the ontology
// says of domains and ranges. Asked of our own endpoint once, when it is first wanted.

const LABELS = `SELECT ?term ?label ?class WHERE {
  { ?term rdfs:isDefinedBy ?o ; rdfs:label ?label ; a ?class FILTER(?class IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty, owl:NamedIndividual)) }
  UNION { ?term a wh:Concept ; skos:prefLabel ?label BIND(wh:Concept AS ?class) }
  UNION { ?term a wh:Entity ; skos:prefLabel|skos:altLabel ?label BIND(wh:Entity AS ?class) }
  FILTER(isIRI(?term))
} ORDER BY ?term ?label LIMIT 20000`;
const RULES = `SELECT DISTINCT ?term ?rule ?class WHERE {
  { VALUES (?property ?rule) { (rdfs:range "range") (rdfs:domain "domain") } ?term ?property ?named .
    ?named owl:equivalentClass?/(owl:unionOf/rdf:rest*/rdf:first)? ?class }
  UNION { ?term a owl:Class ; rdfs:subClassOf+ ?class BIND("above" AS ?rule) }
  FILTER(isIRI(?term) && isIRI(?class))
} LIMIT 20000`;
const CLASSES = `SELECT ?term ?class WHERE {
  { ?term a wh:Entity } UNION { ?term a owl:NamedIndividual }
  ?term a ?class FILTER(STRSTARTS(STR(?class), STR(wh:)))
} LIMIT 20000`;
const KINDS = { Class: "class", ObjectProperty: "property", DatatypeProperty: "property", AnnotationProperty: "property", NamedIndividual: "value", Concept: "concept", Entity: "thing" };

async function rows(query) {
  const answer = await fetch(`/sparql?query=${encodeURIComponent(query)}`, { headers: { Accept: "application/sparql-results+json" } });
  return (await answer.json()).results.bindings;
}

// Returns `entries` (iri, kind, labels, classes), and maps from IRIs to sets: `range` and `domain` of properties, `above` of
// classes. A map says nothing of what it does not have.
export async function load() {
  const [labels, rules, classes] = await Promise.all([LABELS, RULES, CLASSES].map(rows));
  const found = new Map();
  for (const { term, label, class: kind } of labels) {
    const entry = found.get(term.value) ?? { iri: term.value, kind: "thing", labels: [], classes: new Set() };
    entry.labels.push(label.value);
    if (entry.kind === "thing") entry.kind = KINDS[kind.value.replace(/.*[#/]/, "")]; // a concept is a thing too
    found.set(term.value, entry);
  }
  for (const { term, class: one } of classes) found.get(term.value)?.classes.add(one.value);
  const known = { entries: [...found.values()], range: new Map(), domain: new Map(), above: new Map() };
  for (const { term, rule, class: one } of rules) {
    const map = known[rule.value];
    if (!map.has(term.value)) map.set(term.value, new Set());
    map.get(term.value).add(one.value);
  }
  return known;
}
