// The form below an influence picture exchanges it in place; the address of the page changes with it.

export function unfold(figure) {
  let asking = 0;
  let changed = "direction";
  figure.addEventListener("change", ({ target }) => {
    changed = target.name;
    target.form?.requestSubmit();
  });
  figure.addEventListener("submit", async (event) => {
    event.preventDefault();
    const number = ++asking;
    const asked = new URLSearchParams(new FormData(event.target, event.submitter));
    for (const [name, value] of [...asked]) if (!value || (name === "steps" && value === "1")) asked.delete(name);
    const url = new URL(`?${asked}#influence`, location.href);
    asked.set("thing", figure.dataset.picture);
    figure.setAttribute("aria-busy", "true");
    const answer = await fetch(`/picture?${asked}`, { headers: { Accept: "text/html" } }).catch(() => null);
    const text = answer?.ok ? await answer.text() : null;
    if (number !== asking) return; // another one was asked for meanwhile
    if (text === null) return location.assign(url);
    const parsed = new DOMParser().parseFromString(text, "text/html");
    const open = figure.querySelector("details")?.open;
    figure.replaceChildren(...parsed.querySelector("[data-picture]").childNodes);
    if (open) figure.querySelector("details")?.setAttribute("open", "");
    figure.removeAttribute("aria-busy");
    history.replaceState(null, "", url);
    figure.querySelector(`.switches [name="${changed}"]`)?.focus();
  });
}
