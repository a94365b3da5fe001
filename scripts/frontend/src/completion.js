// Completion as a combobox with a list (WAI-ARIA Authoring Practices 1.2, combobox pattern). The options come as
// HTML from the server, which knows every name and misspelling; without scripts the form just searches, or takes the name.

const WAIT = 90;

async function suggestions(text) {
  if (!text) return [];
  const answer = await fetch(`/suggestions?q=${encodeURIComponent(text)}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("a");
}

// `take` is told the option that was chosen; without it, the browser goes to its page. `find` returns the options for a text,
// or null when they cannot be had. An `eager` field offers options before anything is typed, and its first one is chosen
// from the start, so that Enter or Tab takes it; the promise that is returned by what this returns waits for one that Enter
// has taken before the list was there.
export function combine(input, host, { take, find = suggestions, eager = false } = {}) {
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
  let typed = false; // since the list was closed
  let stale = false; // the list does not fit what was typed yet
  let hasty = false; // Enter came before it did
  let pending = Promise.resolve();

  const options = () => [...list.children];

  function close() {
    clearTimeout(timer);
    asked++; // what is still on its way comes too late
    list.hidden = true;
    chosen = -1;
    typed = stale = hasty = false;
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
    const number = ++asked;
    const found = await find(input.value.trim());
    if (!found || number !== asked || document.activeElement !== input) return;
    if (!found.length) said.textContent = input.value.trim() ? "No name fits" : "";
    if (!found.length) return close();
    list.replaceChildren(...found);
    options().forEach((option, index) => {
      option.id = `${list.id}-${index}`;
      option.setAttribute("aria-selected", "false");
    });
    chosen = -1;
    list.hidden = false;
    list.classList.remove("leftwards");
    list.classList.toggle("leftwards", list.getBoundingClientRect().right > document.documentElement.clientWidth);
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
    said.textContent = `${found.length} names fit`;
    stale = false;
    if (eager) choose(0);
    if (hasty) options()[0].click();
  }

  input.addEventListener("input", () => {
    typed = stale = true;
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
    } else if (event.key === "Enter" && eager && stale) {
      event.preventDefault();
      hasty = true;
      clearTimeout(timer);
      pending = ask();
    } else if (event.key === "Enter" && !event.ctrlKey && chosen >= 0) {
      event.preventDefault();
      options()[chosen].click();
    } else if (event.key === "Tab" && eager && typed && !stale && chosen >= 0) {
      options()[chosen].click();
    }
  });
  if (eager) input.addEventListener("focus", ask);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!take || !option) return;
    event.preventDefault();
    close();
    take(option);
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  return () => pending;
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
  combine(input, host, {
    take: (option) => {
      input.value = option.dataset.value;
    },
  });
}
