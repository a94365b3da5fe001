"""Claims with everyone's position on them, chosen by what they are about, who says them, or where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence.namespaces import PREFIXES, WH, shorten
from whence.things.index import CLOSURES, Discrepancy, Index, Value, wh
from whence.things.positions import Position, read, together

#: The classes of claims in the order in which they are shown, with the heading of each.
KINDS = {
    "Contribution": "Who made it", "Casting": "Voices and performances", "Position": "Offices held", "Classification": "What it is",
    "Release": "Releases", "ThemeUse": "Songs in use", "Influence": "Influences", "Adaptation": "What it is based on", "Likeness": "Likenesses", "Blend": "Blends",
    "Recommendation": "Recommendations", "Naming": "Names as printed", "WorldFact": "Facts of the story", "Quantity": "Numbers",
    "Relation": "Relations", "Statement": "Opinions, intentions, methods",
}  # fmt: skip
_ORDER = {kind: place for place, kind in enumerate(KINDS)}
#: Properties of claims that follow from their roles.
_DERIVED = frozenset(("involves", "aboutWork", "moreSpecificThan", "attestedBy", "involvedIn", "workOfClaim", "document", "start", "end", *CLOSURES))
_INVOLVES, _LABEL = wh("involves"), NamedNode(PREFIXES["rdfs"] + "label")
#: At most so many claims are chosen.
_MOST = 4000


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim with positions on it.

    :ivar kind: the local name of its most special class
    :ivar positions: in the order of their IRIs
    :ivar partial: whether others of its positions are left out
    """

    iri: str
    label: str
    kind: str
    positions: tuple[Position, ...]
    _index: Index = field(repr=False, compare=False)
    partial: bool = False

    @property
    def catalogue(self) -> str:
        """The title of the catalogue whose claim it is, or an empty text where it is the graph's own."""
        return self._index.catalogue(self.iri)

    @property
    def disputed(self) -> bool:
        """Whether somebody affirms and somebody denies it, itself or through a more specific or more general one; of a partial one not told."""
        return not self.partial and self._index.contested(self.iri)[0]

    @property
    def competing(self) -> frozenset[str]:
        """The claims that fill the same slot with another value."""
        return self._index.contested(self.iri)[1]

    @property
    def stance(self) -> str:
        """What all positions together come to, one of `positions.STANCES`."""
        return together([position.stance for position in self.positions], self.disputed)

    def standing(self, value: Value) -> Value:
        """Return what stands for the things that were decided to be the same as a filler of a role."""
        main = self._index.main(value.iri)
        return value if main == value.iri else Value(self._index.label(main), main)

    @property
    def roles(self) -> dict[str, list[Value]]:
        """The fillers of its roles by the name of the role, both sorted."""
        return self._index.keep(self._index.roles, self.iri, self._read_roles)

    def _read_roles(self, iri: str) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = {}
        for quad in self._index.quads(NamedNode(iri)):
            role = quad.predicate.value.removeprefix(WH)
            if quad.predicate.value.startswith(WH) and role not in _DERIVED:
                term = quad.object
                language = (term.language or "") if isinstance(term, Literal) else ""
                value = Value(self._index.words(term), term.value if isinstance(term, NamedNode) else "", language)
                found.setdefault(role, []).append(value)
        return found

    @property
    def in_order(self) -> list[Position]:
        """The positions in the order of documents and text."""
        return sorted(self.positions, key=lambda position: (position.passages, position.iri))

    @property
    def rank(self) -> tuple[int, str]:
        """Sorts claims that matter more first: contested ones, then those with more positions."""
        return (-(1000 * (self.stance == "disputed") + 500 * bool(self.competing) + len(self.positions)), self.label)

    def positions_of(self, speaker: str | None, document: str | None) -> tuple[Position, ...]:
        """Return the positions of whoever speaks, or is said to hold them, that stand in a document; `None` for any."""
        chosen = (one for one in self.positions if not speaker or speaker in (one.speaker, *one.ascribed))
        return tuple(one for one in chosen if not document or any(place.document == document for place in one.passages))

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object, with its roles and positions."""
        roles = {role: [{"iri": value.iri, "text": value.text} if value.iri else {"text": value.text} for value in values] for role, values in self.roles.items()}
        catalogue = {"catalogue": self.catalogue} if self.catalogue else {}
        return {
            "iri": self.iri, "label": self.label, "kind": self.kind, "stance": self.stance, **catalogue, "roles": roles,
            "positions": [position.as_dict() for position in self.in_order],
        }  # fmt: skip


def load(index: Index, iri: str) -> Claim:
    """Return one claim with all positions on it."""
    return index.keep(index.claims, iri, lambda _: _read(index, iri))


def _read(index: Index, iri: str) -> Claim:
    node = NamedNode(iri)
    positions = tuple(read(index, position, iri) for position in index.positions(node))
    classes = [kind for kind in index.classes(node) if kind.startswith(WH)]
    kind = next(iter(index.special(classes)), WH + "Claim").removeprefix(WH)
    claim = Claim(iri, index.text(node, _LABEL) or index.name(iri), kind, positions, index)
    if claim.label:
        return claim
    roles = "; ".join(f"{role}: {', '.join(value.text for value in values)}" for role, values in claim.roles.items())
    return replace(claim, label=index.value(node, wh("gloss")) or roles or shorten(iri))


def about(index: Index, iri: str) -> list[Claim]:
    """Return the claims that involve a thing."""
    return _load(index, index.subjects(_INVOLVES, NamedNode(iri)))


def mentioning(index: Index, iri: str) -> list[Claim]:
    """Return the claims that name a thing in any way; of a claim itself and the others that do, of a position its claim."""
    thing = NamedNode(iri)
    return _load(index, {thing, *index.subjects(None, thing), *index.attested(thing)})


def held(index: Index, iri: str, *roles: str) -> list[Claim]:
    """Return the claims on which positions are taken that have a thing in one of these roles, with these positions alone.

    :param roles: `speaker` and `ascribedTo` for what somebody says, `document` for what one holds, `inQuestion` and `answers`, `passage`
    """
    return _with(index, {node for role in roles for node in index.subjects(wh(role), NamedNode(iri))})


def of(index: Index, iri: str) -> Claim | None:
    """Return the claim of a position with this position alone."""
    return next(iter(_with(index, [NamedNode(iri)])), None)


def between(index: Index, discrepancy: Discrepancy) -> list[Claim]:
    """Return the claims between which a discrepancy is; of those that it names by positions, these alone."""
    sides = list(map(NamedNode, discrepancy.sides))
    return _load(index, sides) + _with(index, sides)


def _load(index: Index, nodes: Iterable[NamedNode]) -> list[Claim]:
    chosen = sorted(node.value for node in nodes if node.value in index.claims or (not index.attested(node) and index.is_a(node, "Claim")))[:_MOST]
    return [load(index, iri) for iri in chosen]


def _with(index: Index, positions: Iterable[NamedNode]) -> list[Claim]:
    """Return the claims of positions, with these positions alone."""
    chosen: dict[str, set[str]] = {}
    for node in sorted(positions, key=lambda node: node.value)[:_MOST]:
        for claim in index.attested(node):
            chosen.setdefault(claim.value, set()).add(node.value)
    loaded = [load(index, iri) for iri in sorted(chosen)]
    return [replace(claim, positions=tuple(one for one in claim.positions if one.iri in chosen[claim.iri])) for claim in loaded]


def ranked(claims: Iterable[Claim]) -> list[Claim]:
    """Return claims in the order of their classes, then by weight."""
    return sorted(claims, key=lambda claim: (_ORDER.get(claim.kind, len(KINDS)), claim.rank, claim.iri))
