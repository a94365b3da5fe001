// Results as bars: the first column of numbers by the first other column, or how often each value of the first column comes.
import { make, svg } from "./elements.js";
import { wordsOf } from "./names.js";

const MOST = 40;
const ROW = 26;

function numbers(names, rows) {
  return names.find((name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || (row[name].type === "literal" && row[name].value.trim() !== "" && Number.isFinite(Number(row[name].value)))));
}

export function chart(names, rows) {
  const place = make("div", { className: "drawing", tabIndex: 0, role: "region", ariaLabel: "Chart" });
  const measure = numbers(names, rows);
  const by = names.find((name) => name !== measure);
  if (!rows.length || !by) {
    place.append(make("p", { textContent: "A chart needs a column of names, and rows." }));
    return place;
  }
  const bars = measure ? rows.map((row) => [wordsOf(row[by]), Number(row[measure]?.value ?? 0)]) : counted(rows.map((row) => wordsOf(row[by])));
  const shown = bars.slice(0, MOST);
  const most = Math.max(...shown.map(([, value]) => Math.abs(value)), 0) || 1;
  const drawing = svg("svg", { width: 760, height: shown.length * ROW + 8, role: "img", "aria-label": `${measure ?? "how many rows"} by ${by}; the table says the same` });
  shown.forEach(([name, value], index) => {
    const y = index * ROW + 4;
    const width = Math.max(1, (430 * Math.abs(value)) / most);
    drawing.append(
      svg("text", { x: 236, y: y + 15, "text-anchor": "end" }, name.length > 32 ? `${name.slice(0, 31)}…` : name),
      svg("rect", { class: "bar", x: 246, y, width, height: ROW - 6 }),
      svg("text", { class: "value", x: 252 + width, y: y + 15 }, value.toLocaleString("en")),
    );
  });
  place.append(make("p", { className: "tally", textContent: `${measure ?? "Rows"} by ${by}${bars.length > MOST ? `, the first ${MOST} of ${bars.length}` : ""}` }), drawing);
  return place;
}

function counted(words) {
  const found = new Map();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return [...found].sort((one, other) => other[1] - one[1]);
}
