// A filter over lists: entries that lack a word are hidden while one types; without scripts the form asks the server.

export function filter(input) {
  const said = document.getElementById("filtered");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const section of document.querySelectorAll("[data-filtered]")) {
      let left = 0;
      for (const entry of section.querySelectorAll("[data-words]")) {
        entry.hidden = !words.every((word) => entry.dataset.words.includes(word));
        if (!entry.hidden) left += 1;
      }
      section.hidden = !left;
      count += left;
    }
    said.textContent = words.length ? `${count} with “${input.value.trim()}”` : "";
  });
}
