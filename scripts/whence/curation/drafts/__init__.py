"""Drafts: a model or another tool proposes, the gate verifies, a person accepts; nothing here calls a model.

    from whence.curation import Workspace, drafts
    workspace = Workspace.open(layout.locate("lanterns"), "lanterns/texts")
    taken = drafts.take(workspace, document, "claims.jsonl")
    for draft in drafts.listed(workspace.files, document):
        print(draft.record, drafts.judged(workspace, draft).notes)
    drafts.accept(workspace, taken.kept[0][0].id, curator="Ada Reader")

A quote must stand in the text, white space apart, or the proposal is refused with the nearest words. A draft is a record of
`whence.curation.records`; `schema` is the JSON Schema by which it can be asked for.
"""

from __future__ import annotations

from whence.curation.drafts.comparing import Judged, judge, judged
from whence.curation.drafts.decisions import accept, change, refuse
from whence.curation.drafts.proposals import Fault, Proposal
from whence.curation.drafts.reading import FORMS
from whence.curation.drafts.schema import schema
from whence.curation.drafts.storage import Draft, listed, one
from whence.curation.drafts.verifying import Taken, take, weighed

__all__ = [
    "FORMS", "Draft", "Fault", "Judged", "Proposal", "Taken", "accept", "change", "judge", "judged", "listed", "one", "refuse", "schema", "take",
    "weighed",
]  # fmt: skip
