"""Where a work comes from and what came of it: paths of influence claims with the weakest commitment on them.

A step is one influence claim that somebody affirms as fact or opinion; what is only denied, wished or
compared is told beside the paths but never walked. A work takes part with everything that is part of it
(`wh:partOf`); genre membership is no step. Affirmation passes from a more specific claim to a more general
one, denial the other way (`wh:moreSpecificThan`).

    from whence import lineage, validation
    from whence.store import layout
    found = lineage.trace(validation.open(layout.locate()), "https://w3id.org/whence/id/metallic-rouge")
    for reached in found.reached:
        print(reached.commitment, " < ".join(step.influencer for step in reached.path))
"""

from __future__ import annotations

from whence.lineage.tracing import COMMITMENTS, DERIVED, Lineage, Reached, Step, derived, trace

__all__ = ["COMMITMENTS", "DERIVED", "Lineage", "Reached", "Step", "derived", "trace"]
