"""Two things side by side: what is said of both, of the one and of the other, and what is claimed between them.

Two works share people, sources, genres and dates; two people works, offices and claims on which both take a position; two documents the
claims that both speak of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whence.things import claims
from whence.things.claims import Claim
from whence.things.dates import in_words
from whence.things.index import Value
from whence.things.stances import together

if TYPE_CHECKING:
    from whence.things.index import Index

__all__ = ["Comparison", "Row", "Side", "Spoken", "compare"]

#: Class of claims to how its fillers are told from one of them: the role of the thing, the word for what it says, the role of the other.
_TOLD = {
    "Classification": (("subject", "is", "concept"), ("concept", "is said of", "subject")),
    "Influence": (("influenced", "comes from", "influencer"), ("influencer", "influenced", "influenced")),
    "Likeness": (("compared", "is like", "comparedWith"), ("comparedWith", "is like", "compared")),
    "Blend": (("subject", "blends", "ingredient"), ("ingredient", "is blended in", "subject")),
    "Position": (("agent", "has an office at", "organization"), ("organization", "has in office", "agent")),
    "Release": (("work", "is released by", "outlet"), ("outlet", "releases", "work")),
    "ThemeUse": (("work", "uses the song", "song"), ("song", "is used in", "work")),
    "Recommendation": (("recommended", "is recommended to the audience of", "toAudienceOf"), ("toAudienceOf", "its audience is recommended", "recommended")),
}  # fmt: skip
#: Rows in this order first, then all others by their names.
_FIRST = ("people", "worked on", "comes from", "influenced", "is like", "blends")


@dataclass(frozen=True, slots=True)
class Side:
    """Why one thing has a value: the claims that say so, the weightiest first."""

    claims: tuple[Claim, ...]

    @property
    def stance(self) -> str:
        """What its claims together come to, one of `stances.STANCES`."""
        return together([claim.stance for claim in self.claims], any(claim.stance == "disputed" for claim in self.claims))


@dataclass(frozen=True, slots=True)
class Row:
    """One value of one property, as both things have it, or one of them.

    :ivar name: of the property, in words
    :ivar one: why the first thing has it, or None
    :ivar other: why the second has it, or None
    """

    name: str
    value: Value
    one: Side | None
    other: Side | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        value = {"iri": self.value.iri, "text": self.value.text} if self.value.iri else {"text": self.value.text}
        sides = {name: {"stance": side.stance, "claims": [claim.iri for claim in side.claims]} if side else None for name, side in (("one", self.one), ("other", self.other))}
        return {"property": self.name, "value": value, **sides}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A claim on which both take positions, or that both hold.

    :ivar one: the claim with the positions of the first alone
    :ivar other: the claim with the positions of the second alone
    """

    one: Claim
    other: Claim

    @property
    def differ(self) -> bool:
        """Whether what the two say of it comes to different stances."""
        return self.one.stance != self.other.stance

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"differ": self.differ, "one": self.one.as_dict(), "other": self.other.as_dict()}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two things side by side; all lists may be empty.

    :ivar between: claims that involve both, the weightiest first
    :ivar rows: by property; what both have before what one has
    :ivar spoken: claims of which both speak, those on which they differ first
    """

    one: Value
    other: Value
    between: list[Claim]
    rows: list[Row]
    spoken: list[Spoken]

    @property
    def shared(self) -> list[Row]:
        """The rows that both have."""
        return [row for row in self.rows if row.one and row.other]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        things = {name: {"iri": thing.iri, "name": thing.text} for name, thing in (("one", self.one), ("other", self.other))}
        return {
            **things, "between": [claim.as_dict() for claim in self.between], "rows": [row.as_dict() for row in self.rows],
            "spoken": [spoken.as_dict() for spoken in self.spoken],
        }  # fmt: skip


def compare(index: Index, one: str, other: str) -> Comparison:
    """Return two things side by side.

    :param one: the IRI of a thing
    :param other: of another; of the same thing everything is shared and nothing between
    """
    about = [claims.about(index, iri) for iri in (one, other)]
    known = {claim.iri for claim in about[1]} if one != other else set()
    between = sorted((claim for claim in about[0] if claim.iri in known), key=lambda claim: (claim.rank, claim.iri))
    found = [_values(claims_of, iri, {one, other} - {iri}) for claims_of, iri in zip(about, (one, other), strict=True)]
    rows = [
        Row(name, value, *(Side(tuple(values[name, value])) if (name, value) in values else None for values in found))
        for name, value in dict.fromkeys([*found[0], *found[1]])
    ]
    rows.sort(key=lambda row: (not (row.one and row.other), _place(row.name), row.one is None, row.value.text, row.value.iri))
    held = [{claim.iri: claim for claim in claims.held(index, iri, "speaker", "ascribedTo", "document")} for iri in (one, other)]
    spoken = [Spoken(held[0][iri], held[1][iri]) for iri in sorted(held[0].keys() & held[1].keys())] if one != other else []
    spoken.sort(key=lambda one: (not one.differ, one.one.rank, one.one.iri))
    return Comparison(Value(index.label(one), one), Value(index.label(other), other), between, rows, spoken)


def _place(name: str) -> tuple[int, str]:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST), name


def _values(about: list[Claim], iri: str, others: set[str]) -> dict[tuple[str, Value], list[Claim]]:
    """Return what claims say of a thing, by property and value; what they say of it and the other thing stands between the two."""
    found: dict[tuple[str, Value], list[Claim]] = {}
    for claim in sorted(about, key=lambda claim: (claim.rank, claim.iri)):
        for name, value in _told(claim, iri):
            if value.iri not in others:
                found.setdefault((name, value), []).append(claim)
    return found


def _told(claim: Claim, iri: str) -> Iterator[tuple[str, Value]]:
    """Yield what a claim says of a thing that fills one of its roles: property and value; nothing of kinds that say it in a sentence alone."""
    roles = {role: [value for value in values if not value.iri.endswith("NotStated")] for role, values in claim.roles.items()}

    for mine, name, other in _TOLD.get(claim.kind, ()):
        if _is_in(roles, mine, iri):
            yield from ((name, value) for value in roles.get(other, []) if value.iri != iri)
    if claim.kind in ("Contribution", "Casting"):
        yield from _credit(roles, iri)
    elif claim.kind == "Release" and _is_in(roles, "work", iri):
        yield from (("is released", Value(in_words(value.text))) for value in roles.get("date", []))
    elif claim.kind in ("Relation", "WorldFact") and _is_in(roles, "subject", iri):
        values = [*roles.get("value", []), *roles.get("literalValue", [])]
        yield from ((name.text, value) for name in roles.get("property", []) for value in values)
    elif claim.kind == "Quantity" and _is_in(roles, "about", iri):
        counted = ", ".join(value.text for role in ("counted", "unit") for value in roles.get(role, [])[:1])
        yield from ((f"number of {counted or 'units'}", value) for value in roles.get("number", []))


def _credit(roles: dict[str, list[Value]], iri: str) -> Iterator[tuple[str, Value]]:
    """Yield what a credit says: whoever made it or what was made, and the same by role."""
    for mine, name, other in (("agent", "worked on", "work"), ("work", "people", "agent"), ("character", "played by", "agent")):
        if _is_in(roles, mine, iri):
            names = [name, *(value.text for value in roles.get("role", []))] if mine != "character" else [name]
            yield from ((one, value) for one in names for value in roles.get(other, []))
            return


def _is_in(roles: dict[str, list[Value]], role: str, iri: str) -> bool:
    return any(value.iri == iri for value in roles.get(role, []))
