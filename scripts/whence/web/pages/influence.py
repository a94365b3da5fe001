"""What a thing comes from and what came of it: the claims, and the bounded part of them a picture shows."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence.web.page_context import together
from whence.web.pages.claims import Claim, load
from whence.web.pages.words import local, spaced
from whence.web.terms import IRI, Row

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["Edge", "Influences", "influences"]

#: Edges one picture holds before it is asked for more, and at most.
FEW, MANY = 14, 60
_NEAR = "VALUES ?shown { %s } ?claim a ?shown ; wh:involves ?thing ."
_FAR = (
    "VALUES ?shown { %s } { ?claim a ?shown ; wh:involves ?thing } UNION { ?near a wh:Influence ; wh:involves ?thing ;"
    " wh:influenced|wh:influencer ?middle . ?claim wh:influenced|wh:influencer ?middle ; a ?shown }"
)
_ENDS = """SELECT DISTINCT ?claim ?to ?toName ?from ?fromName ?aspect ?aspectName WHERE {
  { SELECT DISTINCT ?thing ?claim { %s } LIMIT 500 }
  ?claim wh:influenced|wh:compared|wh:subject ?to ; wh:influencer|wh:comparedWith|wh:ingredient ?from .
  OPTIONAL { ?to skos:prefLabel ?toName FILTER(LANG(?toName) = "en") } OPTIONAL { ?from skos:prefLabel ?fromName FILTER(LANG(?fromName) = "en") }
  OPTIONAL { ?claim wh:aspect ?aspect OPTIONAL { ?aspect skos:prefLabel ?aspectName FILTER(LANG(?aspectName) = "en") } }
} ORDER BY ?fromName ?toName ?claim"""
_FAMILY = "SELECT DISTINCT ?part { ?part wh:partOf* ?thing } ORDER BY ?part LIMIT 500"
#: Stances by weight: what says most is drawn first.
_ORDER = ("disputed", "makers", "denied", "press", "hedged", "implied", "promotional", "intended", "expected", "wished", "compared", "premise", "unattested")


@dataclass(slots=True)
class Edge:
    """One claim between two things, in the direction of the influence."""

    claim: Claim
    source: str
    source_name: str
    target: str
    target_name: str
    aspect: str


@dataclass(slots=True)
class Influences:
    """Edges around a thing.

    :ivar family: the thing and its parts
    :ivar edges: all of them, those that say most first
    :ivar shown: how many of them a picture draws
    """

    thing: str
    name: str
    family: set[str] = field(default_factory=set)
    edges: list[Edge] = field(default_factory=list)
    shown: int = FEW
    steps: int = 1
    comparisons: bool = False


async def influences(context: Context, iri: str, name: str, about: Awaitable[list[Claim]] | None = None) -> Influences:
    """Return what is claimed of a thing's origins and effects.

    The address says how much: `steps=2` goes one further, `comparisons=1` adds likenesses and blends, `edges=all` draws more.

    :param about: what `claims.load` will return for `claims.ABOUT`, where somebody asks for it anyway
    """
    asked = context.parameters
    found = Influences(iri, name, steps=2 if asked.get("steps") == "2" else 1, comparisons=asked.get("comparisons") == "1")
    found.shown = MANY if asked.get("edges") == "all" else FEW
    classes = "wh:Influence wh:Likeness wh:Blend" if found.comparisons else "wh:Influence"
    selector = (_FAR if found.steps == 2 else _NEAR) % classes
    thing = {"thing": IRI(iri)}
    ends, family = await together(context.select(_ENDS % selector, thing), context.select(_FAMILY, thing))
    if not ends:
        return found
    loaded = about if about is not None and found.steps == 1 else load(context, selector, iri, whole=False)
    claims = {claim.iri: claim for claim in await loaded}
    found.family = {str(row["part"]) for row in family} | {iri}
    edges = [_edge(row, claims[row["claim"]]) for row in ends if row["claim"] in claims]
    distance = {edge.claim.iri: edge.source not in found.family and edge.target not in found.family for edge in edges}
    found.edges = sorted(edges, key=lambda edge: (distance[edge.claim.iri], edge.claim.kind != "Influence", _ORDER.index(edge.claim.stance), edge.source_name))
    return found


def _edge(row: Row, claim: Claim) -> Edge:
    def name(of: str) -> str:
        return str(row.get(of + "Name") or spaced(local(row[of])))

    aspect = str(row.get("aspectName", "")) if not row.get("aspect", "").endswith("NotStated") else ""
    return Edge(claim, str(row["from"]), name("from"), str(row["to"]), name("to"), aspect)
