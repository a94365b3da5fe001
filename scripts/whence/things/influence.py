"""What a thing comes from and what came of it: claims as edges, in the direction of the influence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from whence.things import claims
from whence.things.claims import Claim
from whence.things.index import Index, Value, wh

__all__ = ["COMPARISONS", "INFLUENCE", "Edge", "around", "edges_of"]

INFLUENCE, COMPARISONS = ("Influence",), ("Influence", "Likeness", "Blend")
_TO, _FROM = ("influenced", "compared", "subject"), ("influencer", "comparedWith", "ingredient")
#: Stances by weight: what says most comes first.
_ORDER = ("disputed", "makers", "denied", "press", "hedged", "implied", "promotional", "intended", "expected", "wished", "compared", "premise", "unattested")
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


def around(index: Index, about: Iterable[Claim], family: set[str], kinds: tuple[str, ...], steps: int = 1) -> list[Edge]:
    """Return the edges around a thing: those at it and its parts first, then influences, then those that say most.

    :param about: the claims that involve it
    :param family: the IRIs of it and its parts
    :param kinds: `INFLUENCE` or `COMPARISONS`
    :param steps: 1, or 2 to go on from whatever an influence leads to
    """
    about = list(about)
    chosen = {claim.iri: claim for claim in about if claim.kind in kinds}
    if steps > 1:
        ends = {value.iri for claim in about if claim.kind == "Influence" for role in ("influenced", "influencer") for value in claim.roles.get(role, [])}
        for end in sorted(ends - {""}):
            for node in index.subjects(wh("influenced"), NamedNode(end)) + index.subjects(wh("influencer"), NamedNode(end)):
                if (claim := claims.load(index, node.value)).kind in kinds:
                    chosen[claim.iri] = claim
    edges = [edge for iri in sorted(chosen)[:_MOST] for edge in edges_of(chosen[iri])]
    edges.sort(key=lambda edge: (edge.source.text, edge.target.text, edge.claim.iri))
    return sorted(edges, key=lambda edge: (
        edge.source.iri not in family and edge.target.iri not in family, edge.claim.kind != "Influence", _ORDER.index(edge.claim.stance), edge.source.text
    ))  # fmt: skip


def edges_of(claim: Claim) -> list[Edge]:
    """Return the edges a claim makes, one for each source, target and aspect; empty for claims of other kinds."""
    roles = claim.roles
    targets = [value for role in _TO for value in roles.get(role, []) if value.iri]
    sources = [value for role in _FROM for value in roles.get(role, []) if value.iri]
    aspects = [value.text for value in roles.get("aspect", []) if not value.iri.endswith("NotStated")] or [""]
    return [Edge(claim, source, target, aspect) for source in sources for target in targets for aspect in aspects]
