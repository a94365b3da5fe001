"""The page at `/`, the search, and the small pages: the state of the graph and errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from whence.namespaces import PREFIXES, WH, local, spaced
from whence.things import Index, claims, plain
from whence.web.pages import map as maps
from whence.web.pages.queries import editor, query
from whence.web.pages.rendering import render

if TYPE_CHECKING:
    from whence.web.pages.context import Context

__all__ = ["Hit", "hit", "hits", "home", "problem", "search", "suggestions", "validation"]

_WORTH_A_LOOK = """SELECT ?class ?thing (COUNT(DISTINCT ?claim) AS ?claims) {
  VALUES ?class { wh:Series wh:Film wh:Person wh:Organization wh:Character wh:FictionalGroup wh:WorkPart }
  ?thing a ?class . ?claim wh:involves ?thing
} GROUP BY ?class ?thing ORDER BY DESC(?claims) ?thing LIMIT 300"""
_HEADINGS = {"Series": "Series", "Film": "Films", "Person": "People", "Organization": "Studios and outlets", "Character": "Characters", "FictionalGroup": "Groups in the story", "WorkPart": "Parts of works"}
_DENIED = """SELECT DISTINCT ?claim ?label { ?claim a wh:Influence ; rdfs:label ?label . ?denial wh:attests ?claim ; wh:polarity wh:Denied } ORDER BY ?label LIMIT 4"""
_DOCUMENTS = """SELECT ?document ?name ?length (COUNT(?p) AS ?positions) {
  ?document a wh:Document ; skos:prefLabel ?name ; wh:textLength ?length . ?p a wh:Attestation ; wh:document ?document
} GROUP BY ?document ?name ?length ORDER BY ?name LIMIT 50"""
_EXAMPLE = """SELECT ?thing (COUNT(DISTINCT ?s) AS ?speakers) (COUNT(DISTINCT ?polarity) AS ?polarities) {
  VALUES ?class { wh:Influence wh:Likeness } ?thing a ?class . ?p wh:attests ?thing ; wh:speaker ?s ; wh:polarity ?polarity
} GROUP BY ?thing ORDER BY DESC(?polarities) DESC(?speakers) ?thing LIMIT 1"""
#: Kinds of discrepancies that are more than one of spelling or value.
_TELLING = tuple(WH + kind + "Discrepancy" for kind in ("Attribution", "Aspect", "Degree"))


def home(context: Context) -> str:
    """Render the page."""
    index = context.index

    def rows(query: str) -> list[tuple[str, ...]]:
        return [tuple(term.value for term in row) for row in index.store.query(query, prefixes=PREFIXES)]

    groups: dict[str, list[tuple[str, str, str]]] = {}
    for kind, thing, count in rows(_WORTH_A_LOOK):
        entries = groups.setdefault(_HEADINGS[local(kind)], [])
        if len(entries) < 8:
            entries.append((thing, index.label(thing), count))
    telling = sorted((one for one in index.discrepancies if one.kind in _TELLING), key=lambda one: (len(one.gloss), one.iri))
    return render(
        "home.html",
        groups=[(heading, groups[heading]) for heading in _HEADINGS.values() if heading in groups],
        counts=index.counts,
        example=next((claims.load(index, thing) for thing, *_ in rows(_EXAMPLE)), None),
        disagreements=[(one.iri, one.gloss, index.label(one.kind)) for one in telling[:6]],
        denied=rows(_DENIED),
        documents=rows(_DOCUMENTS),
        map=maps.draw(index),
        KINDS=maps.KINDS,
    )


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
    """Render the results of a search."""
    text = context.parameters.get("q", "").strip()
    return render("search.html", text=text, hits=hits(context.index, text, 60))


def suggestions(context: Context) -> str:
    """Render the options of the search box's list for what has been typed so far."""
    return render("suggestions.html", hits=hits(context.index, context.parameters.get("q", ""), 9))


def validation(context: Context) -> str:
    """Render the state of the graph, not why a change is refused: that quotes lines nobody published. Another moment may have another."""
    context.lasting = False
    return render("validation.html", graph=context.graph, since=datetime.fromtimestamp(context.graph.since, UTC))


def problem(context: Context) -> str:
    """Render what went wrong; for a missing thing those with a similar name, for a query that failed its text too."""
    if context.status != 404 and context.failed in ("query", "sparql", "/editor"):
        return (query if context.failed == "query" else editor)(context)
    wanted = context.path.rpartition("/")[2].replace("-", " ") if context.status == 404 else ""
    return render("problem.html", status=context.status, problem=context.problem, near=hits(context.index, wanted, 5) if wanted else [])
