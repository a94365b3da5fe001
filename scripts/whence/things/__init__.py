"""One model of a thing: its names, its claims and everyone's position on them, its credits, what it comes from.

    from whence import validation
    from whence.store import layout
    from whence.things import Index, claims
    index = Index(validation.open(layout.locate()))
    (match, *_) = index.names.search("Ortman", 3)
    for claim in claims.about(index, match.iri):
        print(claim.stance, claim.label)
"""

from __future__ import annotations

from whence.things.claims import Claim
from whence.things.index import Index, Value
from whence.things.names import Match, plain
from whence.things.positions import STANCES, Passage, Position, stance_of

__all__ = ["STANCES", "Claim", "Index", "Match", "Passage", "Position", "Value", "plain", "stance_of"]
