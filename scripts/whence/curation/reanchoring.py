"""When the text of a document changes: where its passages stand in the new text, as far as a machine can tell, and the graph after it.

A passage is known by the digest of its words. Found once, it moves; found several times, it is asked which is meant, the
nearest in the order of the text being proposed; not found, it stays with the earlier text, which becomes a document of its
own (`prov:wasRevisionOf`), unless the curator says which new words are meant.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import Literal, NamedNode

from whence.curation.documents import kept_text
from whence.curation.naming import unique
from whence.curation.saving import revise
from whence.curation.turtle_files import Block
from whence.curation.workspace import Workspace
from whence.errors import InputError, UsageError
from whence.evidence.searching import UnclearWords, occurrences, places
from whence.evidence.texts import digest
from whence.namespaces import PREFIXES, WH, local
from whence.rdf.terms import RDF_TYPE, whole_number

_REVISION = PREFIXES["prov"] + "wasRevisionOf"
#: Characters before and after the place where a passage is expected.
_NEAR = 1_000
_INTEGER = NamedNode(PREFIXES["xsd"] + "integer")


@dataclass(slots=True)
class Anchor:
    """One passage of a position or question.

    :ivar iri: the position or question
    :ivar document: where it stands now: the document, or an earlier text of it
    :ivar words: its words, or an empty text where the earlier text is not held
    :ivar outcome: `kept` at its place, `moved`, `several`, or `lost`
    :ivar found: where it stands in the new text: the places of its digest
    :ivar proposed: of several places the nearest in the order of the text; of lost words, where the nearest ones stand
    """

    iri: str
    document: str
    start: int
    end: int
    digest: str
    words: str = ""
    outcome: str = "lost"
    found: tuple[tuple[int, int], ...] = ()
    proposed: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the passages of a document with a new text.

    :ivar is_new: whether the text is another one than the document has
    :ivar anchors: in the order of the earlier text
    """

    document: str
    text: str
    is_new: bool
    anchors: tuple[Anchor, ...]

    def of(self, outcome: str) -> list[Anchor]:
        """Return the passages with an outcome."""
        return [one for one in self.anchors if one.outcome == outcome]


def look(workspace: Workspace, document: str, text: str) -> Plan:
    """Return where the passages of a document stand in a new text; nothing is written.

    Where the earlier text is held, its words are looked for. Else a passage is looked for by its digest about where it would stand had
    it moved as far as the one before it; only of those that are not there the digests of all runs of characters of their lengths are
    computed, in a time that is linear in the length of the text times the number of such lengths.

    A text that the document has already is looked through for what an earlier change left with an earlier text.

    :raises InputError: a passage of the document is a node of its own
    """
    anchors = _anchors(workspace, document)
    is_new = workspace.value(document, "textDigest") != digest(text)
    if not is_new:
        anchors = [one for one in anchors if one.document != document]
    starts = _occurrences(text, anchors)
    for one in anchors:
        one.found = tuple((at, at + one.end - one.start) for at in starts.get((one.end - one.start, one.digest), ()))
        if len(one.found) == 1:
            one.outcome = "kept" if one.found[0] == (one.start, one.end) else "moved"
        elif one.found:
            one.outcome = "several"
    _propose(text, anchors)
    return Plan(document, text, is_new, tuple(anchors))


def apply(workspace: Workspace, plan: Plan, choices: Mapping[str, tuple[int, int]], folder: str) -> tuple[str, ...]:
    """Write where the passages stand in the new text, as one change.

    :param choices: position or question to the place that the curator says it has
    :param folder: the folder of texts: the new text gets the name of the document's, and the earlier one, where it is held, a number
    :returns: the files that were written
    :raises UsageError: some passages stand several times, and the curator has not said which is meant
    """
    document, old = plan.document, workspace.value(plan.document, "textDigest")
    places = {one.iri: choices.get(one.iri) or (one.found[0] if len(one.found) == 1 else None) for one in plan.anchors}
    open_ones = [local(one.iri) for one in plan.of("several") if places[one.iri] is None]
    if open_ones:
        raise UsageError(f"{len(open_ones)} of its passages stand several times: {', '.join(open_ones[:5])}.", fix="Say which is meant with --choose; nothing was written.")
    earlier = workspace.base + unique(f"{local(document)}-text", lambda one: workspace.is_known(workspace.base + one), 0)
    revisions: dict[str, dict[str, list[NamedNode | Literal]]] = {document: _new_text(workspace, plan, earlier)} if plan.is_new else {}
    for one in plan.anchors:
        place = places[one.iri]
        if place is None:
            if one.document == document:
                revisions[one.iri] = {WH + "document": [NamedNode(earlier)]}
        elif (one.document, place) != (document, (one.start, one.end)):
            was = Literal(f"{workspace.value(one.document, 'textDigest')}#char={one.start},{one.end}")
            words = Literal(digest(plan.text[slice(*place)]))
            revisions[one.iri] = {
                WH + "document": [NamedNode(document)], WH + "start": [_number(place[0])], WH + "end": [_number(place[1])],
                WH + "passageDigest": [words], WH + "earlierPlace": [*dict.fromkeys([*_values(workspace, one.iri, WH + "earlierPlace"), was])],
            }  # fmt: skip
    if not plan.is_new:
        return revise(workspace, revisions, [], {"sentences": [f"places in the text of {local(document)}."], "created": {}}) if revisions else ()
    note: dict[str, object] = {"sentences": [f"the new text of {local(document)}."], "created": {earlier: (WH + "Document", old)}}
    block, name, held = _earlier_text(workspace, document, earlier), workspace.value(document, "fileName"), workspace.text(document)
    if folder == workspace.files.settings.texts and (held is not None or not os.path.exists(os.path.join(folder, name))):
        note["text"] = [name, digest(plan.text), None if held is None else _earlier_name(name, earlier)]
    with ExitStack() as kept:
        if held is not None:
            kept.enter_context(kept_text(os.path.join(folder, _earlier_name(name, earlier)), held))
        kept.enter_context(kept_text(os.path.join(folder, name), plan.text))
        return revise(workspace, revisions, [block], note)


def _anchors(workspace: Workspace, document: str) -> list[Anchor]:
    """Return the passages of a document, and those that an earlier change left with an earlier text, in their order."""
    found = []
    for of in [document, *(quad.object.value for quad in workspace.quads(document, _REVISION))]:
        text = workspace.text(of)
        for quad in workspace.quads(None, WH + "document", NamedNode(of)):
            start, end, stated = (workspace.value(quad.subject.value, name) for name in ("start", "end", "passageDigest"))
            if start and end and stated:
                first, last = whole_number(start), whole_number(end)
                if first is None or last is None:
                    raise InputError(f"{local(quad.subject.value)} has a start or end that is no position in a text.", fix="Mend it where whence validate tells.")
                found.append(Anchor(quad.subject.value, of, first, last, stated, text[first:last] if text is not None else ""))
        if any(workspace.quads(None, PREFIXES["oa"] + "hasSource", NamedNode(of))):
            fix = "Give their attestations wh:document, wh:start, wh:end and wh:passageDigest in place of wh:passage."
            raise InputError(f"Some passages of {local(of)} are nodes of their own, which are not moved.", fix=fix)
    return sorted(found, key=lambda one: (one.start, -one.end, one.iri))


def _occurrences(text: str, anchors: Iterable[Anchor]) -> dict[tuple[int, str], list[int]]:
    found: dict[tuple[int, str], list[int]] = {}
    unknown: dict[int, set[str]] = {}
    moved = 0
    for one in anchors:
        key = (one.end - one.start, one.digest)
        if not one.words and key not in found:
            place = _near(text, one, one.start + moved)
            if place is None:
                unknown.setdefault(key[0], set()).add(one.digest.removeprefix("sha256:"))
                continue
            moved = place - one.start
            one.words = text[place : place + key[0]]
        if key not in found:
            found[key] = occurrences(text, one.words)
    for length, wanted in unknown.items():
        for at in range(len(text) - length + 1):
            own = sha256(text[at : at + length].encode()).hexdigest()
            if own in wanted:
                found.setdefault((length, f"sha256:{own}"), []).append(at)
    return found


def _near(text: str, one: Anchor, expected: int) -> int | None:
    """Return the nearest place about an expected one where the words of a passage begin, by their digest alone."""
    length = one.end - one.start
    around = range(max(0, expected - _NEAR), min(len(text) - length, expected + _NEAR) + 1)
    near = sorted(around, key=lambda at: abs(at - expected))
    return next((at for at in near if digest(text[at : at + length]) == one.digest), None)


def _propose(text: str, anchors: list[Anchor]) -> None:
    """Propose places for the passages that stand in a new text several times, or not."""
    sure: dict[str, list[Anchor]] = {}
    for one in anchors:
        known = sure.setdefault(one.document, [])
        if len(one.found) == 1 and (not known or known[-1].start < one.start):
            known.append(one)
    for one in anchors:
        if one.outcome == "several":
            expected = _expected(one, sure[one.document])
            one.proposed = min(one.found, key=lambda place: (abs(place[0] - expected), place))
        elif one.outcome == "lost" and one.words:
            one.proposed = _nearest(text, one.words)


def _expected(one: Anchor, sure: list[Anchor]) -> int:
    """Return where a passage would begin had it moved as far as the nearest one that stands in the new text once.

    :param sure: those, in the order of the earlier text
    """
    if not sure:
        return one.start
    at = bisect_left(sure, one.start, key=lambda other: other.start)
    nearest = min(sure[max(0, at - 1) : at + 1], key=lambda other: (abs(other.start - one.start), other.start))
    return one.start + nearest.found[0][0] - nearest.start


def _nearest(text: str, words: str) -> tuple[int, int] | None:
    try:
        found = places(text, words, "the new text")
    except UnclearWords as unclear:
        found = unclear.matches
    return (found[0].start, found[0].end) if found else None


def _new_text(workspace: Workspace, plan: Plan, earlier: str) -> dict[str, list[NamedNode | Literal]]:
    """Return what changes on the document itself."""
    revisions = [*_values(workspace, plan.document, _REVISION), NamedNode(earlier)]
    return {WH + "textDigest": [Literal(digest(plan.text))], WH + "textLength": [_number(len(plan.text))], _REVISION: revisions}


def _earlier_name(name: str, earlier: str) -> str:
    """Return the file name of an earlier text: that of the document, with its number."""
    stem, ending = os.path.splitext(name)
    return f"{stem}-text-{local(earlier).rpartition('-')[2]}{ending}"


def _earlier_text(workspace: Workspace, document: str, earlier: str) -> Block:
    name = Literal(_earlier_name(workspace.value(document, "fileName"), earlier))
    stated = Literal(workspace.value(document, "textDigest"))
    values: list[tuple[str, NamedNode | Literal]] = [(RDF_TYPE, NamedNode(WH + "Document")), (WH + "fileName", name), (WH + "textDigest", stated)]
    values.append((WH + "textLength", _number(whole_number(workspace.value(document, "textLength")) or 1)))
    values += [(WH + "writer", writer) for writer in _values(workspace, document, WH + "writer")]
    return Block(earlier, tuple(values))


def _values(workspace: Workspace, subject: str, predicate: str) -> list[NamedNode | Literal]:
    return [quad.object for quad in workspace.quads(subject, predicate) if isinstance(quad.object, NamedNode | Literal)]


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
