"""Taking a file of proposals in: words found in the text, names looked up, duplicates joined; what is unfaithful is refused.

The quote decides where the words of a proposal stand; offsets only choose among places where it stands.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from whence.curation.drafts import storage
from whence.curation.drafts.comparing import Judged, judge, key, stance
from whence.curation.drafts.proposals import Fault, Offsets, Proposal, Terms
from whence.curation.drafts.reading import read
from whence.curation.drafts.storage import Draft
from whence.curation.naming import Namer
from whence.curation.workspace import Workspace
from whence.errors import UsageError
from whence.evidence.searching import Match, UnclearWords, places


class Located(NamedTuple):
    """Where words stand, in code points.

    :ivar notes: how that differs from what the proposal states
    """

    start: int
    end: int
    notes: list[str]


def locate(text: str, name: str, proposal: Proposal, offsets: Offsets) -> Located | Fault:
    """Return where the words of a proposal stand, or why that is not known; white space may differ, nothing else."""
    stated = _stated(proposal, offsets)
    if proposal.quote is None:
        return _unquoted(text, proposal, stated)
    try:
        found = places(text, proposal.quote, name)
    except UnclearWords as error:
        return Fault(proposal.where, "quote", str(error), error.matches[0].words if error.matches else "")
    except UsageError as error:
        return Fault(proposal.where, "quote", str(error))
    chosen = _chosen(text, found, proposal, stated)
    if chosen is None:
        listed = "; ".join(f"{number}: {match.start}-{match.end} {match.context}" for number, match in enumerate(found[:9], start=1))
        sentence = f"The words stand in {len(found)} places: {listed}. Say which one with occurrence, or add words before or after them."
        return Fault(proposal.where, "occurrence", sentence)
    notes = []
    if proposal.start is not None and (chosen.start, chosen.end) != (proposal.start, proposal.end):
        place, given = f"{chosen.start}-{chosen.end}", f"{proposal.start}-{proposal.end}"
        if (chosen.start, chosen.end) in stated:
            notes.append(f"The place {given}, in UTF-16 code units, is {place} in code points.")
        else:
            notes.append(f"The words stand at {place}, not at {given} as the file says.")
    return Located(chosen.start, chosen.end, notes)


def _stated(proposal: Proposal, offsets: Offsets) -> list[tuple[int, int]]:
    """Return the place that a proposal states, in code points: as its tool counts, and in the other unit."""
    if proposal.start is None or proposal.end is None:
        return []
    start, end = offsets.code_point(proposal.start), offsets.code_point(proposal.end)
    converted = [(start, end)] if start is not None and end is not None else []
    plain = [(proposal.start, proposal.end)]
    return list(dict.fromkeys(converted + plain if proposal.utf16 else plain + converted))


def _unquoted(text: str, proposal: Proposal, stated: list[tuple[int, int]]) -> Located | Fault:
    """Take the words of the text at the place that is stated, which nothing can be held against."""
    start, end = stated[0] if stated else (0, 0)
    given = f"{proposal.start}-{proposal.end}"
    if not 0 <= start < end <= len(text):
        fix = "Give start and end in code points, the end exclusive, or the quote."
        return Fault(proposal.where, "start", f"The place {given} does not lie in the text, which has {len(text)} code points. {fix}")
    if not text[start:end].strip():
        return Fault(proposal.where, "start", f"At {given} the text has white space alone: give the quote.")
    notes = ["The file has no quote, so the words were taken from the place: read them."]
    if (start, end) != (proposal.start, proposal.end):
        notes.append(f"The place {given}, in UTF-16 code units, is {start}-{end} in code points.")
    elif len(stated) > 1:
        notes.append("Its offsets were read as code points; in UTF-16 code units, as some tools count, they would be other words.")
    return Located(start, end, notes)


def _chosen(text: str, found: list[Match], proposal: Proposal, stated: list[tuple[int, int]]) -> Match | None:
    """Return the one place that is meant, or None where several may be."""
    for start, end in stated:
        for match in found:
            if (match.start, match.end) == (start, end):
                return match
    if len(found) == 1:
        return found[0]
    occurrence = proposal.record.get("occurrence")
    if isinstance(occurrence, int):
        return found[occurrence - 1] if occurrence <= len(found) else None
    before, after = " ".join(proposal.before.split()), " ".join(proposal.after.split())
    fitting = [match for match in found if _fits(text, match, before, after)] if before or after else []
    return fitting[0] if len(fitting) == 1 else None


def _fits(text: str, match: Match, before: str, after: str) -> bool:
    """Whether the words stand between those that the proposal has around them, white space apart."""
    left = " ".join(text[max(0, match.start - 2 * len(before) - 20) : match.start].split())
    right = " ".join(text[match.end : match.end + 2 * len(after) + 20].split())
    return left.endswith(before) and right.startswith(after)


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
    with storage.changing(workspace.files, document) as drafts:
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
    return Draft(storage.identity(record), document, "open", record, [*proposal.notes, *found.notes], f"{source} {proposal.where}")


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
