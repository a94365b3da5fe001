// Runs a query at our endpoint and shows what comes back: table, raw text, graph, chart.
// Graph and chart bring large libraries, which are loaded when they are wanted.
import { make } from "./elements.js";
import { table } from "./table.js";

const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";
const BYTES = 8_000_000;

export async function run(text, place, address) {
  place.setAttribute("aria-busy", "true");
  const begun = performance.now();
  try {
    const answer = await fetch("/sparql", { method: "POST", body: text, headers: { Accept: ACCEPT, "Content-Type": "application/sparql-query" } });
    const body = await answer.text();
    if (!answer.ok) return fail(place, problemOf(answer, body));
    show(place, read(answer.headers.get("Content-Type") ?? "", body), body, text, address, performance.now() - begun);
    place.prepend(...hintsOf(answer.headers.get("Whence-Hint") ?? ""));
    return null;
  } catch {
    return fail(place, { detail: "The answer broke off or the server cannot be reached. Try again, or narrow the query." });
  } finally {
    place.removeAttribute("aria-busy");
  }
}

// A list of what the query perhaps got wrong; the header is a list of display strings (RFC 9651, section 3.3.8).
function hintsOf(header) {
  const told = [...header.matchAll(/%"([^"]*)"/g)].map(([, text]) => make("li", { textContent: decodeURIComponent(text) }));
  if (!told.length) return [];
  const list = make("ul", { className: "told", ariaLabel: "Hints" });
  list.append(...told);
  return [list];
}

function problemOf(answer, body) {
  try {
    return JSON.parse(body);
  } catch {
    return { detail: `The server answered ${answer.status}.` };
  }
}

function read(type, body) {
  if (!type.includes("json")) return { triples: triplesOf(body) };
  const found = JSON.parse(body);
  return "boolean" in found ? { truth: found.boolean } : { names: found.head.vars, rows: found.results.bindings };
}

function triplesOf(text) {
  const term = String.raw`(<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:\^\^<[^>]*>|@[\w-]+)?)`;
  const line = new RegExp(`^${term} ${term} ${term} \\.$`, "gmu");
  return [...text.matchAll(line)].map(([, ...terms]) => terms.map(termOf));
}

function termOf(text) {
  if (text.startsWith("<")) return { type: "uri", value: text.slice(1, -1) };
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  const end = text.lastIndexOf('"');
  const term = { type: "literal", ...(text[end + 1] === "^" && { datatype: text.slice(end + 4, -1) }) };
  try {
    return { ...term, value: JSON.parse(text.slice(0, end + 1)) };
  } catch {
    return { ...term, value: text.slice(1, end) };
  }
}

function fail(place, problem) {
  const box = make("div", { className: "failure", role: "alert" });
  const told = make("p");
  if (problem.line) told.append(make("strong", { textContent: `Line ${problem.line}${problem.column ? `, column ${problem.column}` : ""}: ` }));
  told.append(problem.detail ?? problem.title ?? "The query failed.");
  box.append(told);
  if (problem.excerpt) box.append(make("pre", { textContent: problem.excerpt }));
  place.replaceChildren(box);
  return problem;
}

function show(place, found, body, text, address, taken) {
  const head = make("p", { className: "tally" });
  if ("truth" in found) {
    head.textContent = `${Math.round(taken)} ms`;
    return place.replaceChildren(make("p", { className: "truth", textContent: found.truth ? "Yes." : "No." }), head, links(text, address, ["json", "xml", "csv"]));
  }
  const names = found.names ?? ["subject", "predicate", "object"];
  const rows = found.rows ?? found.triples.map((terms) => Object.fromEntries(names.map((name, index) => [name, terms[index]])));
  const what = found.triples ? "triple" : "row";
  head.textContent = `${rows.length.toLocaleString("en")} ${what}${rows.length === 1 ? "" : "s"}, ${Math.round(taken)} ms`;
  const views = {
    Table: () => table(names, rows),
    Raw: () => raw(body),
    Graph: async () => (await import("./graph.js")).graph(names, rows),
    Chart: async () => (await import("./chart.js")).chart(names, rows),
  };
  place.replaceChildren(head, ...tabs(views), links(text, address, found.triples ? ["turtle", "nt", "jsonld", "rdfxml"] : ["json", "csv", "tsv", "xml"]));
}

function raw(body) {
  return make("pre", { className: "raw", tabIndex: 0, role: "region", ariaLabel: "Raw answer", textContent: body.slice(0, BYTES) });
}

// Tabs with arrow keys (WAI-ARIA Authoring Practices 1.2, tabs pattern).
function tabs(views) {
  const bar = make("div", { className: "tabs", role: "tablist", ariaLabel: "How to see the results" });
  const panel = make("div", { role: "tabpanel", id: "panel", tabIndex: -1 });
  let chosen;
  const buttons = Object.entries(views).map(([name, view]) => {
    const button = make("button", { type: "button", role: "tab", id: `tab-${name}`, textContent: name, tabIndex: -1 });
    button.setAttribute("aria-controls", "panel");
    button.addEventListener("click", () => choose(button, view));
    bar.append(button);
    return button;
  });
  async function choose(button, view) {
    for (const other of buttons) {
      other.setAttribute("aria-selected", String(other === button));
      other.tabIndex = other === button ? 0 : -1;
    }
    panel.setAttribute("aria-labelledby", button.id);
    chosen = button;
    let shown = view();
    if (shown instanceof Promise) {
      panel.replaceChildren(make("p", { className: "tally", textContent: "Drawing …" }));
      shown = await shown.catch(() => make("p", { role: "alert", textContent: "This could not be drawn. Reload the page and try again." }));
    }
    if (chosen === button) panel.replaceChildren(shown);
  }
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  });
  choose(buttons[0], views.Table);
  return [bar, panel];
}

function links(text, address, formats) {
  const row = make("p", { className: "link-row" });
  row.append(make("a", { href: address, textContent: "Permanent link" }), "All of it as ");
  for (const format of formats) row.append(make("a", { href: `/sparql?query=${encodeURIComponent(text)}&format=${format}`, textContent: format }));
  return row;
}
