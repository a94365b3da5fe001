"""Comparisons of two things: what they share, what only one of them has, and what is said of both together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from whence.errors import UsageError
from whence.rdf.dataframes import Tabular
from whence.things import claims as all_claims, disagreements
from whence.things.claims import Claim
from whence.things.disagreements import Disagreement
from whence.things.index import Index, Value, wh
from whence.things.positions import SILENT

#: Facet to its heading.
FACETS = {
    "people": "People and studios", "works": "Works", "roles": "Roles", "organizations": "Organizations", "offices": "Offices", "kinds": "Kinds",
    "sources": "Said to come from", "influenced": "Said to have shaped", "blends": "Said to blend",
    "blended": "Said to be blended in", "likened": "Likened to", "aspects": "Aspects", "characters": "Characters",
    "songs": "Songs", "outlets": "Outlets", "dates": "Dates", "facts": "Facts", "speakers": "Speakers", "things": "Things spoken of", "claims": "Claims", "documents": "Documents",
}  # fmt: skip
#: Class of claim to the role that a thing has in it, to the facets of what stands in its other roles.
_ROLES: dict[str, dict[str, dict[str, str]]] = {
    "Contribution": {"agent": {"work": "works", "role": "roles"}, "work": {"agent": "people", "role": "roles"}},
    "Casting": {
        "agent": {"work": "works", "role": "roles", "character": "characters"}, "work": {"agent": "people", "role": "roles", "character": "characters"},
        "character": {"agent": "people", "work": "works"},
    },
    "Position": {"agent": {"organization": "organizations", "office": "offices"}, "organization": {"agent": "people", "office": "offices"}},
    "Classification": {"subject": {"concept": "kinds"}},
    "Release": {"work": {"outlet": "outlets", "date": "dates"}},
    "ThemeUse": {"work": {"song": "songs", "performer": "people"}, "song": {"work": "works", "performer": "people"}},
    "Influence": {"influenced": {"influencer": "sources", "aspect": "aspects"}, "influencer": {"influenced": "influenced", "aspect": "aspects"}},
    "Adaptation": {"derivative": {"basis": "sources"}, "basis": {"derivative": "influenced"}},
    "Likeness": {"compared": {"comparedWith": "likened", "aspect": "aspects"}, "comparedWith": {"compared": "likened", "aspect": "aspects"}},
    "Blend": {"subject": {"ingredient": "blends"}, "ingredient": {"subject": "blended"}},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a thing has, with the claims that say so."""

    value: Value
    claims: tuple[Claim, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"iri": self.value.iri or None, "text": self.value.text, "claims": [{"iri": claim.iri, "label": claim.label, "stance": claim.stance} for claim in self.claims]}


@dataclass(frozen=True, slots=True)
class Facet:
    """One respect in which two things are compared.

    :ivar name: one of `FACETS`
    :ivar shared: what both have, each with the claims on the one and on the other; sorted by name, as the others are
    :ivar first: what only the first has
    :ivar second: what only the second has
    """

    name: str
    shared: tuple[tuple[Item, Item], ...]
    first: tuple[Item, ...]
    second: tuple[Item, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        shared = [{"first": one.as_dict(), "second": other.as_dict()} for one, other in self.shared]
        return {
            "facet": self.name, "heading": FACETS[self.name], "shared": shared, "onlyFirst": [item.as_dict() for item in self.first],
            "onlySecond": [item.as_dict() for item in self.second],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison(Tabular):
    """Two things side by side.

    :ivar facets: in the order of `FACETS`; those in which neither has anything are left out
    :ivar between: the claims that name both, or their parts: likeness, influence, recommendation and others, the weightiest first
    :ivar disagreements: those in which both take part
    """

    first: str
    second: str
    facets: tuple[Facet, ...]
    between: tuple[Claim, ...]
    disagreements: tuple[Disagreement, ...]

    def _table(self) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        sides = ((facet, who, items) for facet in self.facets for who, items in (("both", [one for one, _ in facet.shared]), ("first", facet.first), ("second", facet.second)))
        rows = [(FACETS[facet.name], who, ", ".join(item.value.text for item in items)) for facet, who, items in sides if items]
        rows += [("said of both", claim.stance, claim.label) for claim in self.between] + [("disagreement", one.kind, one.sentence) for one in self.disagreements]
        return ("in", "who", "what"), rows

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "facets": [facet.as_dict() for facet in self.facets], "between": [claim.as_dict() for claim in self.between],
            "disagreements": [one.as_dict() for one in self.disagreements],
        }  # fmt: skip


def compare(index: Index, first: str, second: str) -> Comparison:
    """Compare two things: works, people, organizations, characters or documents; the graph may know little that they share.

    :raises UsageError: they are one
    """
    if first == second:
        raise UsageError(f"Both names mean {index.label(first)}.", fix="Give two different things.")
    one, other = _facets(index, first), _facets(index, second)
    facets = []
    for name in FACETS:
        mine, theirs = one.get(name, {}), other.get(name, {})
        both = sorted(mine.keys() & theirs.keys(), key=lambda key: (mine[key].value.text, key))
        only = [tuple(sorted((a[key] for key in a.keys() - b.keys()), key=lambda item: (item.value.text, item.value.iri))) for a, b in ((mine, theirs), (theirs, mine))]
        if mine or theirs:
            facets.append(Facet(name, tuple((mine[key], theirs[key]) for key in both), only[0], only[1]))
    claims = [_own(index, iri) for iri in (first, second)]
    between = all_claims.ranked(claims[0][iri] for iri in claims[0].keys() & claims[1].keys() if not _is_document(index, first) and not _is_document(index, second))
    between.sort(key=lambda claim: claim.kind not in ("Likeness", "Influence", "Adaptation", "Blend", "Recommendation"))
    return Comparison(first, second, tuple(facets), tuple(between), tuple(_common(index, first, second)))


def _is_document(index: Index, iri: str) -> bool:
    return index.is_a(NamedNode(iri), "Document")


def _own(index: Index, iri: str) -> dict[str, Claim]:
    """Return the claims that a document holds, or that involve another thing or its parts."""
    found = all_claims.held(index, iri, "document") if _is_document(index, iri) else all_claims.about(index, iri)
    return {claim.iri: claim for claim in found}


def _facets(index: Index, iri: str) -> dict[str, dict[str, Item]]:
    """Return what a thing has, by facet and by IRI or text."""
    found: dict[str, dict[str, Item]] = {}
    for facet, value, claim in _values(index, iri):
        items = found.setdefault(facet, {})
        key = value.iri or value.text
        known = items[key].claims if key in items else ()
        items[key] = Item(value, known if claim in known else (*known, claim))
    return found


def _values(index: Index, iri: str) -> Iterator[tuple[str, Value, Claim]]:
    document = _is_document(index, iri)
    family = {node.value for node in index.within(NamedNode(iri))}
    for claim in _own(index, iri).values():
        if document:
            yield "claims", Value(claim.label, claim.iri), claim
            things = index.things(NamedNode(claim.iri), wh("involves"))
            yield from (("things", index.term(node), claim) for node in things if index.is_a(node, "Entity") and node.value != iri)
            yield from (("speakers", index.term(NamedNode(one.speaker)), claim) for one in claim.positions if one.speaker)
            continue
        documents = {passage.document for position in claim.positions for passage in position.passages}
        yield from (("documents", index.term(NamedNode(one)), claim) for one in sorted(documents))
        if claim.stance in SILENT:
            continue
        yield from _by_roles(claim, family)


def _by_roles(claim: Claim, family: set[str]) -> Iterator[tuple[str, Value, Claim]]:
    roles = claim.roles
    for own, facets in _ROLES.get(claim.kind, {}).items():
        if any(value.iri in family for value in roles.get(own, [])):
            for role, facet in facets.items():
                yield from ((facet, value, claim) for value in _stated(roles.get(role, [])) if value.iri not in family)
    if claim.kind in ("Relation", "WorldFact") and any(value.iri in family for value in roles.get("subject", [])):
        for of in roles.get("property", []):
            for value in _stated([*roles.get("value", []), *roles.get("literalValue", [])]):
                yield "facts", Value(f"{of.text}: {value.text}", f"{of.iri} {value.iri or value.text}"), claim


def _stated(values: Iterable[Value]) -> list[Value]:
    return [value for value in values if not value.iri.endswith("NotStated")]


def _common(index: Index, first: str, second: str) -> list[Disagreement]:
    """Return the disagreements in which both things take part; between two documents, those with positions in both."""
    names = {second} if _is_document(index, second) else {node.value for node in index.subjects(wh("involves"), NamedNode(second))}
    found = []
    for one in disagreements.about(index, first):
        places = {passage.document for side in one.sides for position in side.positions for passage in position.passages}
        if names & (places | {side.iri for side in one.sides}) and (not _is_document(index, first) or first in places):
            found.append(one)
    return found
