// Results as a graph, laid out in layers by dagre: triples, or rows whose first two columns of things are the ends of an arrow.
import { Graph, layout } from "@dagrejs/dagre";
import { make, svg } from "./elements.js";
import { labelsOf } from "./labels.js";
import { pageOf, wordsOf } from "./names.js";

const MOST = 150;
const LINE = 17;
const LETTERS = 26;
const NAMING = /(#label|#prefLabel)$/;

// Returns the arrows [from, to, what] of results, and how to read them; no arrows, and why, where there can be none.
function arrowsOf(names, rows) {
  if (names.join() === "subject,predicate,object") {
    const told = rows.filter(({ predicate, object }) => !(NAMING.test(predicate.value) && object.type === "literal"));
    const how = told.length ? "Arrows lead from the subject to the object of each triple." : "There is no arrow to draw: all these triples are names.";
    return { arrows: told.map((row) => [row.subject, row.object, row.predicate]), how };
  }
  const things = names.filter((name) => rows.some((row) => row[name] && row[name].type !== "literal"));
  const [from, to] = things;
  if (!to) return { arrows: [], how: `A graph needs triples, or two columns of things; ${from ? `only ?${from} has things` : "no column has things"}.` };
  const middle = names.find((name) => name !== from && name !== to);
  const arrows = rows.filter((row) => row[from] && row[to]).map((row) => [row[from], row[to], middle && row[middle]]);
  return { arrows, how: `Arrows lead from ?${from} to ?${to}${middle ? `, with ?${middle} on them` : ""}.` };
}

export async function graph(names, rows) {
  const { arrows, how } = arrowsOf(names, rows);
  if (!arrows.length) return make("p", { textContent: rows.length ? how : "There is nothing to draw: the answer has no rows." });
  const shown = arrows.slice(0, MOST);
  const labels = await labelsOf(shown.flat());
  const said = (term) => (term ? labels.get(term.value) ?? wordsOf(term) : "");
  const { laid, edges } = arrange(shown, said);
  const { width, height } = laid.graph();
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": `${laid.nodeCount()} nodes, ${shown.length} arrows; the table says the same` });
  drawing.append(tip());
  drawing.append(...edges.map(({ path, points }) => svg("path", { class: "link", d: path ?? curve(points), "marker-end": "url(#tip)" })));
  drawing.append(...edges.filter(({ word }) => word).map(({ word, x, y }) => svg("text", { class: "what", x, y: y + 4 }, word)));
  for (const id of laid.nodes()) drawing.append(node(laid.node(id)));
  const place = make("div", { className: "drawing", tabIndex: 0, role: "region", ariaLabel: "Graph" });
  place.append(drawing);
  const count = arrows.length > MOST ? `The first ${MOST} of ${arrows.length.toLocaleString("en")} arrows` : `${laid.nodeCount()} nodes, ${arrows.length} arrows`;
  const whole = make("div");
  whole.append(make("p", { className: "tally", textContent: `${count}. ${how}` }), sizes(drawing, width), place);
  const first = laid.node(laid.nodes()[0]);
  requestAnimationFrame(() => place.scrollTo(first.x - place.clientWidth / 2, first.y - place.clientHeight / 2));
  return whole;
}

function arrange(arrows, said) {
  const laid = new Graph({ multigraph: true });
  const loops = [];
  laid.setGraph({ rankdir: "LR", nodesep: 16, ranksep: 70, edgesep: 12, marginx: 30, marginy: 30 });
  laid.setDefaultEdgeLabel(() => ({}));
  const idOf = (term, subject) => (term.type === "literal" ? `${subject.value} ${term.value}` : term.value);
  arrows.forEach(([from, to, what], index) => {
    for (const term of [from, to]) {
      const id = idOf(term, from);
      if (laid.hasNode(id)) continue;
      const lines = linesOf(said(term));
      laid.setNode(id, { term, lines, name: said(term), width: 22 + Math.max(...lines.map(wide)), height: lines.length * LINE + 14 });
    }
    const word = clip(said(what), LETTERS);
    if (idOf(to, from) === idOf(from, from)) return loops.push({ id: idOf(from, from), word });
    laid.setEdge(idOf(from, from), idOf(to, from), { word, width: word ? wide(word) + 8 : 0, height: word ? LINE : 0, labelpos: "c" }, String(index));
  });
  layout(laid);
  const edges = laid.edges().map((edge) => sideways(laid.edge(edge), laid.node(edge.v), laid.node(edge.w)));
  return { laid, edges: [...edges, ...loops.map(({ id, word }) => loop(laid.node(id), word))] };
}

// The same edge from the side of its source to the side of its target, where its ends would else be above or below.
function sideways(edge, source, target) {
  const way = Math.sign(target.x - source.x);
  const end = ({ x, y, width, height }, side, at) => ({ x: x + (side * width) / 2, y: Math.min(y + height / 2 - 6, Math.max(y - height / 2 + 6, at.y)) });
  if (!way) return edge;
  return { ...edge, points: [end(source, way, edge.points[0]), ...edge.points.slice(1, -1), end(target, -way, edge.points.at(-1))] };
}

// An arrow from a thing to itself, around its upper right corner; the layout would draw it outside.
function loop({ x, y, width, height }, word) {
  const [right, top] = [x + width / 2, y - height / 2];
  return { word, x: right + 14, y: top - 18, path: `M${right - 16} ${top}C${right - 16} ${top - 26} ${right + 26} ${y} ${right} ${y}` };
}

const clip = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const pen = document.createElement("canvas").getContext("2d");
pen.font = "13px system-ui, sans-serif";
const wide = (text) => Math.ceil(pen.measureText(text).width);

// A name in at most three lines; words that are longer than a line, and names without spaces, are cut.
function linesOf(name) {
  const lines = [""];
  for (const word of name.split(/\s+/)) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= LETTERS) lines.push("");
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  const shown = lines.slice(0, 3).map((line) => clip(line, LETTERS + 4));
  if (lines.length > 3) shown[2] = `${shown[2].replace(/…$/, "")}…`;
  return shown;
}

function tip() {
  const marker = svg("marker", { id: "tip", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" }, svg("path", { d: "M0 0L10 5L0 10z" }));
  return svg("defs", {}, marker);
}

// A curve through the points of the layout, level at each of them, so that it never swings beyond.
function curve([first, ...others]) {
  let from = first;
  const parts = others.map((to) => {
    const middle = (from.x + to.x) / 2;
    const part = `C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
    from = to;
    return part;
  });
  return `M${first.x} ${first.y}${parts.join("")}`;
}

function node({ term, lines, name, x, y, width, height }) {
  const page = term.type === "uri" ? pageOf(term.value) : null;
  const box = svg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: term.type === "literal" ? 0 : 5 });
  const top = y - ((lines.length - 1) * LINE) / 2 + 4.5;
  const texts = lines.map((line, index) => svg("text", { x, y: top + index * LINE }, line));
  const told = svg("title", {}, name === wordsOf(term) ? name : `${name} (${wordsOf(term)})`);
  return svg(page ? "a" : "g", { class: `node ${term.type}`, ...(page && { href: page }) }, told, box, ...texts);
}

// Buttons that draw it larger and smaller, or as wide as its place.
function sizes(drawing, width) {
  let scale = 1;
  const row = make("p", { className: "sizes" });
  const resize = (next) => {
    scale = Math.min(3, Math.max(0.2, next()));
    drawing.setAttribute("width", width * scale);
    drawing.setAttribute("height", drawing.viewBox.baseVal.height * scale);
  };
  for (const [name, next] of [["Smaller", () => scale / 1.25], ["Larger", () => scale * 1.25], ["Fit", () => drawing.parentNode.clientWidth / width]]) {
    const button = make("button", { type: "button", textContent: name });
    button.addEventListener("click", () => resize(next));
    row.append(button);
  }
  return row;
}
