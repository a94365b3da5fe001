"""The catalogue of questions, each question as a form with its answer, and the editor where scripts do not run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryTriples

from whence import hints, sparql
from whence.catalog import NamedQuery
from whence.errors import UsageError, WhenceError
from whence.namespaces import shorten, spaced
from whence.rdf import results
from whence.sparql.parameters import term
from whence.things import Index, Value
from whence.things.index import wh
from whence.web.http.problems import Problem, of_error
from whence.web.iris import path_of
from whence.web.pages.rendering import Context, render

#: Rows, triples, and characters of one value that a page shows; the data behind it has them all.
ROWS, TRIPLES, CHARACTERS = 200, 5000, 2000
_KINDS = {"view": "Views under a policy", "check": "Checks of the graph", "inference": "What the graph derives"}
#: Subjects of questions with their tags; a question stands under the first that has one of its tags.
_SUBJECTS = {
    "Where works come from": "influence lineage likeness blend analogy comparison",
    "People, credits and casts": "credits cast staff crew office career role music agent nationality",
    "Who disagrees, who agrees": "conflict agreement discrepancy denial aspect",
    "Names and spellings": "naming spelling homonym identifier",
    "Inside the stories": "fictional-world genre theme",
    "When and where": "date release outlet timeline event as-of",
    "How firmly it is said": "modality hedge promotion prediction wish intention opinion commitment policy",
    "Interviews": "interview-structure premise",
    "What is not said": "absence negative undisclosed open",
    "Numbers": "count derived",
    "Documents, speakers and passages": "document provenance caption headline quotation wording speaker attribution press editorial",
}
_OTHERS = "Others"
#: HTML input types and hints by parameter type.
_INPUTS = {"integer": ("number", "a whole number"), "decimal": ("text", "a number"), "date": ("text", "a date such as 2024-01-11"), "iri": ("text", "a name, or an IRI{such_as}")}
_FIRST = """# Which influences{on} does anybody take a position on?
SELECT ?influencer ?speaker ?polarity ?commitment
WHERE {
  ?claim a wh:Influence ;
    wh:influenced {work} ;
    wh:influencer ?influencer .
  ?position wh:attests ?claim ;
    wh:speaker ?speaker ;
    wh:polarity ?polarity ;
    wh:commitment ?commitment .
}
ORDER BY ?influencer ?speaker
"""


@dataclass(slots=True)
class Answer:
    """What came of a query: a table, truth, a graph as text, or a problem.

    :ivar more: how much is shown where there is more, or an empty text
    :ivar hints: sentences on what the answer hides
    """

    names: list[str] = field(default_factory=list)
    table: list[list[Value]] | None = None
    more: str = ""
    truth: bool | None = None
    turtle: str = ""
    problem: Problem | None = None
    hints: list[str] = field(default_factory=list)


def ask(context: Context, text: str, values: dict[str, str] | None = None) -> Answer:
    """Return the answer to a query, as much of it as a page shows; problems of the query are part of it.

    A page with a problem answers with its status; one with an answer that may change is not kept.

    :param values: of the parameters that the text's front matter declares
    """
    context.lasting = not sparql.may_change(text)
    if context.problem is not None:
        return Answer(problem=context.problem)
    try:
        return _shown(sparql.run(context.graph.store, text, values))
    except Problem as problem:
        found = problem
    except WhenceError as error:
        found = of_error(error)
    except (RuntimeError, ValueError, OSError) as error:
        found = Problem(400, f"The query cannot be answered: {str(error).strip().rstrip('.')}.")
    context.status = found.status
    return Answer(problem=found)


def _shown(answer: Any) -> Answer:
    if isinstance(answer, QueryBoolean):
        return Answer(truth=bool(answer))
    if isinstance(answer, QueryTriples):
        triples = list(islice(answer, TRIPLES + 1))
        out = BytesIO()
        results.write(triples[:TRIPLES], "turtle", out)
        return Answer(turtle=out.getvalue().decode(), more=f"The first {TRIPLES:,} triples" if len(triples) > TRIPLES else "")
    names = [name if isinstance(name, str) else name.value for name in answer.variables]
    rows = list(islice(answer, ROWS + 1))
    table = [[_cell(row[place]) for place in range(len(names))] for row in rows[:ROWS]]
    return Answer(names=names, table=table, more=f"The first {ROWS} rows" if len(rows) > ROWS else "")


def _cell(term: Any) -> Value:
    if not isinstance(term, NamedNode):
        text = "" if term is None else str(getattr(term, "value", term))
        return Value(text if len(text) <= CHARACTERS else text[:CHARACTERS] + "…")
    short = shorten(term.value)
    return Value(term.value if short.startswith("<") else short, term.value if path_of(term.value) else "")


def _in_words(index: Index, answer: Answer) -> None:
    """Give a table what a reader wants: names for IRIs and files, no column of labels beside the one of what they name, headings in words."""
    assert answer.table is not None
    labels = {place: f"{name}Label" for place, name in enumerate(answer.names)}
    beside = {answer.names.index(label) for label in labels.values() if label in answer.names}
    kept = [place for place in labels if place not in beside]
    files = {place for place in kept if answer.names[place].lower().endswith("file")}
    answer.table = [[_file(index, row[place]) if place in files else _in_word(index, row[place]) for place in kept] for row in answer.table]
    words = (spaced(answer.names[place].removesuffix("Label")) for place in kept)
    answer.names = [re.sub(r"\bfile$", "document", name) for name in words]


def _in_word(index: Index, value: Value) -> Value:
    return Value(index.name(value.iri) or value.text, value.iri) if value.iri else value


def _file(index: Index, value: Value) -> Value:
    """Return the document with a file name, or the name where there is none, or no single one."""
    found = index.subjects(wh("fileName"), Literal(value.text))
    return Value(index.label(found[0].value), found[0].value) if len(found) == 1 else _in_word(index, value)


def queries(context: Context) -> str:
    """Render the catalogue by subject; where the address has words (`q`), the part of it that has them all."""
    words = context.parameters.get("q", "").casefold().split()
    groups: dict[str, list[NamedQuery]] = {name: [] for name in (*_SUBJECTS, _OTHERS, *_KINDS.values())}
    for one in context.graph.catalog:
        if all(word in _text(one) for word in words):
            groups[_KINDS.get(one.kind) or _subject(one)].append(one)
    return render("queries.html", groups={name: found for name, found in groups.items() if found}, asked=context.parameters.get("q", ""), text=_text)


def _subject(named: NamedQuery) -> str:
    return next((subject for subject, tags in _SUBJECTS.items() if not set(tags.split()).isdisjoint(named.tags)), _OTHERS)


def _text(named: NamedQuery) -> str:
    """Return what a filter looks for words in."""
    parameters = (f"{one.name} {one.description}" for one in named.parameters)
    return " ".join((named.name, named.summary, named.description, *named.tags, *parameters)).casefold()


def query(context: Context) -> str:
    """Render a named query: its form, filled in with what was asked or else with the examples, and the answer.

    :raises Problem: 404 when there is no query of the name
    """
    try:
        named = context.graph.catalog[context.name]
    except UsageError as error:
        near = f" {error.fix}" if error.fix and error.fix.startswith("Did you mean") else ""
        raise Problem(404, f"{error.problem}{near} All are listed at /query.") from None
    given = {parameter.name: context.parameters.get(parameter.name, "") for parameter in named.parameters}
    values = {name: value.strip() for name, value in given.items() if value.strip()}
    meant = {one.name: _meant(context, values.get(one.name) or one.default or "") for one in named.parameters if one.type == "iri"}
    values |= {name: _written(meant[name][0].iri) for name in values if meant.get(name)}
    wrong = _wrong(named, values)
    close = {name: [Value(context.index.label(match.iri), match.iri) for match in context.index.search(values[name], 3)] for name in wrong if name in meant}
    missing = [parameter.name for parameter in named.parameters if parameter.required and parameter.name not in values]
    answer = Answer() if wrong or missing else ask(context, named.query.text, values)
    if answer.table is not None:
        answer.hints = _gaps(context, named.query, values)
        _in_words(context.index, answer)
    return render(
        "query.html", such_as=f" such as {shorten(context.graph.shown)}" if context.graph.shown else "", query=named, given=given, wrong=wrong, missing=missing, answer=answer, inputs=_INPUTS, meant=meant, near=close,
        instead=lambda name, iri: urlencode({**values, name: _written(iri)}),
        text=re.sub(r"(?m)^#\+ asks:.*\n", "", named.query.text), asked=urlencode(values), at=f"/query/{named.name}",
        why="/explain?" + urlencode({"query": named.name, **values}) if named.query.form == "select" else "",
    )  # fmt: skip


def _gaps(context: Context, query: sparql.Query, values: dict[str, str]) -> list[str]:
    """Return which rows a default leaves out, and what it means that there is none."""
    store = context.graph.store
    return hints.of_answer(store, query, values, sparql.run(store, query, values), most=ROWS + 1)[0]


def _meant(context: Context, value: str) -> list[Value]:
    """Return the things that a value, an IRI or a name, stands for, the likeliest first; empty when it is no name of any."""
    return [Value(context.index.label(match.iri), match.iri) for match in context.index.find(value)] if value else []


def _written(iri: str) -> str:
    short = shorten(iri)
    return iri if short.startswith("<") else short


def _wrong(named: NamedQuery, values: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with the values, by parameter; empty when nothing is."""
    found: dict[str, str] = {}
    for parameter in named.parameters:
        if parameter.name in values:
            try:
                term(parameter, values[parameter.name])
            except UsageError as error:
                found[parameter.name] = f"Nothing here is called “{values[parameter.name]}”." if parameter.type == "iri" else f"{error.problem} {error.fix or ''}".strip()
    return found


def editor(context: Context) -> str:
    """Render the SPARQL page, with the answer of the query in the address, if there is one."""
    text = context.parameters.get("query")
    answer = ask(context, text) if text and text.strip() else Answer()
    if text and text.strip() and answer.problem is None:
        answer.hints = hints.about(context.graph.store, sparql.parse(text), empty=lambda: not (answer.table or answer.truth or answer.turtle), index=context.index)
    examples = context.graph.catalog.of_kind("competency")
    return render("editor.html", text=text if text is not None else _example(context) or _first(context), answer=answer, examples=examples, asked=text is not None)


def _first(context: Context) -> str:
    """Return the query that the editor opens with: about a work of the graph, where it has one."""
    shown = context.graph.shown
    on, work = (f" on {context.index.label(shown)}", shorten(shown)) if shown else ("", "?work")
    return _FIRST.replace("{on}", on).replace("{work}", work)


def _example(context: Context) -> str:
    """Return the text of the named query that the address asks for; its front matter gives the parameters their examples."""
    name = context.parameters.get("example", "")
    try:
        return sparql.parse(context.graph.catalog[name].query.text).text if name else ""
    except UsageError:
        return ""
