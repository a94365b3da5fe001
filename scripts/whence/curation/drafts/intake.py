"""Taking a file of proposals in: words found in the text, names looked up, duplicates joined; what is unfaithful is refused."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from whence.curation.drafts import keeping
from whence.curation.drafts.fields import Terms
from whence.curation.drafts.judging import Judged, judge, key, stance
from whence.curation.drafts.keeping import Draft
from whence.curation.drafts.locating import Located, locate
from whence.curation.drafts.proposals import Fault, Offsets, Proposal
from whence.curation.drafts.reading import read
from whence.curation.naming import Namer
from whence.curation.workspace import Workspace
from whence.errors import UsageError


@dataclass(slots=True)
class Taken:
    """What became of a file of proposals.

    :ivar tool: the form it was in
    :ivar kept: drafts that are new, each with what the graph says of it
    :ivar joined: places of proposals that say what the graph, another proposal or an earlier draft says, with the sentence
    :ivar refused: what is no proposal, or whose words do not stand in the text
    """

    tool: str
    kept: list[tuple[Draft, Judged]] = field(default_factory=list)
    joined: list[tuple[str, str]] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)


def take(workspace: Workspace, document: str, path: str | os.PathLike[str]) -> Taken:
    """Take a file of proposals for a document in, and keep as drafts what is faithful and new.

    :param document: the IRI of the document
    :raises UsageError: the text of the document is not held
    :raises InputError: the file is of no form that is read
    """
    text = workspace.text(document)
    if text is None:
        raise UsageError("The words of proposals cannot be held against the text.", fix=workspace.why_not_held(document))
    reading = read(path, Terms(workspace.forms))
    taken = weighed(workspace, document, text, reading.proposals, os.path.basename(os.fspath(path)))
    taken.tool = reading.tool
    taken.refused = sorted([*reading.faults, *taken.refused], key=lambda fault: [int(number) for number in re.findall(r"\d+", fault.where)])
    with keeping.changing(workspace.files, document) as drafts:
        fresh = []
        for draft, judged in taken.kept:
            known = drafts.get(draft.id)
            if known is None:
                drafts[draft.id] = draft
                fresh.append((draft, judged))
            else:
                said = {"open": "is a draft already", "accepted": f"was accepted by {known.by}", "refused": f"was refused by {known.by or 'a curator'}"}
                taken.joined.append((draft.source, f"It {said[known.state]} ({known.id})."))
        taken.kept = fresh
    return taken


def weighed(workspace: Workspace, document: str, text: str, proposals: list[Proposal], source: str) -> Taken:
    """Return what is to become of proposals, without keeping anything."""
    taken, offsets, name = Taken(""), Offsets(text), workspace.label(document)
    drafts = []
    for proposal in proposals:
        found = locate(text, name, proposal, offsets)
        if isinstance(found, Fault):
            taken.refused.append(found)
        elif (named := proposal.record.get("document")) and not _is_same(workspace, document, str(named)):
            taken.refused.append(Fault(proposal.where, "document", f"It is about {named}, not about {name}: read it for that document."))
        else:
            drafts.append(_draft(document, text, proposal, found, source))
    same: dict[object, Draft] = {}
    stances: dict[object, list[tuple[Draft, str]]] = {}
    for draft, judged in zip(drafts, judge(workspace, [draft.record for draft in drafts]), strict=True):
        _sort_in(taken, draft, judged, same, stances)
    return taken


def _is_same(workspace: Workspace, document: str, named: str) -> bool:
    """Whether the document that a proposal names may be the one that it is read for."""
    return Namer(workspace, []).document(named, []) in (document, "")


def _draft(document: str, text: str, proposal: Proposal, found: Located, source: str) -> Draft:
    place = {"document": document, "quote": text[found.start : found.end], "start": found.start, "end": found.end}
    said = {name: value for name, value in proposal.record.items() if name not in ("document", "occurrence")}
    record = place | said
    return Draft(keeping.identity(record), document, "open", record, [*proposal.notes, *found.notes], f"{source} {proposal.where}")


def _sort_in(taken: Taken, draft: Draft, judged: Judged, same: dict[object, Draft], stances: dict[object, list[tuple[Draft, str]]]) -> None:
    """Join a draft to what says the same, or add it with what contradicts it among those that came with it.

    :param same: the drafts that were added, by their ids and what makes two one
    :param stances: those on a claim by a speaker, each with its polarity
    """
    if judged.same:
        taken.joined.append((draft.source, f"The graph has this position already: {judged.same}."))
        return
    names: list[object] = [draft.id, *([key(judged.resolved)] if judged.resolved else [])]
    other = next((same[name] for name in names if name in same), None)
    if other is not None:
        other.notes.append(f"Proposed again: {draft.source}.")
        taken.joined.append((draft.source, f"It says what {other.source} says ({other.id})."))
        return
    same |= dict.fromkeys(names, draft)
    if judged.resolved:
        claim, polarity = stance(judged.resolved)
        for other in (one for one, side in stances.get(claim, ()) if side != polarity):
            draft.notes.append(f"Contradiction: {other.source} ({other.id}) has the same speaker on the other side.")
            other.notes.append(f"Contradiction: {draft.source} ({draft.id}) has the same speaker on the other side.")
        stances.setdefault(claim, []).append((draft, polarity))
    taken.kept.append((draft, judged))
