// Requests to `whence annotate`. The token stands in the fragment of the address that the command prints, which is sent to
// nobody; this window keeps it until it is closed.
const WAIT = 2000;

function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem("token") ?? "";
}
const TOKEN = token();

export class Refused extends Error {
  constructor(status, body) {
    super(body.detail ?? `The server answered ${status}.`);
    Object.assign(this, { status, problems: body.problems ?? [] });
  }
}

export async function ask(path, body) {
  const headers = { Authorization: `Bearer ${TOKEN}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, told);
  return told;
}

// Asks until there is an answer, yes or no; `waiting(true)` is told when there is none, `waiting(false)` when there is again.
export async function insist(path, body, waiting) {
  for (let silent = false; ; await new Promise((resolve) => setTimeout(resolve, WAIT))) {
    try {
      const told = await ask(path, body);
      if (silent) waiting(false);
      return told;
    } catch (error) {
      if (error instanceof Refused && silent) waiting(false);
      if (error instanceof Refused) throw error;
      if (!silent) waiting(true);
      silent = true;
    }
  }
}
