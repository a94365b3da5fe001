"""A thing as JSON-LD of schema.org, for search engines: what the published view of that name says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence.namespaces import PREFIXES
from whence.web.linked_data import path_of
from whence.web.terms import IRI, Row, Term

if TYPE_CHECKING:
    from whence.web.serving import Serving

__all__ = ["describe"]

_SCHEMA = PREFIXES["schema"]
_NAMES = """SELECT ?label ?alternative ?class {
  { ?thing skos:prefLabel ?label } UNION { ?thing skos:altLabel ?alternative } UNION { ?thing a ?class }
} ORDER BY LANG(?label) ?label ?alternative ?class"""
_FACTS = """SELECT ?property ?value ?name {
  GRAPH view:schema-org { ?thing ?property ?value } OPTIONAL { ?value skos:prefLabel ?name FILTER(LANG(?name) = "en") }
} ORDER BY ?property ?value"""
#: Our classes in the words of schema.org, the most special first.
_TYPES = (
    ("Episode", "Episode"), ("Season", "CreativeWorkSeason"), ("Series", "CreativeWorkSeries"), ("Film", "Movie"), ("Novel", "Book"),
    ("Comic", "ComicStory"), ("Game", "VideoGame"), ("Song", "MusicComposition"), ("Soundtrack", "MusicAlbum"), ("Website", "WebSite"),
    ("Work", "CreativeWork"), ("Person", "Person"), ("Organization", "Organization"), ("Document", "Article"), ("Event", "Event"),
    ("Claim", "Claim"), ("Concept", "DefinedTerm"),
)  # fmt: skip


async def describe(site: Serving, iri: str, base: str) -> dict[str, Any]:
    """Return the document; a thing without names has its address and kind alone.

    :param iri: the thing
    :param base: the address of the site
    """
    thing = {"thing": IRI(iri)}
    rows = await site.rows(_NAMES, thing)
    classes = {row["class"].rpartition("#")[2].rpartition("/")[2] for row in rows if "class" in row}
    labels = [row["label"] for row in rows if "label" in row]
    document: dict[str, Any] = {"@context": "https://schema.org/", "@id": iri, "@type": _kind(classes), "url": _address(base, iri)}
    if labels:
        document["name"] = str(next((label for label in labels if label.language in ("en", "")), labels[0]))
    others = sorted({str(row["alternative"]) for row in rows if "alternative" in row} | set(map(str, labels[1:])))
    if others:
        document["alternateName"] = others
    facts: dict[str, list[Any]] = {}
    for row in await site.rows(_FACTS, thing):
        if row["property"].startswith(_SCHEMA):
            facts.setdefault(row["property"].removeprefix(_SCHEMA), []).append(_value(row, base))
    return {**facts, **document}


def _kind(classes: set[str]) -> str:
    return next((kind for ours, kind in _TYPES if ours in classes), "Thing")


def _address(base: str, iri: str) -> str:
    path = path_of(iri)
    return iri if path is None else f"{base}page/{path}"


def _value(row: Row, base: str) -> Any:
    value: Term = row["value"]
    if value.kind != "uri":
        return str(value)
    found = {"@id": str(value), "url": _address(base, value)}
    return {**found, "name": str(row["name"])} if "name" in row else found
