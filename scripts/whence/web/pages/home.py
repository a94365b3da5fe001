"""The page at `/`, the search, and the small pages: the state of the graph and errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from whence.ask.words import is_question
from whence.namespaces import PREFIXES, WH, local, spaced
from whence.things import Index, disagreements, plain
from whence.web.http.problems import BadAddress
from whence.web.pages import map as maps
from whence.web.pages.context import asker_of
from whence.web.pages.queries import editor, query
from whence.web.pages.rendering import render

if TYPE_CHECKING:
    from whence.things import Claim
    from whence.things.disagreements import Disagreement
    from whence.web.pages.context import Context

__all__ = ["Hit", "hit", "hits", "home", "problem", "search", "suggestions", "validation"]

_WORTH_A_LOOK = """SELECT ?class ?thing (COUNT(DISTINCT ?claim) AS ?claims) {
  VALUES ?class { %s }
  ?thing a ?class . ?claim wh:involves ?thing
} GROUP BY ?class ?thing ORDER BY DESC(?claims) ?thing LIMIT 300"""
_HEADINGS = {"Series": "Series", "Film": "Films", "Person": "People", "Organization": "Studios and outlets", "Character": "Characters", "FictionalGroup": "Groups in the story", "WorkPart": "Parts of works"}
#: What the home page of our corpus has no place for, and that of another graph may have nothing but.
_ALSO = {"Novel": "Novels", "Comic": "Comics", "Game": "Games", "Song": "Songs", "Event": "Events", "Place": "Places", "FictionalPlace": "Places in the story"}
_DOCUMENTS = """SELECT ?document ?name ?length (COUNT(?p) AS ?positions) {
  ?document a wh:Document ; wh:displayLabel ?name ; wh:textLength ?length . ?p a wh:Attestation ; wh:document ?document
} GROUP BY ?document ?name ?length ORDER BY ?name LIMIT 50"""
#: A graph of more claims than this takes its disagreements from those about the thing that is told of most.
_SMALL = 20_000
#: So long is a sentence that is listed here.
_LISTED = 240


def home(context: Context) -> str:
    """Render the page."""
    index = context.index

    def rows(query: str) -> list[tuple[str, ...]]:
        return [tuple(term.value for term in row) for row in index.store.query(query, prefixes=PREFIXES)]

    graph = context.graph
    groups: dict[str, list[tuple[str, str, str]]] = {}
    headings = _HEADINGS | _ALSO if graph.settings.file else _HEADINGS
    told = rows(_WORTH_A_LOOK % " ".join(f"wh:{kind}" for kind in headings))
    for kind, thing, count in told:
        entries = groups.setdefault(headings[local(kind)], [])
        if len(entries) < 8:
            entries.append((thing, index.label(thing), count))
    contested = [one for one in _contested(index, told[0][1] if told else "") if not one.trivial]
    return render(
        "home.html",
        groups=[(heading, groups[heading]) for heading in headings.values() if heading in groups],
        example_name=index.label(graph.shown) if graph.shown else "",
        counts=index.counts,
        example=_sides(contested[0]) if contested else [],
        disagreements=[one for one in contested[1:] if len(one.sentence) < _LISTED][:8],
        documents=rows(_DOCUMENTS),
        map=maps.draw(index),
        KINDS=maps.KINDS,
    )


def _contested(index: Index, weightiest: str) -> list[Disagreement]:
    """Return the disagreements of the graph, the weightiest first, or in a large one those about a thing."""
    if index.counts.claims <= _SMALL or not weightiest:
        return disagreements.everywhere(index)
    return disagreements.about(index, weightiest)


def _sides(one: Disagreement) -> list[Claim]:
    """Return two sides of a disagreement that affirm, or the like, and two that deny, as far as there are."""
    sides = [[side for side in one.sides if (side.stance == "denied") == denied][:2] for denied in (False, True)]
    return [side for both in sides for side in both]


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its name, the form that fits when another, and its kind."""

    iri: str
    name: str
    form: str
    kind: str


def hits(index: Index, text: str, most: int) -> list[Hit]:
    """Return the things whose names fit a text best, the best first; empty when none is near."""
    return [hit(index, match.iri, match.name) for match in index.search(text, most)]


def hit(index: Index, iri: str, form: str) -> Hit:
    """Return a thing that was found by one form of its name."""
    kinds = index.special(index.classes(NamedNode(iri)))
    own = [kind for kind in kinds if kind == WH + "Entity" or WH + "Entity" in index.superclasses.get(kind, ())]
    name = index.label(iri)
    return Hit(iri, name, form if plain(form) != plain(name) else "", spaced(local(own[0])) if own else "term")


def search(context: Context) -> str:
    """Render the results of a search, above them the answer of what is a question."""
    text = context.parameters.get("q", "").strip()
    reply = asker_of(context.graph).ask(text) if is_question(text) else None
    return render("search.html", text=text, hits=hits(context.index, text, 10 if reply else 60), reply=reply)


def suggestions(context: Context) -> str:
    """Render the options of the search box's list for what has been typed so far."""
    return render("suggestions.html", hits=hits(context.index, context.parameters.get("q", ""), 9))


def validation(context: Context) -> str:
    """Render the state of the graph, not why a change is refused: that quotes lines nobody published. Another moment may have another."""
    context.lasting = False
    return render("validation.html", graph=context.graph, since=datetime.fromtimestamp(context.graph.since, UTC))


def problem(context: Context) -> str:
    """Render what went wrong; for a missing thing those with a similar name, for a query that failed its text too."""
    if context.status != 404 and not isinstance(context.problem, BadAddress) and context.failed in ("query", "sparql", "/editor"):
        return (query if context.failed == "query" else editor)(context)
    wanted = context.path.rpartition("/")[2].replace("-", " ") if context.status == 404 else ""
    return render("problem.html", status=context.status, problem=context.problem, near=hits(context.index, wanted, 5) if wanted else [])
