// Where in a query a text ends: which part of a triple comes next (SPARQL 1.1, section 19.8, rules 53 to 107). Texts that
// are not finished, or wrong, are followed as far as they make sense.

export const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const PATHS = new Set(["/", "|", "^", "!"]);
const CLAUSES = /^(OPTIONAL|UNION|MINUS|WHERE)$/i;

// Takes terms; returns what is expected behind them (`subject`, `predicate`, `object`, `next` where a triple is complete,
// `graph`, `expression`, `clause` outside of braces), the subject and the predicate it belongs to as they are written,
// whether the predicate is read backwards, and all triples [subject, predicate, object] up to there.
export function follow(all) {
  const outer = [];
  const triples = [];
  let here = { kind: "head", expects: "clause" };

  const enter = (kind, expects, more) => {
    outer.push(here);
    here = { kind, expects, ...more };
  };
  const leave = () => (here = outer.pop() ?? { kind: "head", expects: "clause" });

  function take(text) {
    if (here.expects === "subject") Object.assign(here, { subject: text, expects: "predicate", backwards: false });
    else if (here.expects === "predicate") Object.assign(here, { predicate: text, expects: "object" });
    else if (here.expects === "object" && here.kind !== "values") {
      if (here.subject) triples.push([here.subject, here.predicate, text]);
      here.expects = "next";
    } else if (here.expects === "graph") here.expects = here.kind === "head" ? "clause" : "subject";
  }

  const marks = {
    "{": () => {
      if (here.expects === "values") enter("values", "object");
      else enter("group", "subject");
    },
    "}": () => {
      leave();
      here.expects = here.kind === "head" ? "clause" : "subject";
    },
    "(": () => {
      if (["predicate", "values"].includes(here.expects) || here.kind === "values") return; // a group of a path, a row of values
      if (here.expects === "expression" && here.kind !== "expression") here.expects = "subject";
      if (here.kind === "group" && here.expects === "object") enter("list", "object");
      else enter("expression", "expression");
    },
    ")": () => {
      if (here.kind === "list") leave(), take("()");
      else if (here.kind === "expression") leave();
    },
    "[": () => enter("blank", "predicate", { subject: "[]" }),
    "]": () => {
      if (here.kind === "blank") leave(), take("[]");
    },
    ".": () => here.kind === "group" && Object.assign(here, { expects: "subject", subject: undefined, predicate: undefined }),
    ";": () => here.subject && Object.assign(here, { expects: "predicate", backwards: false }),
    ",": () => here.predicate && (here.expects = "object"),
  };

  function word(text) {
    const name = text.toUpperCase();
    if (here.kind === "head") here.expects = name === "DESCRIBE" ? "object" : name === "FROM" || name === "NAMED" ? "graph" : "clause";
    else if (here.kind === "expression") return;
    else if (text === "a" && here.expects === "predicate") take(TYPE);
    else if (name === "TRUE" || name === "FALSE") take(text);
    else if (name === "SELECT") here = { kind: "head", expects: "clause" };
    else if (name === "GRAPH" || name === "SERVICE") here.expects = "graph";
    else if (name === "FILTER" || name === "BIND") here.expects = "expression";
    else if (name === "VALUES") here.expects = "values";
    else if (CLAUSES.test(name)) here.expects = "subject";
  }

  for (const { kind, text } of all) {
    if (kind === "word") word(text);
    else if (kind !== "mark") ["comment", "language"].includes(kind) || take(text);
    else if (PATHS.has(text) && here.predicate && here.expects === "object") here.expects = "predicate";
    else if (text === "^" && here.expects === "predicate") here.backwards = true;
    else marks[text]?.();
  }
  return { ...here, triples };
}
