// The text to annotate: CodeMirror, read-only. It has what a list of highlighted spans in a page has not: a caret that goes
// through the text and selects words by keyboard alone, marks that overlap, and long texts drawn only where they are seen.
// It lives in a shadow root, where CodeMirror adopts its style sheets: the page's policy allows no style elements.
import { defaultKeymap } from "@codemirror/commands";
import { EditorSelection, EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, drawSelection, keymap } from "@codemirror/view";
import { make } from "./elements.js";

const STANCES = ["makers", "press", "hedged", "implied", "promotional", "denied", "disputed", "premise"];
const UNREAL = ["intended", "expected", "wished", "compared"];

const look = EditorView.theme({
  "&": { fontSize: "1.08rem", color: "var(--ink)", backgroundColor: "var(--sheet)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--serif)", lineHeight: "2", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".8rem 1rem" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--focus) 30%, transparent)" },
  ".position": { "--stance": "var(--unattested)", backgroundColor: "color-mix(in srgb, var(--stance) 13%, transparent)", borderBottom: "2px solid var(--stance)", paddingBottom: "1px" },
  ".position .position": { paddingBottom: "4px" },
  ".position .position .position": { paddingBottom: "7px" },
  ...Object.fromEntries(STANCES.map((stance) => [`.position.${stance}`, { "--stance": `var(--${stance})` }])),
  ...Object.fromEntries(UNREAL.map((stance) => [`.position.${stance}`, { "--stance": "var(--unreal)" }])),
  ".position.denied, .position.disputed": { borderBottomStyle: "double", borderBottomWidth: "4px" },
  ".position.hedged, .position.implied": { borderBottomStyle: "dashed" },
  ".position.premise, .position.expected, .position.wished, .position.intended, .position.compared": { borderBottomStyle: "dotted" },
  ".question": { boxShadow: "inset 0 1px var(--soft)" },
  ".draft": { outline: "1px dashed var(--soft)" },
  ".chosen": { backgroundColor: "color-mix(in srgb, var(--focus) 26%, transparent)", outline: "1px solid var(--focus)" },
  ".sign": { fontFamily: "var(--sans)", fontSize: ".7em", marginRight: "1px", color: "var(--soft)", verticalAlign: "super", lineHeight: "0" },
});

class Sign extends WidgetType {
  constructor(text, title) {
    super();
    Object.assign(this, { text, title });
  }
  eq(other) {
    return other.text === this.text && other.title === this.title;
  }
  toDOM() {
    return make("span", { className: "sign", textContent: this.text, title: this.title, role: "img", ariaLabel: this.title });
  }
}

const draw = StateEffect.define();
const drawn = StateField.define({
  create: () => Decoration.none,
  update: (marks, transaction) => transaction.effects.reduce((so, effect) => (effect.is(draw) ? effect.value : so), marks),
  provide: (field) => EditorView.decorations.from(field),
});

// `selected(from, to, byPointer)` is told of each selection that has ended, `moved(place)` of the caret, both in UTF-16 units;
// `enter()` of the key Enter.
export function showText(host, label, { selected, moved, enter }) {
  const root = host.attachShadow({ mode: "open" });
  const place = document.createElement("div");
  root.append(place);
  const state = (text) =>
    EditorState.create({
      doc: text,
      extensions: [
        EditorState.lineSeparator.of("\n"), // a carriage return is a character of the text like any other
        EditorState.readOnly.of(true),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", inputmode: "none", spellcheck: "false" }),
        drawSelection(),
        Prec.highest(keymap.of([{ key: "Enter", run: () => (enter(), true) }])),
        keymap.of(defaultKeymap),
        EditorView.updateListener.of((update) => update.selectionSet && moved(update.state.selection.main.head)),
        EditorView.domEventHandlers({
          mouseup: (_, view) => void setTimeout(() => {
            const { from, to } = view.state.selection.main;
            if (from < to) selected(from, to);
          }),
        }),
        look,
        drawn,
      ],
    });
  const view = new EditorView({ parent: place, root, state: state("") });
  return {
    show: (text) => view.setState(state(text)),
    text: () => view.state.doc.toString(),
    selection: () => view.state.selection.main,
    focus: () => view.focus(),
    collapse: () => view.dispatch({ selection: { anchor: view.state.selection.main.head } }),
    select(from, to) {
      view.dispatch({ selection: EditorSelection.single(from, to), effects: EditorView.scrollIntoView(from, { y: "center" }) });
    },
    // `positions` with `from`, `to`, `stance`, `sign` and `words`, the longer first where two begin together.
    mark(positions, questions, drafts, chosen) {
      const ranges = [];
      for (const { from, to } of questions) ranges.push(Decoration.mark({ class: "question" }).range(from, to));
      for (const { from, to, stance, sign, words } of positions) {
        ranges.push(Decoration.widget({ widget: new Sign(sign, words), side: 1 }).range(from));
        ranges.push(Decoration.mark({ class: `position ${stance}` }).range(from, to));
      }
      for (const { from, to } of drafts) ranges.push(Decoration.mark({ class: "draft" }).range(from, to));
      if (chosen && chosen.from < chosen.to) ranges.push(Decoration.mark({ class: "chosen" }).range(chosen.from, chosen.to));
      view.dispatch({ effects: draw.of(Decoration.set(ranges, true)) });
    },
  };
}
