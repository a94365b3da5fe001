"""Proofs: from which asserted triples a derived one follows by which rule, and why another one does not.

    from whence import proof, validation
    from whence.store import layout
    from whence.things import Index
    files = layout.locate()
    index = Index(validation.open(files))
    for answer in proof.Explainer(files, index).triple(subject, predicate, object):
        print(answer.graph, answer.holds, answer.proofs or answer.reasons)
"""

from __future__ import annotations

from whence.proof.explaining import Explainer, verdict
from whence.proof.model import Explanation, Premise, Proof, Reason, RowExplanation

__all__ = ["Explainer", "Explanation", "Premise", "Proof", "Reason", "RowExplanation", "verdict"]
