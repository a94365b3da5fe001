"""What explanations of one triple come to, in a few sentences: whether it is so, who says it, who says otherwise, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode

from whence.proof.model import Explanation
from whence.things import Index, sentences
from whence.things.index import wh

#: Kinds of reasons why a triple stands nowhere, the weightiest first.
_WEIGHT = {"denied": 0, "unknown": 2, "views": 3}
#: So many recorded discrepancies are told.
_TOLD = 2


def verdict(index: Index, told: Sequence[Explanation]) -> str:
    """Return what explanations of one triple come to: `Yes` with where it stands and who says so, `No` with who denies it,
    `Not outright` with who says it otherwise, or `Not known`.

    :param told: of the default graph and of the views, as `Explainer.triple` returns them; not empty
    """
    holding = [one for one in told if one.holds]
    against = {claim.iri: claim for one in told if one.graph and one.holds == bool(holding) for claim in one.otherwise}
    otherwise = f" Who says otherwise: {sentences.said(index, against.values())}." if against else ""
    if not holding:
        reason = min((reason for one in told for reason in one.reasons), key=lambda reason: _WEIGHT.get(reason.kind, 1))
        word = {"denied": "No", "unknown": "Not known"}.get(reason.kind, "Not outright")
        return f"{word}: {reason.sentence[:1].lower()}{reason.sentence[1:].replace(': it is not known, which', ', which')}{otherwise}"
    views = [one.where.removeprefix("in the view ") for one in holding if one.graph]
    first = min(holding, key=lambda one: (not one.graph, one.graph != "maker"))
    if not views:
        how = f"asserted in {first.place}" if first.place else "it follows from what is asserted" if first.proofs else ""
        return f"Yes{how and ': ' + how}."
    proving = [claim for proof in first.proofs for claim in proof.claims if claim.positions]
    says = next((sentences.said(index, [claim]) for claim in proving), "")
    nodes = {iri for claim in proving for iri in (claim.iri, *(one.iri for one in claim.positions))}
    recorded = sorted({record.value for node in nodes for record in index.subjects(wh("between"), NamedNode(node))})
    noted = "".join(f" Recorded of it: {index.discrepancy(NamedNode(one)).gloss}" for one in recorded[:_TOLD])
    return f"Yes, in the {'view' if len(views) == 1 else 'views'} {sentences.listed(views)}{says and ': ' + says}.{otherwise}{noted}"
