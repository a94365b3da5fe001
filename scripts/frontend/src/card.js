// The card: one position, as a sentence to complete. Each blank knows whether its value was proposed or given; what was
// proposed is shown so, and becomes the curator's own when the button that says so is pressed.
import { ask } from "./asking.js";
import { combine } from "./completion.js";
import { make } from "./elements.js";

let numbered = 0;

// A blank of the sentence: a label, and a field in it. `value` is what stands in it; `known` is the option it came from.
class Blank {
  constructor(card, name, label, { hint = "", required = false } = {}) {
    Object.assign(this, { card, name, label, required, known: null, proposed: false });
    this.id = `blank-${++numbered}`;
    this.wrong = make("span", { className: "wrong", id: `${this.id}-wrong`, role: "alert" });
    this.caption = make("label", { htmlFor: this.id, textContent: label, title: hint });
    this.host = make("span", { className: "blank" });
    this.host.dataset.name = name;
    this.host.append(this.caption);
  }

  place(field) {
    this.field = field;
    field.id = this.id;
    field.setAttribute("aria-describedby", this.wrong.id);
    if (this.required) field.setAttribute("aria-required", "true");
    const box = make("span", { className: "box" });
    box.append(field);
    this.host.append(box, this.wrong);
    field.addEventListener("input", () => this.given());
    // What is typed takes the place of what stands there: a blank that gets the focus is selected, by a click as well.
    let fresh = false;
    field.addEventListener("focus", () => {
      fresh = true;
      field.select?.();
    });
    field.addEventListener("click", () => {
      if (fresh) field.select?.();
      fresh = false;
    });
    return box;
  }

  get value() {
    return this.field.value.trim();
  }

  given() {
    this.known = null;
    this.mark(false);
    this.tell("");
    this.card.changed();
  }

  set(value, { known = null, proposed = false } = {}) {
    this.field.value = value;
    this.known = known;
    this.mark(proposed && value !== "");
    this.size();
  }

  mark(proposed) {
    this.proposed = proposed;
    this.host.classList.toggle("proposed", proposed);
    this.caption.dataset.state = proposed ? "proposed" : "";
    this.caption.textContent = proposed ? `${this.label}, proposed` : this.label;
    this.size();
  }

  size() {}

  tell(sentence, choices = []) {
    this.wrong.replaceChildren(sentence);
    this.host.classList.toggle("failing", Boolean(sentence));
    this.field.setAttribute("aria-invalid", String(Boolean(sentence)));
    for (const choice of choices) {
      const button = make("button", { type: "button", className: "choice", textContent: choice.detail ? `${choice.text}, ${choice.detail}` : choice.text });
      button.addEventListener("click", () => this.take(choice));
      this.wrong.append(" ", button);
    }
  }

  take(choice) {
    this.set(choice.value ?? choice.text, { known: choice });
    this.tell("");
    this.card.changed();
    this.card.next(this);
  }

  get filler() {
    return this.value;
  }

  keep() {
    return { value: this.value, known: this.known, proposed: this.proposed };
  }
}

class Choice extends Blank {
  constructor(card, name, label, values, options) {
    super(card, name, label, options);
    const field = make("select");
    field.append(make("option", { value: "", textContent: "–" })); // nothing is chosen that was neither proposed nor given
    for (const { value, label: text, hint } of values) field.append(make("option", { value, textContent: text, title: hint ?? "" }));
    this.place(field);
  }
}

class Words extends Blank {
  constructor(card, name, label, options) {
    super(card, name, label, options);
    this.place(make(options?.long ? "textarea" : "input", { rows: 2, autocomplete: "off", spellcheck: Boolean(options?.long) }));
    this.field.addEventListener("input", () => this.size());
    this.size();
  }

  size() {
    if (this.field?.tagName === "INPUT") this.field.size = Math.min(Math.max([...this.field.value].length + 2, 8), 30);
  }
}

// A thing, completed from the graph or created: `known` holds its IRI, or what it is created as.
export class Thing extends Words {
  constructor(card, name, label, options) {
    super(card, name, label, options);
    this.settled = combine(this.field, this.field.parentElement, { eager: true, find: (text) => this.find(text), take: (option) => this.take(option.choice) });
  }

  async find(text) {
    if (this.known && text === this.known.text) text = "";
    const { start, end } = this.card.span;
    const wanted = new URLSearchParams({ q: text, field: this.name, class: this.card.kind, document: this.card.document, start, end });
    const found = await ask(`/api/complete?${wanted}`).catch(() => null);
    return found?.options.map((choice) => {
      const option = make("div", { role: "option" });
      option.choice = choice;
      option.append(make("span", { className: "name", textContent: choice.text }), make("span", { className: "aside", textContent: choice.detail }));
      return option;
    });
  }

  get filler() {
    return this.known?.iri ?? this.value;
  }
}

export class Card {
  // `hooks`: `changed(card)`, `save(card)`, `discard()`, `leave()` back to the text.
  constructor(host, session, hooks) {
    Object.assign(this, { host, session, hooks, blanks: new Map(), roles: new Map(), needs: new Map(), kept: new Map() });
    host.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        hooks.save(this);
      } else if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.defaultPrevented) {
        event.preventDefault();
        this.next([...this.all()].find((blank) => blank.field === event.target));
      } else if (event.key === "Escape" && !event.defaultPrevented) hooks.leave();
    });
  }

  get kind() {
    return this.blanks.get("class")?.value ?? "";
  }

  // Waits for names that were taken before their list was there.
  settle() {
    return Promise.all([...this.all()].map((blank) => blank.settled?.()));
  }

  get open() {
    return Boolean(this.span);
  }

  get touched() {
    return [...this.all()].some((blank) => blank.value && !blank.proposed);
  }

  *all() {
    yield* this.blanks.values();
    yield* this.roles.values();
    yield* this.needs.values();
  }

  close() {
    this.span = null;
    this.draft = "";
    this.blanks.clear();
    this.roles.clear();
    this.needs.clear();
    this.host.replaceChildren();
    this.host.hidden = true;
  }

  // Opens for a span of a document: with what is proposed for it, and over that with what the card held before.
  show(of, span, quote, proposal, { held = {}, id = crypto.randomUUID(), questions = [], draft = "", notes = [] } = {}) {
    this.close();
    Object.assign(this, { document: of, span, quote, id, questions, draft, notes });
    this.host.hidden = false;
    this.build();
    this.fill(proposal);
    this.restore(held);
    this.count();
    this.next();
  }

  build() {
    const { values, classes } = this.session;
    const add = (blank) => (this.blanks.set(blank.name, blank), blank.host);
    const kind = new Choice(this, "class", "what the words are", classes.map(({ name, label, definition }) => ({ value: name, label, hint: definition })));
    kind.field.addEventListener("change", () => this.buildRoles());
    this.sentence = make("p", { className: "sentence" });
    this.sentence.append(
      add(new Thing(this, "speaker", "speaker", { required: true })), " ",
      add(new Choice(this, "polarity", "position", values.polarity, { required: true })), " that ",
      (this.middle = make("span", { className: "roles" })), "; ",
      add(new Choice(this, "commitment", "commitment", values.commitment, { required: true })), ", ",
      add(new Choice(this, "mood", "mood", values.mood, { required: true })), ", hedged by ",
      add(new Words(this, "hedge", "hedging words")), "; ",
      add(new Choice(this, "mode", "mode", values.mode, { required: true })), ".",
    );
    const asked = this.questions.map(({ number }) => ({ value: String(number), label: `question ${number}` }));
    this.further = make("details");
    this.optional = make("span", { className: "roles" });
    this.further.append(
      make("summary", { textContent: "More: whose position it is said to be, the question, what is printed" }), this.optional,
      add(new Thing(this, "ascribedTo", "ascribed to")), " ", add(new Words(this, "hedgeScope", "the hedge bears on")), " ",
      add(new Words(this, "printedAs", "printed as")), " ", add(new Choice(this, "question", "in question", asked)), " ",
      add(new Choice(this, "answers", "answers", asked)), " ", add(new Choice(this, "answerStance", "the answer", values.answerStance)),
    );
    this.button = make("button", { type: "button", className: "save" });
    this.button.addEventListener("click", () => this.hooks.save(this));
    const discard = make("button", { type: "button", className: "quiet", textContent: "Discard" });
    discard.addEventListener("click", () => this.hooks.discard());
    this.said = make("div", { className: "said", role: "alert" });
    const acts = make("p", { className: "acts" });
    acts.append(this.button, " ", discard);
    const first = make("p", { className: "first" });
    first.append(add(kind));
    const notes = make("ul", { className: "notes" });
    notes.append(...this.notes.map((note) => make("li", { textContent: note })));
    this.host.append(make("blockquote", { textContent: this.quote }), ...(this.notes.length ? [notes] : []), first, this.sentence, this.further, this.said, acts);
  }

  // The blanks of the roles, in the sentence of the class; what stood in those of the class before is kept where it fits.
  buildRoles() {
    const stood = new Map([...this.roles].map(([name, blank]) => [name, blank.keep()]));
    for (const [name, value] of stood) this.kept.set(name, value);
    this.roles.clear();
    this.middle.replaceChildren();
    this.optional.replaceChildren();
    const form = this.session.classes.find((one) => one.name === this.kind);
    if (!form) return this.middle.append("…");
    for (const part of form.sentence) this.middle.append(part.role ? this.role(form, part.role) : part.text);
    for (const name of Object.keys(form.roles)) if (!this.roles.has(name)) this.optional.append(this.role(form, name), " ");
    for (const [name, blank] of this.roles) {
      const old = this.kept.get(name);
      if (old?.value) blank.set(old.value, old);
    }
    this.count();
  }

  role(form, name) {
    const { label, definition, required, values, literal, long } = form.roles[name];
    const options = { hint: definition, required, long };
    const blank = values ? new Choice(this, name, label, values, options) : literal ? new Words(this, name, label, options) : new Thing(this, name, label, options);
    this.roles.set(name, blank);
    return blank.host;
  }

  fill(proposal) {
    this.kept.clear();
    for (const [name, value] of Object.entries(proposal)) {
      if (name !== "roles") this.blanks.get(name)?.set(value.text ?? value, { known: value.text ? value : null, proposed: true });
    }
    this.buildRoles();
    for (const [name, value] of Object.entries(proposal.roles ?? {})) {
      this.roles.get(name)?.set(value.value ?? value.text ?? value, { known: value.text ? value : null, proposed: true });
    }
  }

  restore(held) {
    const { blanks = {}, roles = {} } = held;
    for (const [name, state] of Object.entries(blanks)) if (!state.proposed && state.value) this.blanks.get(name)?.set(state.value, state);
    if (blanks.class?.value && !blanks.class.proposed) this.buildRoles();
    for (const [name, state] of Object.entries(roles)) if (!state.proposed && state.value) this.roles.get(name)?.set(state.value, state);
  }

  // What is kept of the card until it is saved.
  get state() {
    const of = (blanks) => Object.fromEntries([...blanks].map(([name, blank]) => [name, blank.keep()]));
    return { id: this.id, span: this.span, quote: this.quote, draft: this.draft, notes: this.notes, blanks: of(this.blanks), roles: of(this.roles) };
  }

  get record() {
    const record = { document: this.document, ...this.span, quote: this.quote, roles: {}, new: {} };
    const note = (blank) => {
      for (const [name, thing] of Object.entries(blank.known?.new ?? {})) record.new[name] = { ...record.new[name], ...thing }; // what one blank says of it holds for all
      return blank.filler;
    };
    for (const [name, blank] of this.blanks) if (blank.value) record[name] = note(blank);
    for (const [name, blank] of this.roles) if (blank.value) record.roles[name] = note(blank);
    for (const [field, blank] of this.needs) {
      const [, thing, property] = field.match(/^new\.(.*)\.(\w+)$/);
      if (record.new[thing] && blank.value) record.new[thing] = { ...record.new[thing], [property]: note(blank) };
    }
    return record;
  }

  changed() {
    this.said.replaceChildren();
    this.count();
    this.hooks.changed(this);
  }

  count() {
    const proposed = [...this.all()].filter((blank) => blank.proposed).length;
    this.button.textContent = proposed ? `Confirm ${proposed} proposal${proposed === 1 ? "" : "s"} and save` : "Save";
  }

  // The focus goes to the next blank that must be filled, else to the button.
  next(after) {
    const order = [...this.host.querySelectorAll("select, input, textarea")];
    const place = after ? order.indexOf(after.field) : -1;
    const empty = [...this.all()].filter((blank) => blank.required && !blank.value).map((blank) => order.indexOf(blank.field)).sort((one, other) => one - other);
    if (!this.kind) return this.blanks.get("class").field.focus();
    const found = empty.find((one) => one > place) ?? empty[0];
    (order[found] ?? this.button).focus();
  }

  // A blank for what a thing that is created needs, such as the work that it is part of; or null where a finding is not about that.
  need(field) {
    const [, thing, property] = field.match(/^new\.(.*)\.(\w+)$/) ?? [];
    const beside = [...this.all()].find((blank) => blank.known?.new?.[thing]);
    if (!beside) return null;
    if (!this.needs.has(field)) {
      const blank = new Thing(this, field, `${property} of ${thing}`, { required: true });
      this.needs.set(field, blank);
      beside.host.after(" ", blank.host);
    }
    return this.needs.get(field);
  }

  // Findings, each at the blank it is about; those about none of them stand above the button.
  tell(problems, sentence = "") {
    for (const blank of this.all()) blank.tell("");
    const others = [];
    for (const { field, sentence: told, choices } of problems) {
      const blank = this.roles.get(field) ?? this.blanks.get(field) ?? this.need(field);
      if (blank) blank.tell(told, choices);
      else others.push(told);
      if (blank && this.further.contains(blank.field)) this.further.open = true;
    }
    if (sentence && !problems.length) others.push(sentence);
    this.said.replaceChildren(...others.map((told) => make("p", { textContent: told })));
    const first = [...this.all()].find((blank) => blank.host.classList.contains("failing"));
    (first?.wrong.querySelector("button") ?? first?.field)?.focus(); // a field that gets the focus opens its list, over the sentence and the choices
  }
}
