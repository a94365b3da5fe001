// How IRIs are written and shown: prefixed names, and pages of our own things.
import SHARED from "./prefixes.json";

// The prefixes of the graph that is served, its own and those of graphs that it includes: the page says them.
const GRAPH = JSON.parse(globalThis.document?.querySelector("[data-prefixes]")?.dataset.prefixes ?? "{}");
export const PREFIXES = { ...SHARED, ...GRAPH };
const ROOT = "https://w3id.org/whence/";
// PN_LOCAL (SPARQL 1.1, section 19.8), but for colons, dots and escapes inside, which nobody expects in a name.
const LOCAL = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]*$/u;

// Every prefixed name of an IRI, those by a query's own prefixes first: what they declare is no longer ours to mean.
export function namesOf(iri, own = new Map()) {
  const prefixes = [...own, ...Object.entries(PREFIXES).filter(([prefix]) => !own.has(prefix))];
  const fitting = prefixes.filter(([, namespace]) => iri.startsWith(namespace) && LOCAL.test(iri.slice(namespace.length)));
  return fitting.map(([prefix, namespace]) => `${prefix}:${iri.slice(namespace.length)}`);
}

// The IRI that a name or an IRI in angle brackets stands for, or null.
export function iriOf(text, own = new Map()) {
  if (text.startsWith("<")) return text.slice(1, -1);
  const [prefix] = text.split(":", 1);
  const namespace = own.get(prefix) ?? PREFIXES[prefix];
  return namespace === undefined || !text.includes(":") ? null : namespace + text.slice(prefix.length + 1);
}

export function wordsOf(term) {
  if (!term) return "";
  return term.type === "uri" ? namesOf(term.value)[0] ?? term.value : term.value;
}

export function pageOf(iri) {
  const [prefix, base] = Object.entries(GRAPH).find(([, base]) => iri.startsWith(base) && !base.startsWith(ROOT)) ?? [];
  if (prefix) return `/page/${prefix}/${iri.slice(base.length)}`;
  if (!iri.startsWith(ROOT)) return null;
  const rest = iri.slice(ROOT.length);
  if (rest.startsWith("id/")) return `/page/${rest.slice(3)}`;
  if (rest.startsWith("ontology#")) return `/page/ontology/${rest.slice(9)}`;
  return /^(vocab|shape|view)\//.test(rest) ? `/page/${rest}` : null;
}
