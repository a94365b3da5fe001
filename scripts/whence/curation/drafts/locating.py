"""Where the words of a proposal stand in the text: the quote decides, offsets only choose among places where it stands."""

from __future__ import annotations

from typing import NamedTuple

from whence.curation.drafts.proposals import Fault, Offsets, Proposal
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
    """Return where the words of a proposal stand, or why that is not known; white space may differ, nothing else.

    :param name: what sentences call the text
    :param offsets: those of the text
    """
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
