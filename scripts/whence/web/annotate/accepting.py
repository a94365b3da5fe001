"""A draft accepted from a card: changed to what the card says, then taken into the graph in the name of the curator."""

from __future__ import annotations

from typing import Any

from whence.curation import Saved, Workspace, drafts
from whence.errors import UsageError

_PLACE = ("document", "quote", "start", "end")


def accept(workspace: Workspace, id: str, record: dict[str, Any], curator: str) -> Saved:
    """Change a draft to the record of a card and accept it.

    :param curator: the name of who accepts it
    :raises UsageError: there is no such draft, it was decided on, the record is none of a card, or nobody is named
    :raises Unresolved: something lacks or is unclear
    :raises Refused: the graph would have violations
    """
    old = drafts.one(workspace.files, id).record
    changes: dict[str, Any] = {name: record.get(name) for name in (*old, *record) if name not in (*_PLACE, "roles", "new")}
    for name in ("roles", "new"):
        given = record.get(name) or {}
        if not isinstance(given, dict):
            raise UsageError(f"The card has no object as its {name}.", fix="Send one, with a value for each name.")
        changes[name] = {one: given.get(one) for one in (*(old.get(name) or {}), *given)}
    place = {name: record.get(name) for name in ("quote", "start", "end")}
    if (place["start"], place["end"]) != (old["start"], old["end"]):
        if None in place.values():
            raise UsageError("The card does not say which words it is about.", fix="Send quote, start and end.")
        changes |= place
    drafts.change(workspace, id, changes)
    return drafts.accept(workspace, id, curator)
