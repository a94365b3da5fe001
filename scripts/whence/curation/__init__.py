"""Curation: from words of a text to claims and positions in the files of a graph, without a line of Turtle.

    from whence.curation import Workspace, resolve, save, undo
    workspace = Workspace.open(layout.locate("lanterns"), "lanterns/texts")
    record = {"document": "the-city-that-glows", "quote": "We took nothing from Blade Runner", "class": "influence",
              "roles": {"of": "Harbour of Lanterns", "by": "Blade Runner"}, "speaker": "Ren Sunada", "polarity": "denied"}
    print(save(workspace, [resolve(workspace, record)]).ids)
    undo(workspace)

`whence.curation.records` tells the keys of a record.
"""

from __future__ import annotations

from whence.curation.claim_suggestions import propose
from whence.curation.drafts.decisions import undo
from whence.curation.forms import Form, Role
from whence.curation.records import NewThing, Problem, Resolved, Saved, Unresolved
from whence.curation.resolving import resolve, resolve_all
from whence.curation.saving import Refused, preview, save
from whence.curation.workspace import Workspace

__all__ = ["Form", "NewThing", "Problem", "Refused", "Resolved", "Role", "Saved", "Unresolved", "Workspace", "preview", "propose", "resolve", "resolve_all", "save", "undo"]
