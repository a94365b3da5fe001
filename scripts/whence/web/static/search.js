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

  // Of names that lack one of the words: those that a question names, then those of which the text is a slip of the hand.
  function near(form) {
    if (form.length > 2 && ` ${wanted} `.includes(` ${form} `)) return 4;
    return 5 * distance(form, wanted) <= Math.max(form.length, wanted.length) ? 5 : 9;
  }

  function distance(one, other) {
    if (Math.abs(one.length - other.length) * 5 > Math.max(one.length, other.length)) return Infinity;
    let row = [...Array(other.length + 1).keys()];
    for (let at = 0; at < one.length; at++) {
      const next = [at + 1];
      for (let to = 0; to < other.length; to++) next.push(Math.min(row[to + 1] + 1, next[to] + 1, row[to] + (one[at] !== other[to])));
      row = next;
    }
    return row[other.length];
  }

  function found(ranked) {
    return window.whenceNames
      .map(([name, kind, file, forms]) => ({ name, kind, file, rank: Math.min(...forms.map(ranked)) }))
      .filter((one) => one.rank < 9)
      .sort((one, other) => one.rank - other.rank || (one.name.length - other.name.length) * (one.rank === 4 ? -1 : 1))
      .slice(0, 60);
  }

  for (const input of document.querySelectorAll("input[name=q]")) input.value = asked;
  if (!wanted) {
    told.textContent = "Type a name into the box above.";
    return;
  }
  const exact = found(rank);
  const hits = exact.length ? exact : found(near);
  told.textContent = exact.length ? `Found for “${asked}”` : `Nothing here has the name “${asked}”${hits.length ? "; these are named in it, or nearly so." : ", nor nearly so."} Questions are answered by whence ask, and where whence serve runs.`;
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
