"""A draft held against the graph as it is now: what is there already, who says otherwise, which other values there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from whence.curation.claim_suggestions import propose
from whence.curation.drafts.storage import Draft
from whence.curation.records import Problem, Resolved, Unresolved, Values, pairs
from whence.curation.resolving import resolve_all
from whence.curation.workspace import Workspace
from whence.namespaces import WH, local

#: Classes of claims with the roles that say what is told of them and the role that tells it: two values contest one another,
#: as in `queries/views/contested.rq`.
_SLOTS = {
    "Release": (("work", "outlet", "territory"), ("date",)),
    "Casting": (("work", "character", "version"), ("agent",)),
    "Quantity": (("about", "counted"), ("number",)),
}
_OPPOSITE = {"Affirmed": "Denied", "Denied": "Affirmed"}
_VERBS = {"Affirmed": "affirms", "Denied": "denies"}


class Judged(NamedTuple):
    """What the graph says of a draft.

    :ivar resolved: with every name as a thing, or None where something lacks
    :ivar problems: what has to be mended before it can be accepted
    :ivar notes: what its words look like, contradictions, other values, positions nearby; sentences
    :ivar same: the IRI of the same position where the graph has it already, or an empty text
    """

    resolved: Resolved | None
    problems: list[Problem]
    notes: list[str]
    same: str


def judged(workspace: Workspace, draft: Draft) -> Judged:
    """Return what the graph says of one draft."""
    return judge(workspace, [draft.record])[0]


def judge(workspace: Workspace, records: Sequence[dict[str, Any]]) -> list[Judged]:
    """Return what the graph says of records, in their order; each by itself, not of one another."""
    found = []
    for one in resolve_all(workspace, records):
        if isinstance(one, Unresolved):
            found.append(Judged(None, one.problems, [], ""))
        else:
            notes, same = _held_against(workspace, one)
            found.append(Judged(one, [], [*_looks_otherwise(workspace, one), *notes], same))
    return found


def key(resolved: Resolved) -> tuple[object, ...]:
    """Return what makes two proposals one: the words, the claim, who says it and on which side."""
    return resolved.document, resolved.start, resolved.end, resolved.kind, pairs(resolved.fillers), _side(resolved)


def stance(resolved: Resolved) -> tuple[object, str]:
    """Return the claim with its speaker, and the side taken: with one speaker on both sides of a claim, two proposals contradict each other."""
    speaker, polarity = _side(resolved)
    return (resolved.kind, pairs(resolved.fillers), speaker), polarity


def _held_against(workspace: Workspace, one: Resolved) -> tuple[list[str], str]:
    notes: list[str] = []
    same = ""
    speaker, polarity = _side(one)
    for claim, fillers in _claims_near(workspace, one):
        exact = pairs(fillers) == pairs(one.fillers)
        for position in sorted(quad.subject.value for quad in workspace.quads(None, WH + "attests", NamedNode(claim))):
            other = workspace.value(position, "speaker"), local(workspace.value(position, "polarity"))
            place = tuple(workspace.value(position, name) for name in ("document", "start", "end"))
            if exact and other == (speaker, polarity) and place == (one.document, str(one.start), str(one.end)):
                same = position
            elif other[1] == _OPPOSITE.get(polarity) and _reaches(workspace, one, fillers, polarity):
                who = workspace.label(other[0])
                words = f"{who} {_VERBS[other[1]]} it" if exact else f"{who} {_VERBS[other[1]]} a more {'general' if polarity == 'Affirmed' else 'specific'} claim"
                kind = "Contradiction" if other[0] == speaker else "Disagreement"
                notes.append(f"{kind}: {words} ({_where(workspace, place)}, {local(position)}).")
            elif exact and other == (speaker, polarity):
                notes.append(f"{workspace.label(speaker)} takes this position already ({_where(workspace, place)}, {local(position)}).")
    return notes + _other_values(workspace, one), same


def _looks_otherwise(workspace: Workspace, one: Resolved) -> list[str]:
    """Say where the words and the marks around them look otherwise than the proposal says; they may be read wrongly."""
    if workspace.text(one.document) is None or not one.stance:
        return []
    seems = propose(workspace, one.document, one.start, one.end)
    speaker, polarity = _side(one)
    notes = []
    if seems.get("polarity", polarity) != polarity:
        notes.append(f"By its words it looks {str(seems['polarity']).lower()}: read on which side the speaker stands.")
    turns = {NamedNode(WH + name) for name in ("TranscriptTurn", "Question")}  # whose turn it is no marks around the words tell
    is_new = speaker in {thing.iri for thing in one.new}  # whom the graph does not know is not looked for in the words
    if seems.get("speaker", speaker) != speaker and not is_new and not turns & set(one.stance.get(WH + "mode", ())):
        notes.append(f"By the marks around the words {workspace.label(str(seems['speaker']))} says it, not {workspace.label(speaker)}.")
    if seems.get("hedge") and one.stance.get(WH + "commitment") == (NamedNode(WH + "Stated"),):
        notes.append(f"The words “{seems['hedge']}” may take some of it back: read whether it is hedged.")
    return notes


def _where(workspace: Workspace, place: tuple[str, ...]) -> str:
    document, start, end = place
    return f"{workspace.label(document)}, {start}-{end}" if document else "at another place"


def _claims_near(workspace: Workspace, one: Resolved) -> Iterable[tuple[str, Values]]:
    """Yield claims of the class whose fillers are the same, or differ only where one of both leaves a role open."""
    defaults = {role.iri: role.default for role in workspace.forms.of(one.kind).roles if role.default}
    anchor = next(((of, value) for of, values in sorted(one.fillers.items()) for value in values if defaults.get(of) is None and isinstance(value, NamedNode)), None)
    for claim, fillers in _claims_with(workspace, one.kind, *anchor) if anchor else ():
        roles = {*one.fillers, *fillers}
        if all(_same(one.fillers, fillers, of) or any(_open(each, of, defaults.get(of)) for each in (one.fillers, fillers)) for of in roles):
            yield claim, fillers


def _claims_with(workspace: Workspace, kind: str, of: str, value: NamedNode | Literal) -> Iterable[tuple[str, Values]]:
    for quad in sorted(workspace.quads(None, of, value), key=str):
        claim = quad.subject.value
        if kind in workspace.classes(claim):
            fillers: dict[str, list[NamedNode | Literal]] = {}
            for other in sorted(workspace.quads(claim, None), key=str):
                if other.predicate.value.startswith(WH):
                    fillers.setdefault(other.predicate.value, []).append(other.object)
            yield claim, {name: tuple(values) for name, values in fillers.items()}


def _same(one: Values, other: Values, of: str) -> bool:
    return set(one.get(of, ())) == set(other.get(of, ()))


def _open(fillers: Values, of: str, default: str | None) -> bool:
    """Whether a role says that the text leaves it open."""
    return default is not None and set(fillers.get(of, (NamedNode(default),))) == {NamedNode(default)}


def _reaches(workspace: Workspace, one: Resolved, fillers: Values, polarity: str) -> bool:
    """Whether a position on a claim nearby bears on this one: affirmation passes to the general, denial to the specific."""
    defaults = {role.iri: role.default for role in workspace.forms.of(one.kind).roles if role.default}
    specific, general = (one.fillers, fillers) if polarity == "Affirmed" else (fillers, one.fillers)
    return all(_same(specific, general, of) or _open(general, of, defaults.get(of)) for of in {*specific, *general})


def _other_values(workspace: Workspace, one: Resolved) -> list[str]:
    """Say which other values the graph has where claims of the class tell one."""
    keys, values = _SLOTS.get(local(one.kind), ((), ()))
    wanted = {WH + name: one.fillers[WH + name] for name in keys if WH + name in one.fillers}
    defaults = {role.iri: role.default for role in workspace.forms.of(one.kind).roles if role.default}
    if not wanted or any(_open(wanted, of, defaults.get(of)) for of in wanted if of != WH + "version"):
        return []
    of, members = next(iter(wanted.items()))
    own = [value for name in values for value in one.fillers.get(WH + name, ())]
    said = []
    for claim, fillers in _claims_with(workspace, one.kind, of, members[0]):
        other = [value for name in values for value in fillers.get(WH + name, ())]
        if other and own and set(other) != set(own) and all(name not in fillers or set(fillers[name]) == set(value) for name, value in wanted.items()):
            words = ", ".join(workspace.label(value.value) if isinstance(value, NamedNode) else value.value for value in other)
            if not any(str(a.value).startswith(f"{b.value}-") or str(b.value).startswith(f"{a.value}-") for a in own for b in other if isinstance(a, Literal)):
                said.append(f"Other value: {local(claim)} says {words}.")
    return said


def _side(resolved: Resolved) -> tuple[str, str]:
    speaker, polarity = (next((value.value for value in resolved.stance.get(WH + name, ())), "") for name in ("speaker", "polarity"))
    return speaker, local(polarity)
