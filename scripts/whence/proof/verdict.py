"""What explanations of one triple come to, in one sentence or two: whether it is so, who says it, and who says otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from whence.proof.model import Explanation
from whence.things import Claim, Index, sentences

#: Kinds of reasons why a triple stands nowhere, the weightiest first.
_WEIGHT = {"denied": 0, "unknown": 2, "views": 3}


def verdict(index: Index, told: Sequence[Explanation]) -> str:
    """Return what explanations of one triple come to: `Yes` with where it stands and who says so, `No` with who denies it,
    `Not outright` with who says it otherwise, or `Not known`.

    :param told: of the default graph and of the views, as `Explainer.triple` returns them; not empty
    """
    holding = [one for one in told if one.holds]
    if not holding:
        reason = min((reason for one in told for reason in one.reasons), key=lambda reason: _WEIGHT.get(reason.kind, 1))
        word = {"denied": "No", "unknown": "Not known"}.get(reason.kind, "Not outright")
        return f"{word}: {reason.sentence[:1].lower()}{reason.sentence[1:].replace(': it is not known, which', ', which')}"
    views = [one.where.removeprefix("in the view ") for one in holding if one.graph]
    first = min(holding, key=lambda one: (not one.graph, one.graph != "maker"))
    if not views:
        how = f"asserted in {first.place}" if first.place else "it follows from what is asserted" if first.proofs else ""
        return f"Yes{how and ': ' + how}."
    says = next((sentences.said(index, [claim]) for proof in first.proofs for claim in proof.claims if claim.positions), "")
    against: dict[str, Claim] = {claim.iri: claim for one in holding for claim in one.otherwise}
    otherwise = f" Who says otherwise: {sentences.said(index, against.values())}." if against else ""
    return f"Yes, in the {'view' if len(views) == 1 else 'views'} {sentences.listed(views)}{says and ': ' + says}.{otherwise}"
