// The links below an influence picture exchange it in place; the address of the page changes with them.

export function unfold(figure) {
  figure.addEventListener("click", async (event) => {
    const link = event.target.closest(".switches a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const url = new URL(link.href);
    const asked = new URLSearchParams(url.search);
    asked.set("thing", figure.dataset.picture);
    event.preventDefault();
    figure.setAttribute("aria-busy", "true");
    const answer = await fetch(`/picture?${asked}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok) return location.assign(url);
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = figure.querySelector("details")?.open;
    figure.replaceChildren(...parsed.querySelector("[data-picture]").childNodes);
    if (open) figure.querySelector("details")?.setAttribute("open", "");
    figure.removeAttribute("aria-busy");
    history.replaceState(null, "", url.pathname + url.search + url.hash);
    figure.querySelector(".switches a")?.focus();
  });
}
