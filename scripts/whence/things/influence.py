"""What a thing comes from and what came of it: claims as edges, in the direction of the influence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from whence.things import claims
from whence.things.claims import Claim
from whence.things.index import Index, Value, wh
from whence.things.positions import OUTRIGHT

INFLUENCE, COMPARISONS = ("Influence", "Adaptation"), ("Influence", "Adaptation", "Likeness", "Blend")
_TO, _FROM = ("influenced", "derivative", "compared", "subject"), ("influencer", "basis", "comparedWith", "ingredient")
#: Stances in the order in which edges come: what is affirmed before what is doubted, what is denied and what nobody says.
_ORDER = (*OUTRIGHT, "disputed", "hedged", "implied", "promotional", "intended", "expected", "wished", "compared", "denied", "premise", "unattested")
_MOST = 500


@dataclass(frozen=True, slots=True)
class Edge:
    """One claim between two things.

    :ivar aspect: in what, in words, or an empty text
    """

    claim: Claim
    source: Value
    target: Value
    aspect: str


def around(
    index: Index, about: Iterable[Claim], family: set[str], kinds: tuple[str, ...], steps: int = 1, *, up: bool = True, down: bool = True, policy: str = "",
) -> list[Edge]:
    """Return the edges around a thing: those at it and its parts first, then influences, then those that are affirmed.

    :param about: the claims that involve it
    :param family: the IRIs of it and its parts
    :param kinds: `INFLUENCE`, with what a thing is based on, or `COMPARISONS`
    :param steps: how far to go: to the sources of its sources, and to what came of what came of it
    :param up: whether what it comes from is wanted
    :param down: whether what came of it is wanted
    :param policy: one of `whence.things.positions.POLICIES`, to leave out what nobody affirms under it
    """
    found: dict[str, list[Edge]] = {}
    fresh = [claim for claim in about if claim.kind in kinds]
    above, below = set(family), set(family)
    for _ in range(steps):
        edges = [one for claim in fresh if not policy or any(not each.denied and each.licensed(policy) for each in claim.positions) for one in edges_of(claim)]
        at = [one for one in edges if (up and one.target.iri in above) or (down and one.source.iri in below)]
        for one in at:
            found.setdefault(one.claim.iri, []).append(one)
        above, below = {one.source.iri for one in at if one.target.iri in above}, {one.target.iri for one in at if one.source.iri in below}
        further = {node for end in sorted(above) for role in _TO[:2] for node in index.subjects(wh(role), NamedNode(end))} if up else set()
        further |= {node for end in sorted(below) for role in _FROM[:2] for node in index.subjects(wh(role), NamedNode(end))} if down else set()
        fresh = [claims.load(index, node.value) for node in sorted(further, key=str)[:_MOST] if node.value not in found]
    ordered = [one for iri in sorted(found)[:_MOST] for one in found[iri]]
    ordered.sort(key=lambda one: (one.source.text, one.target.text, one.claim.iri))
    return sorted(ordered, key=lambda one: (
        one.source.iri not in family and one.target.iri not in family, one.claim.kind not in INFLUENCE, _ORDER.index(one.claim.stance), one.source.text
    ))  # fmt: skip


def edges_of(claim: Claim) -> list[Edge]:
    """Return the edges a claim makes, one for each source, target and aspect; empty for claims of other kinds.

    Their ends are what stands for all that is the same, as of a thing of the graph that a catalogue has too.
    """
    roles = claim.roles
    targets, sources = ([claim.standing(value) for role in ends for value in roles.get(role, []) if value.iri] for ends in (_TO, _FROM))
    aspects = [value.text for value in roles.get("aspect", []) if not value.iri.endswith("NotStated")] or [""]
    return [Edge(claim, source, target, aspect) for source in sources for target in targets for aspect in aspects]
