// An unfinished card, kept in the browser's storage until it is saved or discarded, so that a closed window, a closed lid or
// a server that ended loses nothing. Each window keeps its own: it holds a lock on its name, and a card under a name that
// no window holds is left over, and is taken up by the next window that opens the document.
const PREFIX = "card ";

async function hold(name) {
  return new Promise((resolve) => {
    navigator.locks.request(PREFIX + name, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock && new Promise(() => {}); // until the window is closed
    });
  });
}

async function claimName() {
  const known = sessionStorage.getItem("window");
  if (known && (await hold(known))) return known;
  const name = crypto.randomUUID(); // a window that was duplicated has the name of the other
  sessionStorage.setItem("window", name);
  await hold(name);
  return name;
}

export async function keeper(graph) {
  const name = await claimName();
  const key = (owner, of) => `${PREFIX}${owner} ${graph} ${of}`;
  return {
    keep: (of, card) => localStorage.setItem(key(name, of), JSON.stringify(card)),
    drop: (of) => localStorage.removeItem(key(name, of)),
    // Returns the card of this window for a document, or one that a closed window left, which is this window's from now on.
    async find(of) {
      const own = localStorage.getItem(key(name, of));
      if (own) return JSON.parse(own);
      const { held } = await navigator.locks.query();
      const open = new Set(held.map((lock) => lock.name));
      for (const found of Object.keys(localStorage)) {
        const [, owner] = found.split(" ");
        if (!found.startsWith(PREFIX) || found !== key(owner, of) || open.has(PREFIX + owner)) continue;
        const left = localStorage.getItem(found);
        localStorage.setItem(key(name, of), left);
        localStorage.removeItem(found);
        return JSON.parse(left);
      }
      return null;
    },
  };
}
