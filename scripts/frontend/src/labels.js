// The names of things, asked of our own endpoint: IRI to label, the English one where there is one.
const MOST = 400;
const WRITABLE = /^[^<>"{}|^`\\\s]+$/;

export async function labelsOf(terms) {
  const iris = [...new Set(terms.filter((term) => term?.type === "uri" && WRITABLE.test(term.value)).map((term) => term.value))].slice(0, MOST);
  const found = new Map();
  if (!iris.length) return found;
  const query = `SELECT ?thing ?label { VALUES ?thing { ${iris.map((iri) => `<${iri}>`).join(" ")} } ?thing skos:prefLabel|rdfs:label ?label }
ORDER BY ?thing DESC(LANGMATCHES(LANG(?label), "en") || LANG(?label) = "") ?label`;
  const headers = { Accept: "application/sparql-results+json", "Content-Type": "application/sparql-query" };
  try {
    const answer = await fetch("/sparql", { method: "POST", body: query, headers });
    for (const { thing, label } of (await answer.json()).results.bindings) if (!found.has(thing.value)) found.set(thing.value, label.value);
  } catch {
    // names are a help: without them IRIs are shown
  }
  return found;
}
