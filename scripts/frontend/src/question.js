// A question of an interview, marked once: who asks, who is asked. Positions in it, and in the answer, inherit that.
import { Thing } from "./card.js";
import { make } from "./elements.js";

export class Question {
  // `save(record)` returns nothing, or the error that it was refused with; `leave()` goes back to the text.
  constructor(host, { save, leave }) {
    Object.assign(this, { host, save, leave });
    this.kind = "Question";
    host.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    host.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      this.close();
      leave();
    });
  }

  show(of, span, quote, { askedBy, addressee }) {
    Object.assign(this, { document: of, span });
    this.blanks = [new Thing(this, "askedBy", "who asks", { required: true }), new Thing(this, "addressee", "who is asked")];
    this.said = make("p", { className: "wrong", role: "alert" });
    const acts = make("p", { className: "acts" });
    acts.append((this.button = make("button", { textContent: "Save the question" })));
    this.host.replaceChildren(make("blockquote", { textContent: quote }), this.blanks[0].host, " ", this.blanks[1].host, this.said, acts);
    this.blanks[0].set(askedBy, { proposed: true });
    this.blanks[1].set(addressee, { proposed: true });
    this.host.hidden = false;
    this.next();
  }

  close() {
    this.host.hidden = true;
    this.host.replaceChildren();
  }

  changed() {}

  next() {
    (this.blanks.find((blank) => !blank.value)?.field ?? this.button).focus();
  }

  async submit() {
    await Promise.all(this.blanks.map((blank) => blank.settled()));
    const record = { document: this.document, ...this.span, new: {} };
    for (const blank of this.blanks) {
      if (blank.value) record[blank.name] = blank.filler;
      Object.assign(record.new, blank.known?.new);
      blank.tell("");
    }
    const error = await this.save(record);
    if (!error) return this.close();
    const others = [];
    for (const { field, sentence, choices } of error.problems ?? []) {
      const blank = this.blanks.find((one) => one.name === field);
      if (blank) blank.tell(sentence, choices);
      else others.push(sentence);
    }
    this.said.textContent = error.problems?.length ? others.join(" ") : error.message;
  }
}
