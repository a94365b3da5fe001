// Light or dark: as the system has it until the switch says otherwise, which is remembered. This runs before the page is painted.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const kept = (() => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // the browser keeps nothing for this site
    }
  })();
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.theme");
    const tell = () => button.setAttribute("aria-pressed", String(dark()));
    button.hidden = false;
    tell();
    system.addEventListener("change", tell);
    button.addEventListener("click", () => {
      const wanted = dark() ? "light" : "dark";
      const own = wanted !== (system.matches ? "dark" : "light");
      if (own) root.dataset.theme = wanted;
      else delete root.dataset.theme; // as the system has it again
      try {
        if (own) localStorage.setItem("theme", wanted);
        else localStorage.removeItem("theme");
      } catch {
        // then it lasts as long as the page
      }
      tell();
    });
  });
})();
