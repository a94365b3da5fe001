// Completion for CodeMirror: none inside strings, comments and IRIs, nor where a prefix is declared; elsewhere what the
// position takes: properties behind a subject, classes behind `a`, behind a property what is in its range.
import { iriOf, namesOf } from "./names.js";
import { TYPE, follow } from "./position.js";
import { prefixesOf, terms } from "./sparql.js";
import { load } from "./vocabulary.js";

const WORDS = ("SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS BIND VALUES GRAPH ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC ASK CONSTRUCT DESCRIBE PREFIX COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT AS NOT EXISTS IN LANG STR REGEX CONTAINS STRSTARTS LCASE isIRI isLiteral BOUND COALESCE IF").split(" ");
const ORDER = ["class", "property", "concept", "thing", "value"];
const WORK = "https://w3id.org/whence/ontology#Work";

let known;

export async function suggest(context) {
  const text = context.state.doc.toString();
  const before = [...terms(text.slice(0, context.pos))];
  const last = before.at(-1);
  if (last?.open && !/^<[?$]/.test(last.text)) return null; // `<?x` may compare as well as begin an IRI
  const all = [...terms(text)];
  const variable = context.matchBefore(/[?$][\p{L}\p{N}_]*/u);
  if (variable) return variables(all, variable);
  const typed = last?.to === context.pos && last.kind !== "mark" ? last : null;
  const previous = before.at(typed ? -2 : -1);
  if (typed ? !["name", "word"].includes(typed.kind) || typed.text.startsWith("_:") : !context.explicit) return null;
  if (previous?.kind === "word" && /^(prefix|base)$/i.test(previous.text)) return null;
  known ??= load().catch(() => (known = undefined));
  const words = await known;
  if (!words) return null;
  const own = prefixesOf(all);
  const place = follow(typed ? before.slice(0, -1) : before);
  place.triples = follow(all).triples; // what is said of a variable further down counts too
  const options = fitting(words, typed?.text ?? "", own, place);
  return options && { from: typed?.from ?? context.pos, options: options.slice(0, 60), filter: false };
}

function variables(all, typed) {
  const names = new Set(all.filter((term) => term.kind === "variable" && term.from !== typed.from).map((term) => term.text));
  return { from: typed.from, options: [...names].sort().map((label) => ({ label, type: "variable" })), validFor: /^[?$][\p{L}\p{N}_]*$/u };
}

// Returns how well an entry fits the position: 0 not, 1 it does, 2 it is what the ontology asks for; or null where
// only a literal does.
function judge({ range, domain, above }, { expects, subject, predicate, backwards, triples }, own) {
  const under = (one, wanted) => wanted.has(one) || [...(above.get(one) ?? [])].some((upper) => wanted.has(upper));
  if (expects === "predicate") {
    const classes = triples.filter((one) => one[0] === subject && (one[1] === TYPE || iriOf(one[1], own) === TYPE)).map((one) => iriOf(one[2], own));
    return ({ iri, kind }) => (kind !== "property" ? 0 : classes.some((one) => under(one, domain.get(iri) ?? new Set())) ? 2 : 1);
  }
  if (expects !== "object" || !predicate) return () => 1;
  const property = predicate === TYPE ? TYPE : iriOf(predicate, own);
  if (property === TYPE) return ({ kind }) => (kind === "class" ? 2 : 0);
  const wanted = (backwards ? domain : range).get(property);
  if (!wanted) return () => 1;
  if (![...wanted].some((one) => !one.startsWith("http://www.w3.org/2001/XMLSchema#"))) return null;
  return ({ kind, classes }) => (["class", "property"].includes(kind) ? 0 : !classes.size ? 1 : [...classes].some((one) => under(one, wanted)) ? 2 : 0);
}

// What fits a word, best first: names that begin with it, names that have it inside, things that have it in a label.
// Behind a prefix only names with this prefix are meant. Where nothing fits the position, whatever fits the word.
function fitting(words, word, own, place) {
  const fits = judge(words, place, own);
  if (!fits) return null;
  const typed = word.toLowerCase();
  const local = typed.slice(typed.indexOf(":") + 1);
  const prefix = typed.slice(0, typed.length - local.length);
  const options = [];
  for (const entry of words.entries) {
    const label = entry.labels.find((one) => one.toLowerCase().includes(local));
    const likeness = (name) => {
      const lower = name.toLowerCase();
      if (lower.startsWith(typed)) return 3;
      if (!lower.startsWith(prefix)) return 0;
      return lower.includes(local, prefix.length) ? 2 : label ? 1 : 0;
    };
    const [name, best] = namesOf(entry.iri, own).reduce((so, next) => (likeness(next) > so[1] ? [next, likeness(next)] : so), [null, 0]);
    if (!name) continue;
    const order = entry.classes.has(WORK) ? 1 : ORDER.indexOf(entry.kind) * 2;
    options.push({ label: name, detail: `${entry.kind}, ${label ?? entry.labels[0]}`, place: fits(entry), boost: best * 20 - order });
  }
  const some = options.some((option) => option.place);
  const chosen = some ? options.filter((option) => option.place) : options;
  for (const option of chosen) option.boost += 10 * (option.place ?? 0);
  if (place.expects === "predicate" && "a".startsWith(typed)) chosen.push({ label: "a", detail: "is a", boost: 90 });
  const keywords = !prefix && !["predicate", "object"].includes(place.expects);
  if (keywords) for (const label of WORDS) if (label.toLowerCase().startsWith(typed)) chosen.push({ label, type: "keyword", boost: 70 });
  return chosen.sort((one, other) => other.boost - one.boost);
}
