// Results as a chart by Observable Plot; the columns say which one: numbers, dates and categories.
import { barX, binX, dot, groupY, lineY, plot, rectY, ruleX, ruleY } from "@observablehq/plot";
import { make } from "./elements.js";
import { labelsOf } from "./labels.js";
import { wordsOf } from "./names.js";

const BARS = 40;
const COLOURS = ["var(--press)", "var(--makers)", "var(--hedged)", "var(--disputed)", "var(--unreal)", "var(--denied)", "var(--promotional)", "var(--soft)"];
const NUMERIC = /XMLSchema#(decimal|double|float|(unsigned|nonNegative|nonPositive|negative|positive)?(integer|int|long|short|byte))$/i;
const DATE = /^(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*|Z)?$/; // a year, a month or a day, as XSD and EDTF write them

// Returns what a column holds: `number`, `date`, `category`, or `none` when it is empty.
function kindOf(terms) {
  const given = terms.filter(Boolean);
  const every = (test) => given.every((term) => term.type === "literal" && test(term));
  const number = (term) => term.value.trim() !== "" && Number.isFinite(Number(term.value));
  if (!given.length) return "none";
  if (every((term) => NUMERIC.test(term.datatype ?? "") && number(term))) return "number";
  if (every((term) => DATE.test(term.value))) return "date";
  return every((term) => !term["xml:lang"] && number(term)) ? "number" : "category";
}

function dateOf(text) {
  const [, year, month = "01", day = "01"] = DATE.exec(text);
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year));
  return date;
}

export async function chart(names, rows) {
  if (!rows.length) return make("p", { textContent: "There is nothing to draw: the answer has no rows." });
  const labels = await labelsOf(rows.flatMap((row) => Object.values(row)));
  const read = { number: (term) => Number(term.value), date: (term) => dateOf(term.value), category: (term) => labels.get(term.value) ?? wordsOf(term) };
  const columns = names.map((name) => {
    const kind = kindOf(rows.map((row) => row[name]));
    const values = rows.map((row) => row[name] && read[kind](row[name]));
    return { name, kind, values, distinct: new Set(values.map(String)).size };
  });
  const data = rows.map((_, index) => Object.fromEntries(columns.map(({ name, values }) => [name, values[index]])));
  const chosen = choose(columns, data);
  return typeof chosen === "string" ? make("p", { textContent: chosen }) : drawn(...chosen);
}

// Returns a caption and what to plot; or a sentence on why there is no chart.
function choose(columns, data) {
  const [numbers, dates, categories] = ["number", "date", "category"].map((kind) => columns.filter((column) => column.kind === kind));
  const finest = [...categories].sort((one, other) => other.distinct - one.distinct);
  const colour = (by) => finest.find((one) => one !== by && one.distinct > 1 && one.distinct <= COLOURS.length)?.name;
  const [number, other] = numbers.map((column) => column.name);
  const [date] = dates.map((column) => column.name);
  if (number && date) {
    const stroke = colour();
    return [`?${number} by ?${date}`, { marks: [lineY(data, { x: date, y: number, z: stroke, stroke, sort: date }), dot(data, { x: date, y: number, stroke })], y: { grid: true }, color: coloured(stroke) }];
  }
  if (number && finest.length) return bars(data, finest[0], number, colour(finest[0]));
  if (other) return [`?${other} by ?${number}`, { marks: [dot(data, { x: number, y: other })], grid: true }];
  if (number) return [`How often ?${number} has which values`, { marks: [rectY(data, binX({ y: "count" }, { x: number, fill: COLOURS[0] })), ruleY([0])], y: { label: "rows", grid: true } }];
  if (date && finest.length) return timeline(data, date, finest[0]);
  const counted = [...dates, ...finest].filter((one) => one.distinct < data.length).at(-1);
  if (counted) return bars(data, counted, null, colour(counted));
  const said = columns.filter((column) => column.kind !== "none").map(({ name }) => `?${name}`);
  if (!said.length) return "No chart: no column has values.";
  return `No chart: ${said.join(", ")} ${said.length > 1 ? "have" : "has"} neither numbers nor dates, and no value that comes again. Select a number, such as (COUNT(*) AS ?n) with GROUP BY.`;
}

// Bars by a column, as long as the sum of the measure, or the number of rows without one.
function bars(data, by, measure, fill = undefined) {
  const rows = by.kind === "date" ? data.map((row) => ({ ...row, [by.name]: row[by.name]?.toISOString().slice(0, 10) })) : data;
  const totals = new Map();
  for (const row of rows) totals.set(row[by.name], (totals.get(row[by.name]) ?? 0) + (measure ? (row[measure] ?? 0) : 1));
  const names = [...totals.keys()].filter((name) => name != null).sort((one, other) => totals.get(other) - totals.get(one));
  const options = { y: by.name, fill: fill ?? COLOURS[0] };
  const mark = measure ? barX(rows, groupY({ x: "sum" }, { ...options, x: measure })) : barX(rows, groupY({ x: "count" }, options));
  const caption = `${!measure ? "Rows" : by.distinct < data.length ? `Sum of ?${measure}` : `?${measure}`} by ?${by.name}${fill ? `, coloured by ?${fill}` : ""}`;
  return [caption, { marks: [mark, ruleX([0])], x: { label: measure ?? "rows", grid: true, ...(!measure && { ticks: Math.min(10, Math.max(...totals.values())) }) }, color: coloured(fill), ...listed(names) }];
}

function timeline(data, date, by) {
  const rows = data.filter((row) => row[date] && row[by.name] != null).sort((one, other) => one[date] - other[date]);
  return [`?${by.name} by ?${date}`, { marks: [dot(rows, { x: date, y: by.name, fill: COLOURS[0], r: 5 })], x: { grid: true }, ...listed([...new Set(rows.map((row) => row[by.name]))]) }];
}

// The scale of a list of names, the first of them as many as fit, and how many do not.
function listed(names) {
  const shown = names.slice(0, BARS);
  const clip = (name) => (name.length > 34 ? `${name.slice(0, 33)}…` : name);
  return { y: { domain: shown, tickFormat: clip, label: null, tickSize: 0 }, marginLeft: 236, height: shown.length * 26 + 74, left: names.length - shown.length };
}

const coloured = (name) => name && { legend: true, range: COLOURS };

function drawn(caption, { left = 0, ...options }) {
  const figure = plot({ width: 760, marginBottom: 44, className: "plot", ariaLabel: `${caption}; the table says the same`, ...options });
  for (const style of figure.querySelectorAll("style")) style.remove(); // the page's policy allows none; whence.css has them
  for (const drawing of figure.matches("svg") ? [figure] : figure.querySelectorAll("svg.plot")) drawing.setAttribute("role", "img");
  for (const part of figure.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label"); // an image is told as a whole
  const place = make("div", { className: "drawing", tabIndex: 0, role: "region", ariaLabel: "Chart" });
  place.append(figure);
  const whole = make("div");
  whole.append(make("p", { className: "tally", textContent: `${caption}${left ? `; ${left.toLocaleString("en")} smaller or later ones are left out` : ""}` }), place);
  return whole;
}
