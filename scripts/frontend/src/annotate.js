// The annotator's page: documents, the text with its positions, the card, and what ties them together.
import { Refused, ask, insist } from "./asking.js";
import { Card } from "./card.js";
import { make, svg } from "./elements.js";
import { keeper } from "./kept.js";
import { offsetsOf } from "./offsets.js";
import { showText } from "./passage.js";
import { Question } from "./question.js";

const POLL = 3000;
const find = (id) => document.getElementById(id);
const say = (sentence) => (find("status").textContent = sentence);
const waiting = (gone) => {
  find("gone").hidden = !gone;
  if (!gone) say("The annotator answers again.");
};

let session, reading, offsets, card, keep, version;
let busy = false;

const text = showText(find("text"), "The text, read-only", {
  selected: (from, to) => open(from, to),
  moved: (place) => list(place),
  enter: () => {
    const { from, to } = text.selection();
    if (from < to) return open(from, to);
    const here = sentences().find((one) => one.from <= from && from <= one.to);
    if (here) text.select(here.from, here.to);
  },
});

async function start() {
  try {
    session = await insist("/api/session", undefined, waiting);
  } catch (error) {
    return fail(error);
  }
  keep = await keeper(session.graph);
  find("curator").value = localStorage.getItem("curator") ?? session.curator;
  find("curator").addEventListener("change", () => localStorage.setItem("curator", curator()));
  find("title").textContent = session.title;
  document.title = `${session.title} – whence annotate`;
  card = new Card(find("card"), session, { changed: remember, save, discard, leave: () => text.focus() });
  const choose = find("document");
  for (const { iri, name, held } of session.documents) choose.append(make("option", { value: iri, textContent: held ? name : `${name} (text not here)`, disabled: !held }));
  const wanted = new URLSearchParams(location.search).get("document");
  const first = session.documents.find((one) => one.iri === wanted && one.held) ?? session.documents.find((one) => one.held);
  if (!first) return fail(new Error(session.documents.length ? "None of the texts of the documents is in the folder of texts. Start with --texts DIR." : "The graph has no documents yet. Add one with whence add FILE."));
  choose.value = first.iri;
  choose.addEventListener("change", () => load(choose.value));
  await load(first.iri);
  setInterval(poll, POLL);
}

function fail(error) {
  find("gone").hidden = true;
  find("failure").hidden = false;
  find("failure").textContent = error instanceof Refused && error.status === 401 ? "This window is not the one that whence annotate opened. Open the address that it printed." : error.message;
}

async function load(iri) {
  card.close();
  await refresh(iri, true);
  history.replaceState(null, "", `?${new URLSearchParams({ document: iri })}`);
  const left = await keep.find(iri);
  if (left) {
    await reopen(left);
    say("An unfinished card was kept from before. It is open again.");
  } else text.focus();
}

// Fetches the document with its positions again; the text is drawn anew only when it is another.
async function refresh(iri = reading.iri, anew = false) {
  try {
    const found = await insist(`/api/document?${new URLSearchParams({ iri })}`, undefined, waiting);
    if (anew || found.text !== reading?.text) {
      offsets = offsetsOf(found.text);
      text.show(found.text);
    }
    reading = found;
    version = found.version;
    find("failure").hidden = true;
    find("undo").disabled = !found.undo;
    const units = (one) => ({ ...one, from: offsets.toUnit(one.start), to: offsets.toUnit(one.end) });
    reading.positions = reading.positions.map(units);
    reading.questions = reading.questions.map(units);
    reading.drafts = reading.drafts.map(units);
    draw();
  } catch (error) {
    fail(error);
  }
}

// Looks whether another window, another command or an editor changed the files; a card that is open stays as it is.
async function poll() {
  if (document.hidden || busy) return;
  const state = await ask("/api/version").catch((error) => error);
  find("gone").hidden = !(state instanceof Error) || state instanceof Refused;
  if (state instanceof Refused) return fail(state);
  if (state instanceof Error || busy) return;
  find("failure").hidden = true;
  if (state.version === version) return;
  await refresh();
  say("The graph was changed elsewhere; the positions are up to date.");
}

function draw() {
  const chosen = card.open ? { from: offsets.toUnit(card.span.start), to: offsets.toUnit(card.span.end) } : null;
  text.mark(reading.positions, reading.questions, reading.drafts, chosen);
  listDrafts();
  list(text.selection().head);
  drawBar();
}

// The bar: what of the text is in a passage, and what carries no claim yet.
function drawBar() {
  const { length } = reading.text;
  const bar = find("bar");
  const place = (unit) => ((1000 * unit) / Math.max(1, length)).toFixed(2);
  bar.replaceChildren(svg("rect", { class: "paper", x: 0, y: 0, width: 1000, height: 20 }));
  for (const { from, to, stance } of reading.positions) {
    bar.append(svg("rect", { class: `passage stance-${stance}`, x: place(from), y: 0, width: Math.max(1.5, place(to) - place(from)), height: 20 }));
  }
  const open = uncovered();
  const covered = covers().reduce((sum, [from, to]) => sum + to - from, 0);
  find("coverage").textContent = `${reading.positions.length} positions; ${Math.round((100 * covered) / Math.max(1, length))} % of the text is in a passage. ${open.length ? `${open.length} sentence${open.length === 1 ? " carries" : "s carry"} no claim yet.` : "Every sentence carries a claim."}`;
  find("next").disabled = !open.length;
}

function covers() {
  const merged = [];
  for (const { from, to } of [...reading.positions].sort((one, other) => one.from - other.from)) {
    if (merged.length && from <= merged.at(-1)[1]) merged.at(-1)[1] = Math.max(merged.at(-1)[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function sentences() {
  const found = [];
  for (const { segment, index } of new Intl.Segmenter(reading.language || undefined, { granularity: "sentence" }).segment(reading.text)) {
    let at = index;
    for (const line of segment.split("\n")) {
      const from = at + line.length - line.trimStart().length;
      if (line.trim()) found.push({ from, to: from + line.trim().length });
      at += line.length + 1;
    }
  }
  return found;
}

const uncovered = () => sentences().filter(({ from, to }) => !reading.positions.some((one) => one.from < to && from < one.to));

function goToNext() {
  const open = uncovered();
  const next = open.find((one) => one.from > text.selection().from) ?? open[0];
  if (!next) return say("Every sentence carries a claim.");
  text.select(next.from, next.to);
  text.focus();
}

// The positions at the caret, in words.
function list(place) {
  if (!reading) return;
  const here = reading.positions.filter((one) => one.from <= place && place <= one.to);
  find("here").replaceChildren(
    ...here.map((one) => {
      const item = make("li", { className: `line stance-${one.stance}` });
      item.append(make("span", { className: "sign", textContent: one.sign, title: one.words, role: "img", ariaLabel: one.words }), ` ${one.told}`);
      return item;
    }),
  );
  find("nothing").hidden = here.length > 0;
}

const spanOf = (from, to) => ({ start: offsets.toPoint(from), end: offsets.toPoint(to) });

// Opens the card for words of the text. A card that is open and has something of the curator's in it keeps that: the words
// are what changes.
async function open(from, to) {
  const raw = reading.text.slice(from, to);
  from += raw.length - raw.trimStart().length;
  to -= raw.length - raw.trimEnd().length;
  if (from >= to) return;
  const held = card.open && (card.touched || card.draft) ? card.state : null;
  text.collapse(); // the card's words are marked; dragging over selected words would move them
  await reopen({ ...held, span: spanOf(from, to), quote: reading.text.slice(from, to) });
  remember();
}

async function reopen({ span, quote, blanks = {}, roles = {}, id, draft = "", notes = [] }) {
  const { iri, questions } = reading;
  const found = draft ? await ask("/api/draft", { id: draft }).catch(() => null) : null;
  const proposal = found?.proposal ?? (await ask("/api/propose", { document: iri, ...span }).catch(() => ({})));
  card.show(iri, span, quote, proposal, { held: { blanks, roles }, id, questions, draft: found ? draft : "", notes: found?.notes ?? notes });
  if (found) card.tell(found.problems);
  draw();
}

// What a model or another tool proposed, and nobody has accepted yet.
function listDrafts() {
  find("drafts").hidden = !reading.drafts.length;
  find("waiting").replaceChildren(
    ...reading.drafts.map((draft) => {
      const { id, start, end, from, to, told } = draft;
      const quote = reading.text.slice(from, to);
      const item = make("li");
      const look = make("button", { type: "button", className: "choice", textContent: "Look at it", ariaLabel: `Look at the draft “${quote}”` });
      const refuse = make("button", { type: "button", className: "choice", textContent: "Refuse", ariaLabel: `Refuse the draft “${quote}”` });
      look.addEventListener("click", async () => {
        text.select(from, from);
        await reopen({ span: { start, end }, quote, draft: id });
        remember();
      });
      refuse.addEventListener("click", () => change("/api/draft", { id, refuse: true, curator: curator() }, () => card.draft === id && discard()).catch((error) => say(error.message)));
      item.append(make("q", { textContent: quote }), make("span", { className: "aside", textContent: told }), make("br"), look, " ", refuse);
      return item;
    }),
  );
}

const curator = () => find("curator").value.trim();

function remember() {
  try {
    keep.keep(reading.iri, card.state);
  } catch {
    say("The browser keeps nothing for this page: an unfinished card lasts as long as the window.");
  }
}

function discard() {
  keep.drop(reading.iri);
  card.close();
  draw();
  text.focus();
}

// Has the files changed, shows what became of the positions, and says it; one change at a time.
async function change(path, body, done = () => {}) {
  busy = true;
  say("Saving …");
  try {
    const { sentences: told } = await insist(path, body, waiting);
    done();
    await refresh();
    say(told.join(" "));
  } catch (error) {
    say("");
    throw error;
  } finally {
    busy = false;
  }
}

async function save() {
  if (busy || !card.open) return;
  card.host.setAttribute("aria-busy", "true");
  await card.settle();
  try {
    await change("/api/save", { card: card.id, record: card.record, draft: card.draft, curator: curator() }, () => {
      keep.drop(reading.iri);
      card.close();
    });
    text.focus();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    card.tell(error.problems, error.message);
  } finally {
    card.host.removeAttribute("aria-busy");
  }
}

async function undo() {
  if (!busy) await change("/api/undo", {}).catch((error) => say(error.message));
}

// Marks the selected words as a question: positions in them, and those up to the next question, inherit it.
function markQuestion() {
  const { from, to } = text.selection();
  if (from >= to && !card.open) return say("Select the words of the question first.");
  const span = from < to ? spanOf(from, to) : card.span;
  if (card.open) discard();
  const before = reading.questions.at(-1);
  const quote = reading.text.slice(offsets.toUnit(span.start), offsets.toUnit(span.end));
  question.show(reading.iri, span, quote, { askedBy: before?.asker ?? reading.writer, addressee: before?.addressee ?? "" });
}

const question = new Question(find("asking"), {
  leave: () => text.focus(),
  async save(record) {
    try {
      await change("/api/question", record);
      text.focus();
      return null;
    } catch (error) {
      return error;
    }
  },
});

const keys = { KeyN: goToNext, KeyQ: markQuestion, KeyZ: undo, KeyT: () => text.focus(), KeyC: () => card.open && card.next() };
addEventListener("keydown", (event) => {
  const act = event.altKey && !event.ctrlKey && !event.metaKey && keys[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});
find("next").addEventListener("click", goToNext);
find("undo").addEventListener("click", undo);
find("mark-question").addEventListener("click", markQuestion);
start();
