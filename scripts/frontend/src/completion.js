// Completion as a combobox with a list (WAI-ARIA Authoring Practices 1.2, combobox pattern). The options come as
// HTML from the server, which knows every name and misspelling; without scripts the form just searches, or takes the name.

const WAIT = 90;

// `take` is told the option that was chosen; without it, the browser goes to its page.
function combine(input, host, take) {
  const list = document.createElement("div");
  const said = document.createElement("p");
  list.className = "options";
  list.id = `${input.id}-options`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names that fit");
  list.hidden = true;
  said.className = "unseen";
  said.setAttribute("role", "status");
  host.append(list, said);
  input.autocomplete = "off";
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) {
    input.setAttribute(name, value);
  }
  let chosen = -1;
  let timer = 0;
  let asked = 0;

  const options = () => [...list.children];

  function close() {
    clearTimeout(timer);
    asked++; // what is still on its way comes too late
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    const all = options();
    chosen = (place + all.length + 1) % (all.length + 1);
    if (chosen === all.length) chosen = -1;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[chosen].id);
      all[chosen].scrollIntoView({ block: "nearest" });
    }
  }

  async function ask() {
    const text = input.value.trim();
    const number = ++asked;
    if (!text) return close();
    const answer = await fetch(`/suggestions?q=${encodeURIComponent(text)}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok || number !== asked) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== asked || document.activeElement !== input) return;
    list.replaceChildren(...parsed.querySelectorAll("a"));
    options().forEach((option, index) => {
      option.id = `${list.id}-${index}`;
      option.setAttribute("aria-selected", "false");
    });
    chosen = -1;
    const count = options().length;
    list.hidden = !count;
    input.setAttribute("aria-expanded", String(Boolean(count)));
    input.removeAttribute("aria-activedescendant");
    said.textContent = count ? `${count} names fit` : "No name fits";
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? options().length - 1 : chosen - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      options()[chosen].click();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("a");
    if (!take || !option) return;
    event.preventDefault();
    take(option);
    close();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

// The search box of a form leads to the page of what is chosen.
export function complete(form) {
  combine(form.querySelector("input[type=search]"), form);
}

// A field that takes a thing is filled in with what is chosen.
export function fill(input) {
  const host = document.createElement("span");
  host.className = "completed";
  input.before(host);
  host.append(input);
  combine(input, host, (option) => {
    input.value = option.dataset.value;
  });
}
