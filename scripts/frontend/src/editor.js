// The SPARQL page: CodeMirror over the plain form, results without leaving the page.
import { makeEditor } from "./writing.js";
import { run } from "./running.js";

const form = document.getElementById("workbench");
const area = document.getElementById("query");
const results = document.getElementById("results");

const editor = makeEditor(area, () => form.requestSubmit());
document.body.classList.add("editing");

async function ask(remember) {
  const text = editor.text();
  const address = `/editor?query=${encodeURIComponent(text)}`;
  if (remember) history.pushState(null, "", address);
  editor.mark(null);
  const problem = await run(text, results, address);
  if (problem) editor.mark(problem);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(true);
});
addEventListener("popstate", () => location.reload());
if (results.dataset.asked === "yes") ask(false);
