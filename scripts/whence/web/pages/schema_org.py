"""A thing as JSON-LD of schema.org, for search engines: what the published view of that name says of it."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence.namespaces import PREFIXES, local
from whence.things import Index
from whence.web.iris import path_of

_SCHEMA = PREFIXES["schema"]
_PREF, _ALT = (NamedNode(PREFIXES["skos"] + name) for name in ("prefLabel", "altLabel"))
#: Our classes in the words of schema.org, the most special first.
_TYPES = (
    ("Episode", "Episode"), ("Season", "CreativeWorkSeason"), ("Series", "CreativeWorkSeries"), ("Film", "Movie"), ("Novel", "Book"),
    ("Comic", "ComicStory"), ("Game", "VideoGame"), ("Song", "MusicComposition"), ("Soundtrack", "MusicAlbum"), ("Website", "WebSite"),
    ("Work", "CreativeWork"), ("Person", "Person"), ("Organization", "Organization"), ("Document", "Article"), ("Event", "Event"),
    ("Claim", "Claim"), ("Concept", "DefinedTerm"),
)  # fmt: skip


def describe(index: Index, iri: str, base: str) -> dict[str, Any]:
    """Return the document; a thing without names has its address and kind alone.

    :param iri: the thing
    :param base: the address of the site
    """
    thing = NamedNode(iri)
    classes = set(map(local, index.classes(thing)))
    labels = _literals(index, thing, _PREF)
    kind = next((kind for ours, kind in _TYPES if ours in classes), "Thing")
    document: dict[str, Any] = {"@context": "https://schema.org/", "@id": iri, "@type": kind, "url": _address(base, iri)}
    if labels:
        document["name"] = index.name(iri)
    others = sorted({label.value for label in [*_literals(index, thing, _ALT), *labels]} - {document.get("name")})
    if others:
        document["alternateName"] = others
    facts: dict[str, list[Any]] = {}
    quads = index.match(thing, None, None, "schema-org")
    for quad in sorted(quads, key=lambda quad: (quad.predicate.value, isinstance(quad.object, Literal), getattr(quad.object, "value", ""))):
        if quad.predicate.value.startswith(_SCHEMA):
            facts.setdefault(quad.predicate.value.removeprefix(_SCHEMA), []).append(_value(index, quad.object, base))
    return {**facts, **document}


def embedded(index: Index, iri: str, base: str) -> str:
    """Return the document as text that is safe inside `<script type="application/ld+json">`."""
    text = json.dumps(describe(index, iri, base), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _literals(index: Index, thing: NamedNode, predicate: NamedNode) -> list[Literal]:
    return [term for term in index.objects(thing, predicate) if isinstance(term, Literal)]


def _address(base: str, iri: str) -> str:
    path = path_of(iri)
    return iri if path is None else f"{base}page/{path}"


def _value(index: Index, value: Any, base: str) -> Any:
    if not isinstance(value, NamedNode):
        return value.value
    found = {"@id": value.value, "url": _address(base, value.value)}
    name = index.name(value.value) if _literals(index, value, _PREF) else ""
    return {**found, "name": name} if name else found
