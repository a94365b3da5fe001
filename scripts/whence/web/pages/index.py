"""The index of names behind the search box: every name, form and misspelling, found by what a person types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from whence.things import plain
from whence.web.pages.words import local, spaced

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["Hit", "Name", "names", "search"]

_NAMES = """SELECT DISTINCT ?thing ?name ?form ?kind {
  { ?thing skos:prefLabel ?name FILTER(LANG(?name) = "en") BIND(?name AS ?form) }
  UNION { ?thing skos:prefLabel ?name FILTER(LANG(?name) = "en") ?thing skos:prefLabel|skos:altLabel|wh:fileName ?form }
  UNION { ?naming wh:entity ?thing ; wh:printedForm ?form . ?thing skos:prefLabel ?name FILTER(LANG(?name) = "en") }
  UNION { ?thing rdfs:isDefinedBy [] ; rdfs:label ?name BIND(?name AS ?form) }
} ORDER BY ?thing ?form LIMIT 40000"""
_KINDS = """SELECT ?thing (SAMPLE(?class) AS ?kind) { ?thing a ?class . ?class rdfs:subClassOf* wh:Entity
  FILTER NOT EXISTS { ?thing a ?special . ?special rdfs:subClassOf ?class FILTER(?special != ?class) } } GROUP BY ?thing ORDER BY ?thing LIMIT 40000"""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one thing.

    :ivar plain: the name without case, accents and punctuation
    :ivar letters: its pairs of letters, for names that are typed wrong
    """

    thing: str
    name: str
    form: str
    kind: str
    plain: str
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its address, its name, the form that fits when another, and its kind."""

    address: str
    name: str
    form: str
    kind: str


async def names(context: Context) -> list[Name]:
    """Return the index, built once for a graph."""
    kept = context.site.published.kept
    if "names" not in kept:
        kinds = {str(row["thing"]): spaced(local(row["kind"])) for row in await context.select(_KINDS) if "kind" in row}
        found: dict[tuple[str, str], Name] = {}
        for row in await context.select(_NAMES):
            folded = plain(row["form"])
            key = (str(row["thing"]), folded)
            if folded and key not in found:
                kind = kinds.get(row["thing"], "term")
                found[key] = Name(str(row["thing"]), str(row["name"]), str(row["form"]), kind, folded, _pairs(folded))
        kept["names"] = list(found.values())
    return kept["names"]


async def search(context: Context, text: str, most: int) -> list[Hit]:
    """Return the things whose names fit a text best, the best first; empty when none is near."""
    wanted = plain(text[:200])
    if not wanted:
        return []
    letters = _pairs(wanted)
    best: dict[str, tuple[float, Name]] = {}
    for name in await names(context):
        score = _score(wanted, letters, name)
        if score > 0 and (name.thing not in best or score > best[name.thing][0]):
            best[name.thing] = (score, name)
    ranked = sorted(best.values(), key=lambda found: (-found[0], found[1].kind == "term", len(found[1].name), found[1].name))
    return [
        Hit(context.page_address(name.thing), name.name, name.form if plain(name.form) != plain(name.name) else "", name.kind)
        for _, name in ranked[:most]
    ]


def _score(wanted: str, letters: frozenset[str], name: Name) -> float:
    """Return how well a name fits, 0 for not at all: whole, from its start, from a word's start, inside, nearly."""
    if name.plain == wanted:
        return 5
    if name.plain.startswith(wanted):
        return 4
    if f" {wanted}" in name.plain:
        return 3
    if len(wanted) > 2 and wanted in name.plain:
        return 2
    words = wanted.split()
    if len(words) > 1 and all(word in name.plain for word in words):
        return 1.5
    if len(wanted) < 4:
        return 0
    likeness = 2 * len(letters & name.letters) / (len(letters) + len(name.letters) or 1)
    return likeness if likeness >= 0.55 else 0


def _pairs(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[place : place + 2] for place in range(len(padded) - 1))
