// Results as a graph: triples, or rows whose first two columns of things are the ends of an edge.
import { make, svg } from "./elements.js";
import { pageOf, wordsOf } from "./names.js";

const MOST = 80;

function edgesOf(names, rows) {
  const triples = names.join() === "subject,predicate,object";
  const ends = triples ? ["subject", "object"] : names.filter((name) => rows.some((row) => row[name] && row[name].type !== "literal")).slice(0, 2);
  const middle = triples ? "predicate" : names.find((name) => !ends.includes(name));
  if (ends.length < 2) return [];
  return rows.filter((row) => row[ends[0]] && row[ends[1]]).map((row) => [row[ends[0]], row[ends[1]], middle ? wordsOf(row[middle]) : ""]);
}

export function graph(names, rows) {
  const place = make("div", { className: "drawing", tabIndex: 0, role: "region", ariaLabel: "Graph" });
  const all = edgesOf(names, rows);
  const edges = all.slice(0, MOST);
  if (!edges.length) {
    place.append(make("p", { textContent: "A graph needs triples, or two columns of things." }));
    return place;
  }
  const nodes = new Map();
  for (const [from, to] of edges) for (const term of [from, to]) if (!nodes.has(term.value)) nodes.set(term.value, { term, x: 0, y: 0, degree: 0 });
  for (const [from, to] of edges) nodes.get(from.value).degree++, nodes.get(to.value).degree++;
  const size = settle([...nodes.values()], edges.map(([from, to]) => [nodes.get(from.value), nodes.get(to.value)]));
  const drawing = svg("svg", { width: size, height: size * 0.7, viewBox: `0 0 ${size} ${size * 0.7}`, role: "group", "aria-label": `${nodes.size} nodes, ${edges.length} edges; the table says the same` });
  for (const [from, to, word] of edges) {
    const one = nodes.get(from.value);
    const other = nodes.get(to.value);
    drawing.append(svg("line", { class: "link", x1: one.x, y1: one.y, x2: other.x, y2: other.y }));
    if (word && edges.length <= 24) drawing.append(svg("text", { class: "what", x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 - 4 }, clip(word, 24)));
  }
  for (const { term, x, y } of nodes.values()) {
    const shown = [svg("circle", { class: "dot", cx: x, cy: y, r: 5 }), svg("text", { x: x + 9, y: y + 4 }, clip(wordsOf(term), 34))];
    const page = term.type === "uri" ? pageOf(term.value) : null;
    drawing.append(...(page ? [svg("a", { href: page }, ...shown)] : shown));
  }
  place.append(make("p", { className: "tally", textContent: all.length > MOST ? `The first ${MOST} of ${all.length} edges` : `${edges.length} edges` }), drawing);
  return place;
}

const clip = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// Fruchterman and Reingold's layout, from a fixed start, so that the same answer looks the same.
function settle(nodes, pairs) {
  const width = Math.max(760, Math.sqrt(nodes.length) * 210);
  const height = width * 0.7;
  const ideal = Math.sqrt((width * height) / nodes.length) * 0.75;
  nodes.forEach((node, index) => {
    const angle = index * 2.399963;
    const radius = Math.sqrt((index + 0.5) / nodes.length);
    node.x = width * (0.5 + 0.42 * radius * Math.cos(angle));
    node.y = height * (0.5 + 0.42 * radius * Math.sin(angle));
  });
  for (let heat = width / 9; heat > 1; heat *= 0.955) {
    for (const node of nodes) node.dx = node.dy = 0;
    for (const node of nodes) for (const other of nodes) if (node !== other) pull(node, other, (distance) => -(ideal * ideal) / distance);
    for (const [one, other] of pairs) if (one !== other) pull(one, other, (distance) => (distance * distance) / ideal), pull(other, one, (distance) => (distance * distance) / ideal);
    for (const node of nodes) {
      const force = Math.hypot(node.dx, node.dy) || 1;
      node.x = Math.min(width - 190, Math.max(14, node.x + (node.dx / force) * Math.min(force, heat)));
      node.y = Math.min(height - 14, Math.max(14, node.y + (node.dy / force) * Math.min(force, heat)));
    }
  }
  return width;
}

function pull(node, other, strength) {
  const dx = other.x - node.x;
  const dy = other.y - node.y;
  const distance = Math.hypot(dx, dy) || 0.1;
  const force = strength(distance);
  node.dx += (dx / distance) * force;
  node.dy += (dy / distance) * force;
}
