// The terminals of SPARQL (SPARQL 1.1, section 19.8), as far as completion needs them: where a text stands inside a
// string, a comment or an IRI, and which prefixes and variables it has. Works on texts that are not finished.

// Kind, the term up to its end, what ends it (nothing: it ends by itself), and whether it may go on over lines.
const TERMINALS = [
  ["comment", /#[^\n\r]*/y],
  ["string", /"""(?:"{0,2}(?:[^"\\]|\\[^]))*/y, '"""', true],
  ["string", /'''(?:'{0,2}(?:[^'\\]|\\[^]))*/y, "'''", true],
  ["string", /"(?:[^"\\\n\r]|\\[^\n\r])*/y, '"'],
  ["string", /'(?:[^'\\\n\r]|\\[^\n\r])*/y, "'"],
  ["iri", /<[^<>"{}|^`\\\u0000-\u0020]*/y, ">"],
  ["variable", /[?$][\p{L}\p{N}_]+/uy],
  ["language", /@[A-Za-z0-9-]*/y],
  ["name", /(?=[\p{L}_:])(?:[\p{L}\p{M}\p{N}_-]|\.(?=[\p{L}\p{N}_-]))*(?::(?:[\p{L}\p{M}\p{N}_:-]|\.(?=[\p{L}\p{N}_:-]))*)?/uy],
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ["mark", /[^\s]/uy],
];

// Yields each term with its kind and place; `open` when the text ends before it does. A name has a colon, a word has none.
export function* terms(text) {
  for (let from = 0; from < text.length; ) {
    const term = termAt(text, from);
    if (term) yield term;
    from = term?.to ?? from + 1;
  }
}

function termAt(text, from) {
  for (const [kind, body, end, long] of TERMINALS) {
    body.lastIndex = from;
    if (!body.test(text)) continue;
    const to = body.lastIndex;
    const made = (at, open) => {
      const term = text.slice(from, at);
      return { kind: kind === "name" && !term.includes(":") ? "word" : kind, from, to: at, open, text: term };
    };
    if (!end) return made(to, kind === "comment" && to === text.length);
    if (text.startsWith(end, to)) return made(to + end.length, false);
    if (long || to === text.length || (kind === "string" && to + 1 === text.length && text[to] === "\\")) return made(text.length, true);
    if (kind === "string") return made(to, false); // broken off by the end of its line
    // an IRI that breaks off is a less-than sign
  }
  return null;
}

// The prefixes that a query declares itself: name to namespace.
export function prefixesOf(all) {
  const found = new Map();
  let base;
  all.forEach((term, index) => {
    const [next, after] = all.slice(index + 1, index + 3).map((one) => (one.open ? null : one));
    if (term.kind !== "word" || !next) return;
    if (/^base$/i.test(term.text) && next.kind === "iri") base = resolved(next, base);
    else if (/^prefix$/i.test(term.text) && /^[^:]*:$/.test(next.text) && after?.kind === "iri") found.set(next.text.slice(0, -1), resolved(after, base));
  });
  return found;
}

function resolved({ text }, base) {
  const iri = text.slice(1, -1);
  return base && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(iri) && URL.canParse(iri, base) ? new URL(iri, base).href : iri;
}
