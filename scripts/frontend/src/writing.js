// The editor itself. It lives in a shadow root, where CodeMirror adopts its style sheets: the page's policy allows no
// style elements.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { setDiagnostics, lintGutter } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { suggest } from "./suggesting.js";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.atom, tags.special(tags.variableName), tags.variableName], color: "var(--press)" },
  { tag: [tags.string, tags.number], color: "var(--makers)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { fontSize: ".95rem", color: "var(--ink)", backgroundColor: "var(--sheet)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "17rem", maxHeight: "34rem", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".6rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--faint)", color: "var(--soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--press) 9%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--focus) 28%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete > ul > li": { fontFamily: "var(--mono)", padding: ".2rem .5rem" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--faint)", color: "var(--ink)", boxShadow: "inset 3px 0 var(--accent)" },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal", fontFamily: "var(--sans)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--denied)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--denied) 2px", textUnderlineOffset: "4px" },
  ".cm-matchingBracket": { backgroundColor: "var(--faint)", outline: "1px solid var(--soft)" },
});

// Typing over a selection is done here rather than by the browser: Chromium would keep the look of the deleted text in a
// style attribute, which the page's policy forbids.
const overwriting = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || event.data == null || empty || view.composing) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, event.data, insert));
    if (!handled) view.dispatch(insert());
    return true;
  },
});

export function makeEditor(area, submit) {
  const host = document.createElement("div");
  host.className = "shell";
  const root = host.attachShadow({ mode: "open" });
  const place = document.createElement("div");
  root.append(place);
  area.after(host);
  const view = new EditorView({
    parent: place,
    root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(), lintGutter(),
        StreamLanguage.define(sparql), syntaxHighlighting(colours), look, overwriting, EditorView.lineWrapping,
        autocompletion({ override: [suggest], icons: false }),
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (submit(), true) }])),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": "Query", autocapitalize: "off", spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) area.value = update.state.doc.toString();
        }),
      ],
    }),
  });
  area.hidden = true;
  const label = area.form.querySelector("label[for=query]");
  label.addEventListener("click", () => view.focus());
  return {
    text: () => view.state.doc.toString(),
    mark: (problem) => view.dispatch(setDiagnostics(view.state, problem ? [spot(view.state.doc, problem)] : [])),
    view,
  };
}

// Where a problem is: its line and column count characters, the document counts UTF-16 units.
function spot(doc, problem) {
  const message = problem.detail;
  if (!problem.line || problem.line > doc.lines) return { from: 0, to: Math.min(1, doc.length), severity: "error", message };
  const line = doc.line(problem.line);
  const before = [...line.text].slice(0, Math.max(0, (problem.column || 1) - 1)).join("").length;
  const from = Math.min(line.from + before, line.to);
  const word = /^[^\s{}();,.]+/.exec(line.text.slice(before));
  const to = Math.min(doc.length, from + (word ? word[0].length : 1));
  return { from: from === to ? Math.max(line.from, from - 1) : from, to, severity: "error", message };
}
