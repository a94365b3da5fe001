// The names of things, asked of our own endpoint: IRI to label, the English one where there is one.
const AT_ONCE = 400;
const MOST = 2000;
const WRITABLE = /^[^<>"{}|^`\\\s]+$/;

export async function labelsOf(terms) {
  const iris = [...new Set(terms.filter((term) => term?.type === "uri" && WRITABLE.test(term.value)).map((term) => term.value))].slice(0, MOST);
  const found = new Map();
  for (let from = 0; from < iris.length; from += AT_ONCE) await add(found, iris.slice(from, from + AT_ONCE));
  return found;
}

async function add(found, iris) {
  const query = `SELECT ?thing ?label { VALUES ?thing { ${iris.map((iri) => `<${iri}>`).join(" ")} } ?thing skos:prefLabel|rdfs:label ?label }
ORDER BY ?thing DESC(LANGMATCHES(LANG(?label), "en") || LANG(?label) = "") ?label`;
  const headers = { Accept: "application/sparql-results+json", "Content-Type": "application/sparql-query" };
  try {
    const answer = await fetch("/sparql", { method: "POST", body: query, headers });
    for (const { thing, label } of (await answer.json()).results.bindings) if (!found.has(thing.value)) found.set(thing.value, label.value);
  } catch {
    // names are a help: without them IRIs are shown
  }
}
