// Completion from the graph itself: classes, properties, concepts by prefixed name, things by any of their labels.
// Asked of our own endpoint once, when it is first wanted.

const QUERY = `SELECT ?term ?label ?class WHERE {
  { ?term rdfs:isDefinedBy ?o ; rdfs:label ?label ; a ?class FILTER(?class IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty, owl:NamedIndividual)) }
  UNION { ?term a wh:Concept ; skos:prefLabel ?label BIND(wh:Concept AS ?class) }
  UNION { ?term a wh:Entity ; skos:prefLabel|skos:altLabel ?label BIND(wh:Entity AS ?class) }
  FILTER(isIRI(?term))
} ORDER BY ?term ?label LIMIT 20000`;
const PREFIXES = {
  "https://w3id.org/whence/ontology#": "wh", "https://w3id.org/whence/id/": "id", "http://www.w3.org/2004/02/skos/core#": "skos",
  "http://www.w3.org/2000/01/rdf-schema#": "rdfs", "http://www.w3.org/ns/oa#": "oa", "https://schema.org/": "schema",
  "http://purl.org/dc/terms/": "dcterms", "http://www.w3.org/ns/prov#": "prov",
};
const KINDS = { Class: "class", ObjectProperty: "property", DatatypeProperty: "property", AnnotationProperty: "property", NamedIndividual: "value", Concept: "concept", Entity: "thing" };
const WORDS = ("SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS BIND VALUES GRAPH ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC ASK CONSTRUCT DESCRIBE PREFIX COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT AS NOT EXISTS IN LANG STR REGEX CONTAINS STRSTARTS LCASE isIRI isLiteral BOUND COALESCE IF").split(" ");

let known;

export function shorten(iri) {
  for (const [namespace, prefix] of Object.entries(PREFIXES)) {
    if (iri.startsWith(namespace) && /^[\p{L}\p{N}_-]+$/u.test(iri.slice(namespace.length))) return `${prefix}:${iri.slice(namespace.length)}`;
  }
  const concept = /^https:\/\/w3id\.org\/whence\/(?:vocab\/)?([a-z-]+)\/([\p{L}\p{N}_-]+)$/u.exec(iri);
  return concept ? `${concept[1]}:${concept[2]}` : null;
}

async function load() {
  const answer = await fetch(`/sparql?query=${encodeURIComponent(QUERY)}`, { headers: { Accept: "application/sparql-results+json" } });
  const { results } = await answer.json();
  const found = new Map();
  for (const { term, label, class: kind } of results.bindings) {
    const short = shorten(term.value);
    if (!short) continue;
    const entry = found.get(short) ?? { short, kind: KINDS[kind.value.replace(/.*[#/]/, "")] ?? "", labels: [] };
    entry.labels.push(label.value);
    found.set(short, entry);
  }
  return [...found.values()];
}

const ORDER = ["class", "property", "value", "concept", "thing"];

export async function suggest(context) {
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) {
    const names = new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? []);
    names.delete(variable.text);
    return { from: variable.from, options: [...names].sort().map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
  }
  const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_:-]*/u);
  if (!word && !context.explicit) return null;
  known ??= load().catch(() => ((known = undefined), []));
  const typed = (word?.text ?? "").toLowerCase();
  const bare = typed.replace(/^[a-z-]*:/, "");
  const options = [];
  for (const entry of await known) {
    const short = entry.short.toLowerCase();
    const label = entry.labels.find((one) => one.toLowerCase().includes(bare));
    const fits = short.startsWith(typed) ? 3 : short.includes(typed) ? 2 : !typed.includes(":") && label ? 1 : 0;
    if (fits) options.push({ label: entry.short, detail: `${entry.kind}, ${label ?? entry.labels[0]}`, boost: fits * 20 - ORDER.indexOf(entry.kind) * 2 });
  }
  if (!typed.includes(":")) for (const label of WORDS) if (label.toLowerCase().startsWith(typed)) options.push({ label, type: "keyword", boost: 70 });
  options.sort((one, other) => other.boost - one.boost);
  return { from: word?.from ?? context.pos, options: options.slice(0, 60), filter: false };
}
