"""Pages about how things stand to each other: each a form that takes names, an answer with its evidence, and the same as data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from whence import lineage
from whence.errors import UsageError
from whence.lineage.diagram import Diagram, of_lineage, of_paths
from whence.lineage.svg import svg
from whence.namespaces import is_thing, shorten
from whence.proof import Explanation, RowExplanation, terms, verdict
from whence.things import Index, comparison, disagreements, records, sources, timeline
from whence.web.http.problems import Problem
from whence.web.pages.rendering import Context, page_address, render
from whence.web.pages.home import Hit, hits

#: Formats of pictures beside JSON, with their media types.
_PICTURES = {
    "svg": "image/svg+xml", "mermaid": "text/plain; charset=utf-8", "dot": "text/vnd.graphviz; charset=utf-8",
    "graphml": "application/graphml+xml", "gexf": "application/gexf+xml",
}  # fmt: skip
#: So many things are offered for a name that nothing has, and so many that share one are told.
_OFFERED = 6
#: A wider picture, in pixels, is not made smaller to fit the column of a page.
_WIDEST = 1350
#: At most so many things may be reached each way.
_REACHED = 300


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    :ivar choices: value to words, of a field that is chosen; a whole number where there are `most`, else the name of a thing
    :ivar most: the largest number
    :ivar text: whether it takes any text, which the answer reads
    :ivar completed: whether names of things are offered for it, as they are for a thing
    """

    name: str
    label: str
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    most: int = 0
    default: str = ""
    hint: str = ""
    text: bool = False
    completed: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """What somebody typed for a thing.

    :ivar text: as typed; where that was a slug or an IRI, the name of the thing, unless the name leads elsewhere
    :ivar iri: the thing, or an empty text when nothing has the name
    :ivar others: IRI and name of what is called so too
    :ivar near: what is called nearly so, when nothing has the name
    """

    text: str
    iri: str
    name: str
    others: list[tuple[str, str]]
    near: list[Hit]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the things by their fields, choices and numbers as given or by default, and texts that are no names of things."""

    things: dict[str, Named]
    options: dict[str, str]
    texts: dict[str, str]
    missing: list[Field]

    @property
    def unknown(self) -> list[Named]:
        """The names that nothing has."""
        return [named for named in self.things.values() if not named.iri]

    def iri(self, name: str) -> str:
        """Return the thing of a field, or an empty text."""
        return self.things[name].iri if name in self.things else ""


@dataclass(frozen=True, slots=True)
class Relation:
    """One kind of page.

    :ivar answer: finds the answer; asked only when nothing is missing and every name is known
    :ivar record: the answer as a JSON document, the same that the command of this name writes
    :ivar picture: the answer as a diagram, where it is one
    :ivar instead: the field that, where it is given, makes all others optional
    """

    title: str
    hint: str
    fields: tuple[Field, ...]
    answer: Callable[[Context, Asked], Any]
    record: Callable[[Index, Asked, Any], dict[str, Any]]
    picture: Callable[[Index, Any], Diagram] | None = None
    instead: str = ""

    @property
    def formats(self) -> dict[str, str]:
        """The formats of its data by name, with their media types."""
        return {"json": "application/json", **(_PICTURES if self.picture else {})}


def page(context: Context, name: str) -> str:
    """Render the form and the answer; for a name that nothing has what is called nearly so, with 404.

    :raises Problem: 400 for a number or a choice that there is not
    """
    relation, index = RELATIONS[name], context.index
    asked = _read(context, relation)
    answer: Any = None
    wrong: UsageError | None = None
    if asked.unknown:
        context.status = 404
    elif not asked.missing:
        try:
            answer = relation.answer(context, asked)
        except UsageError as error:
            wrong, context.status = error, 404
    drawn = svg(relation.picture(index, answer), href=page_address, style=False) if relation.picture and answer is not None else ""
    width = re.match(r'<svg[^>]* width="(\d+)', drawn)
    wide = width is not None and int(width[1]) > _WIDEST
    return render(
        f"{name}.html", page=context, name=name, relation=relation, asked=asked, answer=answer, drawn=drawn, wide=wide, label=index.label, instead=_instead, wrong=wrong, verdict=partial(verdict, index)
    )


def document(context: Context, name: str, format: str) -> bytes:
    """Return the answer as data.

    :param format: one of the relation's
    :raises Problem: 400 when a field is missing or wrong, 404 when nothing has a name
    """
    relation = RELATIONS[name]
    asked = _read(context, relation)
    if asked.missing:
        raise Problem(400, f"Give {' and '.join(f'{one.name}=' for one in asked.missing)}: a name, a slug, id:slug or an IRI.")
    for named in asked.unknown:
        near = ", ".join(f"{hit.name} ({shorten(hit.iri)})" for hit in named.near)
        raise Problem(404, f"Nothing here is called {named.text[:100]!r}." + (f" Did you mean {near}?" if near else ""))
    try:
        answer = relation.answer(context, asked)
    except UsageError as error:
        raise Problem(404, str(error)) from None
    if format != "json" and relation.picture:
        return lineage.draw(relation.picture(context.index, answer), format).encode("utf-8", "replace")
    return json.dumps(relation.record(context.index, asked, answer), ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _instead(context: Context, name: str, value: str) -> str:
    """Return the address of the page with another value of one field."""
    return "?" + urlencode({**context.parameters, name: shorten(value) if is_thing(value) else value})


def _read(context: Context, relation: Relation) -> Asked:
    names = [one.name for one in relation.fields]
    instead = context.parameters.get(relation.instead, "").strip() if relation.instead else ""
    named = next((one for one in context.graph.catalog if one.name == instead), None) if instead else None
    names += [one.name for one in named.parameters if one.name not in names] if named else []
    wrong = [name for name in context.parameters if name not in (*names, "format", "_format")]
    if wrong and not (instead and named is None):  # of a query that there is not, which is told, nobody knows the parameters
        raise Problem(400, f"There is no parameter {wrong[0][:40]!r} here. There are {', '.join(names)}.")
    things: dict[str, Named] = {}
    options: dict[str, str] = {}
    texts: dict[str, str] = {}
    missing: list[Field] = []
    for one in relation.fields:
        text = context.parameters.get(one.name, "").strip()
        if one.choices or one.most:
            options[one.name] = _option(one, text or one.default)
        elif text and one.text:
            texts[one.name] = text
        elif text:
            things[one.name] = _named(context.index, text)
        elif one.required and not instead:
            missing.append(one)
    return Asked(things, options, texts, missing)


def _option(one: Field, text: str) -> str:
    if one.choices and text not in one.choices:
        raise Problem(400, f"There is no {one.name} {text[:40]!r}. There are {', '.join(filter(None, one.choices))}.")
    if one.most and not (text.isdecimal() and text.isascii() and len(text) < 4 and 1 <= int(text) <= one.most):
        raise Problem(400, f"{one.name} is a whole number from 1 to {one.most}, not {text[:40]!r}.")
    return text


def _named(index: Index, text: str) -> Named:
    found = index.find(text)
    if not found:
        return Named(text, "", "", [], hits(index, text, _OFFERED))
    others = [(match.iri, index.label(match.iri)) for match in found[1 : _OFFERED + 1]]
    iri, name = found[0].iri, index.label(found[0].iri)
    leads_here = not others and [match.iri for match in index.find(name)[:1]] == [iri]
    return Named(name if leads_here else text, iri, name, others, [])


def _disagreements(context: Context, asked: Asked) -> list[disagreements.Disagreement]:
    iri = asked.iri("thing")
    return disagreements.about(context.index, iri) if iri else disagreements.everywhere(context.index)


def _lineage(context: Context, asked: Asked) -> list[lineage.Lineage]:
    depth, policy = int(asked.options["depth"]), asked.options["policy"] or None
    ways = {"up": (False,), "down": (True,), "both": (False, True)}[asked.options["way"]]
    return [lineage.trace(context.index, asked.iri("thing"), forward=forward, depth=depth, limit=_REACHED, policy=policy) for forward in ways]


def _path(context: Context, asked: Asked) -> lineage.Paths:
    length, policy = int(asked.options["length"]), asked.options["policy"] or None
    return lineage.find(context.index, asked.iri("from"), asked.iri("to"), length=length, policy=policy)


def _explain(context: Context, asked: Asked) -> list[Explanation] | RowExplanation:
    words = asked.texts
    if "query" in words:
        named = context.graph.catalog[words["query"]]
        given = {one.name: context.parameters[one.name] for one in named.query.front_matter.parameters if context.parameters.get(one.name)}
        return context.explainer.row(named, given, int(asked.options["row"]))
    triple, _ = terms.read(context.index, words["subject"], words["property"], words["object"])
    return context.explainer.triple(triple.subject, triple.predicate, triple.object, words.get("policy"))


_POLICY = Field("policy", "Taking the word of", choices={"": "everybody, however firmly", "maker": "its makers", "press": "the press", "any": "anybody, outright"})

#: The pages by their names, which are their paths.
RELATIONS: dict[str, Relation] = {
    "compare": Relation(
        "Compare", "Two works, people, documents or other things side by side: what both have, what only one of them has, what is said of both.",
        (Field("a", "One"), Field("b", "The other")), lambda context, asked: comparison.compare(context.index, asked.iri("a"), asked.iri("b")),
        lambda index, _, found: records.compared(index, found),
    ),
    "disagreements": Relation(
        "Disagreements", "What is affirmed and denied, where values, speakers, aspects and times differ; spelling apart.",
        (Field("thing", "About", required=False),), _disagreements,
        lambda index, asked, found: records.disputed(index, asked.iri("thing"), found),
    ),
    "explain": Relation(
        "Explain", "The proof of a triple, in the default graph and in every view, down to passages; or why it is not there, and who says otherwise.",
        (
            Field("subject", "Subject", text=True, completed=True), Field("property", "Property", text=True, hint="such as director or wh:influencedBy"),
            Field("object", "Object", text=True, completed=True), Field("policy", "View", required=False, text=True, hint="such as maker; every one where empty"),
            Field("query", "Or the query", required=False, text=True, hint="a named query; its parameters stand in the address"),
            Field("row", "and its row", most=999, default="1"),
        ),
        _explain, lambda _, __, found: {"triple": [one.as_dict() for one in found]} if isinstance(found, list) else {"row": found.as_dict()}, instead="query",
    ),
    "lineage": Relation(
        "Lineage", "Where a thing comes from and what came of it, step by step, and how firmly it is said where it is said least firmly.",
        (
            Field("thing", "Of"), Field("way", "Which way", choices={"both": "both", "up": "where it comes from", "down": "what came of it"}, default="both"),
            Field("depth", "Steps", most=6, default="4"), _POLICY,
        ),
        _lineage, lambda index, _, found: lineage.record(index, found), of_lineage,
    ),
    "path": Relation(
        "Paths", "How one thing reaches another: by influence, by people they share, by what both come from; best supported first.",
        (Field("from", "From"), Field("to", "To"), Field("length", "Steps", most=6, default="4"), _POLICY),
        _path, lambda index, _, found: lineage.path_record(index, found), of_paths,
    ),
    "sources": Relation(
        "Articles and catalogues", "What each source answers about a thing, question by question: where articles and catalogues differ, agree, or one is silent.",
        (Field("thing", "About"),), lambda context, asked: sources.of(context.index, asked.iri("thing")),
        lambda index, asked, found: records.told(index, asked.iri("thing"), found),
    ),
    "timeline": Relation(
        "Timeline", "What comes out or happens when, each date as exact as it is given, and who gives it.",
        (Field("thing", "Of"),), lambda context, asked: timeline.of(context.index, asked.iri("thing")),
        lambda index, asked, found: records.dated(index, asked.iri("thing"), found),
    ),
}  # fmt: skip
