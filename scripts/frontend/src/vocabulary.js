// Completion from the graph itself: classes, properties, concepts by prefixed name, things by any of their labels.
// Asked of our own endpoint once, when it is first wanted.
import { namesOf } from "./names.js";
import { prefixesOf, terms } from "./sparql.js";

const QUERY = `SELECT ?term ?label ?class WHERE {
  { ?term rdfs:isDefinedBy ?o ; rdfs:label ?label ; a ?class FILTER(?class IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty, owl:NamedIndividual)) }
  UNION { ?term a wh:Concept ; skos:prefLabel ?label BIND(wh:Concept AS ?class) }
  UNION { ?term a wh:Entity ; skos:prefLabel|skos:altLabel ?label BIND(wh:Entity AS ?class) }
  FILTER(isIRI(?term))
} ORDER BY ?term ?label LIMIT 20000`;
const KINDS = { Class: "class", ObjectProperty: "property", DatatypeProperty: "property", AnnotationProperty: "property", NamedIndividual: "value", Concept: "concept", Entity: "thing" };
const WORDS = ("SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS BIND VALUES GRAPH ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC ASK CONSTRUCT DESCRIBE PREFIX COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT AS NOT EXISTS IN LANG STR REGEX CONTAINS STRSTARTS LCASE isIRI isLiteral BOUND COALESCE IF").split(" ");

let known;

async function load() {
  const answer = await fetch(`/sparql?query=${encodeURIComponent(QUERY)}`, { headers: { Accept: "application/sparql-results+json" } });
  const { results } = await answer.json();
  const found = new Map();
  for (const { term, label, class: kind } of results.bindings) {
    const entry = found.get(term.value) ?? { iri: term.value, kind: KINDS[kind.value.replace(/.*[#/]/, "")] ?? "", labels: [] };
    entry.labels.push(label.value);
    found.set(term.value, entry);
  }
  return [...found.values()];
}

// Completion for CodeMirror: none inside strings, comments and IRIs, nor where a prefix is declared.
export async function suggest(context) {
  const text = context.state.doc.toString();
  const before = [...terms(text.slice(0, context.pos))];
  const last = before.at(-1);
  if (last?.open && !/^<[?$]/.test(last.text)) return null; // `<?x` may compare as well as begin an IRI
  const all = [...terms(text)];
  const variable = context.matchBefore(/[?$][\p{L}\p{N}_]*/u);
  if (variable) return variables(all, variable);
  const typed = last?.to === context.pos ? last : null;
  const previous = before.at(typed ? -2 : -1);
  if (typed ? !["name", "word"].includes(typed.kind) || typed.text.startsWith("_:") : !context.explicit) return null;
  if (previous?.kind === "word" && /^(prefix|base)$/i.test(previous.text)) return null;
  known ??= load().catch(() => ((known = undefined), []));
  const options = fitting(await known, typed?.text ?? "", prefixesOf(all));
  return { from: typed?.from ?? context.pos, options: options.slice(0, 60), filter: false };
}

function variables(all, typed) {
  const names = new Set(all.filter((term) => term.kind === "variable" && term.from !== typed.from).map((term) => term.text));
  return { from: typed.from, options: [...names].sort().map((label) => ({ label, type: "variable" })), validFor: /^[?$][\p{L}\p{N}_]*$/u };
}

const ORDER = ["class", "property", "value", "concept", "thing"];

// What fits a word, best first: names that begin with it, names that have it inside, things that have it in a label.
// Behind a prefix only names with this prefix are meant.
function fitting(entries, word, own) {
  const typed = word.toLowerCase();
  const local = typed.slice(typed.indexOf(":") + 1);
  const prefix = typed.slice(0, typed.length - local.length);
  const options = [];
  for (const entry of entries) {
    const label = entry.labels.find((one) => one.toLowerCase().includes(local));
    const fits = (name) => {
      const lower = name.toLowerCase();
      if (lower.startsWith(typed)) return 3;
      if (!lower.startsWith(prefix)) return 0;
      return lower.includes(local, prefix.length) ? 2 : label ? 1 : 0;
    };
    const [name, best] = namesOf(entry.iri, own).reduce((so, next) => (fits(next) > so[1] ? [next, fits(next)] : so), [null, 0]);
    if (name) options.push({ label: name, detail: `${entry.kind}, ${label ?? entry.labels[0]}`, boost: best * 20 - ORDER.indexOf(entry.kind) * 2 });
  }
  if (!prefix) for (const label of WORDS) if (label.toLowerCase().startsWith(typed)) options.push({ label, type: "keyword", boost: 70 });
  return options.sort((one, other) => other.boost - one.boost);
}
