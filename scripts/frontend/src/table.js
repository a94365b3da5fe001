// Results as a table; our own IRIs lead to their pages.
import { make } from "./elements.js";
import { pageOf, wordsOf } from "./names.js";

const MOST = 1000;

export function table(names, rows) {
  const place = make("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "Results" });
  const whole = make("table", { className: "results" });
  const head = make("tr");
  for (const name of names) head.append(Object.assign(make("th", { textContent: name }), { scope: "col" }));
  const body = make("tbody");
  for (const row of rows.slice(0, MOST)) {
    const line = make("tr");
    for (const name of names) line.append(cell(row[name]));
    body.append(line);
  }
  const top = make("thead");
  top.append(head);
  whole.append(top, body);
  place.append(whole);
  if (rows.length > MOST) place.append(make("p", { className: "tally", textContent: `The first ${MOST} are shown; the links below give all.` }));
  return place;
}

function cell(term) {
  const found = make("td");
  const page = term?.type === "uri" ? pageOf(term.value) : null;
  if (page) found.append(make("a", { href: page, textContent: wordsOf(term) }));
  else found.textContent = wordsOf(term);
  if (term?.["xml:lang"]) found.lang = term["xml:lang"];
  return found;
}
