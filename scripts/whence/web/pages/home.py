"""The page at `/`, the search, and the small pages: the state of the graph and errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from pyoxigraph import NamedNode

from whence.ask.words import is_question
from whence.namespaces import PREFIXES, WH, local, spaced
from whence.store.settings import Settings
from whence.things import Claim, Index, disagreements, plain
from whence.things.disagreements import Disagreement
from whence.web.http.problems import BadAddress
from whence.web.pages import graph_map as maps
from whence.web.pages.queries import editor, query
from whence.web.pages.rendering import Context, asker_of, render

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
#: So many things of these kinds, those with most claims, are looked at.
_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class Overview:
    """What the home page tells of a graph; working it out reads all of it.

    :ivar groups: headings with things below them: IRI, name and how many claims involve it
    :ivar example: sides of the weightiest disagreement
    :ivar documents: IRI, name, length and positions of each
    """

    groups: list[tuple[str, list[tuple[str, str, int]]]]
    example: list[Claim]
    disagreements: list[Disagreement]
    documents: list[tuple[str, ...]]
    map: maps.Map | None


def home(context: Context) -> str:
    """Render the page."""
    graph, index = context.graph, context.index
    if graph.overview is None:
        graph.overview = overview(index, graph.settings)
    told: Overview = graph.overview
    return render(
        "home.html",
        groups=told.groups,
        example_name=index.label(graph.shown) if graph.shown else "",
        counts=index.counts,
        example=told.example,
        disagreements=told.disagreements,
        documents=told.documents,
        map=told.map,
        KINDS=maps.KINDS,
    )


def overview(index: Index, settings: Settings) -> Overview:
    """Return what the home page of a graph tells; what it has itself goes before what it includes."""

    def included(*iris: str) -> bool:
        return bool(settings.include) and not any(iri.startswith(settings.base) for iri in iris)

    headings = _HEADINGS | _ALSO if settings.file else _HEADINGS
    rows = [tuple(term.value for term in row) for row in index.store.query(_DOCUMENTS, prefixes=PREFIXES)]
    weights = sorted(index.weights, key=lambda one: included(one[0])) if settings.include else index.weights
    told = list(islice(_worth_a_look(index, weights, headings), _LOOKED_AT))
    groups: dict[str, list[tuple[str, str, int]]] = {}
    for heading, thing, count in told:
        entries = groups.setdefault(heading, [])
        if len(entries) < 8:
            entries.append((thing, index.label(thing), count))
    contested = _contested(index, [*(thing for _, thing, _ in told[:1]), *(thing for thing, _ in index.weights[:1])])
    contested.sort(key=lambda one: included(*(side.iri for side in one.sides)))
    return Overview(
        [(heading, groups[heading]) for heading in headings.values() if heading in groups],
        _sides(contested[0]) if contested else [],
        [one for one in contested[1:] if len(one.sentence) < _LISTED][:8],
        sorted(rows, key=lambda row: included(row[0])),
        maps.draw(index),
    )


def _worth_a_look(index: Index, weights: Iterable[tuple[str, int]], headings: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """Yield heading and IRI of the things of some classes, with how many claims involve them, in the order of the weights."""
    for iri, count in weights:
        for kind in map(local, index.classes(NamedNode(iri))):
            if kind in headings:
                yield headings[kind], iri, count


def _contested(index: Index, things: Iterable[str]) -> list[Disagreement]:
    """Return the disagreements of the graph but trivial ones, the weightiest first, or in a large one those about the first of some things that has any."""
    among = dict.fromkeys(things) if index.counts.claims > _SMALL else {}
    found = (disagreements.about(index, thing) for thing in among) if among else [disagreements.everywhere(index)]
    return next(filter(None, ([one for one in every if not one.trivial] for every in found)), [])


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
