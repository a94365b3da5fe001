// The search of the site as files: names.js holds each thing with its name, its kind, its file and the plain forms of its names.
(() => {
  const asked = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  const told = document.getElementById("told");
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").replace(/[^\p{L}\p{N}\p{M}]+/gu, " ").trim();
  const wanted = plain(asked);
  const words = wanted.split(" ");

  function rank(form) {
    if (form === wanted) return 0;
    const own = form.split(" ");
    if (words.every((word) => own.includes(word))) return 1;
    if (words.every((word) => own.some((one) => one.startsWith(word)))) return 2;
    return words.every((word) => form.includes(word)) ? 3 : 9;
  }

  for (const input of document.querySelectorAll("input[name=q]")) input.value = asked;
  if (!wanted) {
    told.textContent = "Type a name into the box above.";
    return;
  }
  const hits = window.whenceNames
    .map(([name, kind, file, forms]) => ({ name, kind, file, rank: Math.min(...forms.map(rank)) }))
    .filter((one) => one.rank < 9)
    .sort((one, other) => one.rank - other.rank || one.name.length - other.name.length)
    .slice(0, 60);
  told.textContent = hits.length ? `Found for “${asked}”` : `Nothing here has the name “${asked}”, spelled so.`;
  for (const { name, kind, file } of hits) {
    const link = document.createElement("a");
    const aside = document.createElement("span");
    const entry = document.createElement("li");
    link.href = file;
    link.textContent = name;
    aside.className = "aside";
    aside.textContent = kind;
    entry.append(link, " ", aside);
    document.getElementById("found").append(entry);
  }
})();
