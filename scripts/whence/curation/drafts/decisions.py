"""Deciding on drafts, one by one: accepted into the graph with the name of who accepted, changed, or refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from whence.curation import saving
from whence.curation.drafts import storage
from whence.curation.drafts.comparing import judge
from whence.curation.drafts.proposals import Fault, Offsets, Proposal, Terms, of_line
from whence.curation.drafts.storage import Draft
from whence.curation.drafts.verifying import locate
from whence.curation.forms import squash
from whence.curation.records import Saved, Unresolved
from whence.curation.workspace import Workspace
from whence.did_you_mean import meant
from whence.errors import UsageError
from whence.store.layout import GraphFiles

#: The key of a record that names who took it into the graph, and the class of somebody whom the graph does not know.
CURATOR, _CLASS = "wasAttributedTo", "Person"
_NESTED = ("roles", "new")


def refuse(files: GraphFiles, id: str, curator: str = "") -> Draft:
    """Refuse a draft; it is kept as refused, so that the same proposal does not come back as a new one.

    :raises UsageError: there is no such draft, or it was decided on
    """
    found = storage.one(files, id)
    with storage.changing(files, found.document) as drafts:
        draft = _open(drafts, found.id)
        draft.state, draft.by = "refused", curator
    return draft


def change(workspace: Workspace, id: str, changes: dict[str, Any]) -> Draft:
    """Change keys of a draft; None takes a key out, and so it does inside `roles` and `new`, which are added to.

    Where the quote or its place changes, the words are looked for in the text again.

    :raises UsageError: there is no such draft, or it was decided on, a value does not fit, or the words do not stand there
    """
    found = storage.one(workspace.files, id)
    with storage.changing(workspace.files, found.document) as drafts:
        draft = _open(drafts, found.id)
        record = {name: dict(value) if name in _NESTED else value for name, value in draft.record.items()}
        for name, value in changes.items():
            _set(record, name, value)
        _check_roles(workspace, record, changes)
        draft.record = _checked(workspace, draft, record, changes)
    return draft


def accept(workspace: Workspace, id: str, curator: str) -> Saved:
    """Save a draft in the graph as a position, attributed to who accepts it; the draft is marked when that is written.

    :param curator: the name of a person; one that the graph does not know becomes a `wh:Person`
    :raises UsageError: there is no such draft, or it was decided on, or nobody is named
    :raises Unresolved: something lacks or is unclear; tells all of it
    :raises Refused: the graph would have violations
    """
    if not curator.strip():
        raise UsageError("Who accepts the draft is not named.", fix="Say it with --as NAME.")
    found = storage.one(workspace.files, id)
    if found.state != "open":
        raise _decided(found)
    workspace.reload()
    judged = judge(workspace, [found.record])[0]
    if judged.same:
        saved = Saved((judged.same,), (), (f"The graph has this position already: {judged.same}.",))
    else:
        record = {**found.record, CURATOR: curator.strip()}
        if not any(name.casefold() == curator.strip().casefold() for name in found.record.get("new", {})):
            record["new"] = {**found.record.get("new", {}), curator.strip(): _CLASS}
        accepted = judge(workspace, [record])[0]
        if accepted.resolved is None:
            unresolved = Unresolved(accepted.problems)
            unresolved.fix = f"Mend it with whence draft --edit {found.id} --set KEY=VALUE; an empty value takes a key out. {unresolved.fix}"
            raise unresolved
        saved = saving.save(workspace, [accepted.resolved])
    with storage.changing(workspace.files, found.document) as drafts:
        if found.id in drafts:
            drafts[found.id].state, drafts[found.id].by, drafts[found.id].position = "accepted", curator.strip(), saved.ids[0]
    return saved


def undo(workspace: Workspace, *, ours: bool = False) -> Saved:
    """Take the last change back as `saving.undo` does, which raises the same errors; a draft whose position is gone by that waits again, and that is told."""
    standing = [one for one in storage.listed(workspace.files, state="accepted") if workspace.is_known(one.position)]
    saved = saving.undo(workspace, ours=ours)
    told = []
    for gone in (one for one in standing if not workspace.is_known(one.position)):
        with storage.changing(workspace.files, gone.document) as drafts:
            draft = drafts[gone.id]
            draft.state, draft.by, draft.position = "open", "", ""
        told.append(f"The draft {gone.id} waits again.")
    return replace(saved, sentences=(*saved.sentences, *told))


def _open(drafts: dict[str, Draft], id: str) -> Draft:
    draft = drafts.get(id)
    if draft is None:
        raise UsageError(f"There is no draft {id!r} any more.", fix="whence draft --list tells what there is.")
    if draft.state != "open":
        raise _decided(draft)
    return draft


def _decided(draft: Draft) -> UsageError:
    by = f" by {draft.by}" if draft.by else ""
    return UsageError(f"The draft {draft.id} was {draft.state}{by}.", fix="Read its proposal again, changed, for another one.")


def _set(record: dict[str, Any], name: str, value: Any) -> None:
    """Set one key; `roles.influencer` sets one role."""
    outer, _, inner = name.partition(".")
    if outer in _NESTED and (inner or isinstance(value, dict)):
        for one, given in ({inner: value} if inner else value).items():
            record.setdefault(outer, {})[one] = given
            if given is None:
                del record[outer][one]
    elif value is None:
        record.pop(name, None)
    else:
        record[name] = value


def _check_roles(workspace: Workspace, record: dict[str, Any], changes: dict[str, Any]) -> None:
    """See that a change gives a claim only roles that its class has."""
    form = next((one for name, one in workspace.forms.claims.items() if squash(name) == squash(str(record.get("class", "")))), None)
    named = {key.partition(".")[2] for key, value in changes.items() if key.startswith("roles.") and value is not None}
    named |= set(changes["roles"]) if isinstance(changes.get("roles"), dict) else set()
    for name in sorted(named):
        if form is not None and form.role(name) is None:
            hint = meant(name, [one for role in form.roles for one in role.names]) or f"It has {', '.join(role.name for role in form.roles)}."
            raise UsageError(f"A claim of class {form.name} has no role {name!r}. {hint}", fix="The draft stays as it was; --set roles.ROLE= takes a role out.")


def _checked(workspace: Workspace, draft: Draft, record: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a changed record with its words found in the text again."""
    if "quote" in changes and "start" not in changes:
        record = {name: value for name, value in record.items() if name not in ("start", "end")}
    elif {"start", "end"} & changes.keys() and "quote" not in changes:
        record.pop("quote", None)
    lacking = {} if "class" in record else {"class": next(iter(workspace.forms.claims))}  # what another tool annotated may wait for it
    proposal = of_line(lacking | {name: value for name, value in record.items() if name != "document"}, f"draft {draft.id}", Terms(workspace.forms))
    text = workspace.text(draft.document)
    if isinstance(proposal, Proposal) and {"quote", "start", "end", "occurrence"} & changes.keys():
        if text is None:
            raise UsageError("The words cannot be held against the text.", fix=workspace.why_not_held(draft.document))
        place = locate(text, workspace.label(draft.document), proposal, Offsets(text))
        if not isinstance(place, Fault):
            record |= {"quote": text[place.start : place.end], "start": place.start, "end": place.end}
            record.pop("occurrence", None)
            return record
        proposal = place
    if isinstance(proposal, Fault):
        raise UsageError(str(proposal))
    return record
