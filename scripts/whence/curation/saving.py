"""Saving positions: blocks made, put into files, formatted, validated, and written as one change or not at all.

A change taken back loses what it wrote; what others wrote since stays.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import localtime, strftime

from pyoxigraph import Literal, NamedNode

from whence import validation
from whence.curation.records import Resolved, Saved, Unresolved
from whence.curation.resolving import resolve_all
from whence.curation.turtle_blocks import Planner
from whence.curation.turtle_files import Block, home, insert, path_of, replace
from whence.curation.workspace import Workspace
from whence.errors import InputError, ValidationError
from whence.evidence.texts import digest
from whence.findings import Finding, Report, Severity
from whence.namespaces import PREFIXES, local
from whence.revisions.merging import merge
from whence.store import journal
from whence.store.journal import Entry, Journal, held
from whence.store.layout import GraphFiles


def take_back(changes: Journal, root: str, ours: bool = False) -> tuple[Entry, dict[str, bytes | None], dict[str, bytes | None]]:
    """Return the last change that was not taken back, and what its files hold now and would hold without it.

    :param ours: whether only a change that this process wrote is taken back
    :raises InputError: there is none, it is another's, or lines that it wrote were edited since
    """
    entry = changes.last()
    if entry is None:
        raise InputError("There is nothing to take back: no change of this graph is kept.", fix="git log may know more.")
    if ours and not entry.ours:
        raise InputError(f"The last change, of {moment(entry)}, was not made here, so it stays.", fix="whence undo takes it back.")
    now: dict[str, bytes | None] = {}
    without: dict[str, bytes | None] = {}
    for name, (before, after) in entry.files.items():
        path = os.path.join(root, name)
        now[path] = held(path)
        without[path] = before if now[path] == after else _merged(name, now[path], before, after)
    return entry, now, without


def moment(entry: Entry) -> str:
    """Return when a change was written, as the clock of this machine has it, to the minute."""
    return strftime("%Y-%m-%d %H:%M", localtime(entry.time))


def _merged(name: str, now: bytes | None, before: bytes | None, after: bytes | None) -> bytes | None:
    """Return what a file would hold with the edits of others and without the change."""
    if now is None or after is None:
        raise InputError("The file is gone or came back since, so the change cannot be taken back.", fix="Mend it by hand, or with git.", file=name)
    merged = merge(after.decode(), now.decode(), (before or b"").decode(), ())
    if merged.conflicts:
        raise InputError("What the last change wrote was edited since, so it cannot be taken back.", fix="Take the edit back first, or mend it by hand.", file=name)
    return None if before is None and all(line.startswith("@prefix") or not line.strip() for line in merged.text.splitlines()) else merged.text.encode()


#: Triples written since the graph was last remembered, from which the shapes start: remembering costs half a validation.
_REMEMBERED_AFTER = 20


class Refused(ValidationError):
    """Nothing was written, since the graph would have violations that it has not now.

    :ivar sources: display name to text of the files as they would be, for reports that quote lines
    :ivar records: the IRI of what was made to the number of the record, from 0, that it was made for
    """

    def __init__(self, report: Report, sources: dict[str, str]) -> None:
        count = len(report.findings)
        super().__init__(f"Nothing was written: the graph would have {'one violation' if count == 1 else f'{count} violations'}.", report)
        self.sources = sources
        self.records: dict[str, int] = {}

    def record_of(self, finding: Finding) -> int | None:
        """Return the number of the record for which was made what a finding is about, or None."""
        return self.records.get((finding.focus_node or "")[1:-1])


@dataclass(slots=True)
class _Edit:
    """Files as they are to be: absolute path to content before and after."""

    before: dict[str, bytes | None] = field(default_factory=dict)
    after: dict[str, bytes | None] = field(default_factory=dict)


def save(workspace: Workspace, resolved: Sequence[Resolved]) -> Saved:
    """Write positions into the files of the graph, all or none, and read the graph again.

    A claim of the same class and fillers is joined; a position that is there already is not written again. Where another
    process has changed the graph since it was read, the records are resolved again in the graph as it is now.

    :raises Unresolved: one of them cannot be resolved in the graph as it is now
    :raises Refused: the graph would have new violations; carries the findings
    :raises InputError: the files cannot be written, or were edited at this moment; nothing was written
    """
    with journal.writing(workspace.files.root) as changes:
        if workspace.changed:
            workspace.reload()
            resolved = _again(workspace, resolved)
        planner = Planner(workspace, resolved)
        note = {"sentences": planner.told, "created": planner.created}
        with _told_by_record(planner):
            written = _write(workspace, changes, planner.blocks, note, planner.generated)
    if written:
        workspace.reload()
    return Saved(tuple(planner.ids), written, (*changes.told, *planner.sentences), tuple(planner.hints))


def preview(workspace: Workspace, resolved: Sequence[Resolved]) -> tuple[Saved, dict[str, str]]:
    """Return what a save would do and say, and what each file would hold, by its name in the graph directory; nothing is written.

    :raises Refused: the graph would have new violations
    """
    planner = Planner(workspace, resolved)
    edit = _edit(workspace, planner.blocks)
    if edit.after:
        with _told_by_record(planner):
            _validate(workspace.files, edit, planner.generated)
    texts = {workspace.files.relative(path): (content or b"").decode() for path, content in edit.after.items()}
    shown = tuple(sorted(map(workspace.files.display, edit.after)))
    return Saved(tuple(planner.ids), shown, tuple(planner.sentences), tuple(planner.hints)), texts


def write(workspace: Workspace, blocks: Iterable[Block], note: dict[str, object], *, dry: bool = False) -> tuple[str, ...]:
    """Put blocks that are not in the graph into their files, format, validate and write them as one change.

    :param note: kept with the change; `sentences` are what `undo` tells, `text` is the name and the digest of a text that was kept
        with it, and the name under which the text is kept that it took the place of, or None
    :returns: the names of the files that were written, as a person in the working directory would type them
    :raises Refused: the graph would have new violations
    :raises InputError: the files cannot be written; nothing was written
    """
    if dry:
        edit = _edit(workspace, blocks)
        _validate(workspace.files, edit)
        return tuple(sorted(map(workspace.files.display, edit.after)))
    with journal.writing(workspace.files.root) as changes:
        if workspace.changed:
            workspace.reload()
        written = _write(workspace, changes, list(blocks), note)
    if written:
        workspace.reload()
    return written


def revise(workspace: Workspace, revisions: Mapping[str, Mapping[str, Sequence[NamedNode | Literal]]], blocks: Iterable[Block], note: dict[str, object]) -> tuple[str, ...]:
    """Give subjects of the graph's own files other values, and add blocks, as one change.

    :param revisions: subject to property to the values that take the place of those it has
    :returns: as `write`, which raises the same errors
    :raises InputError: a subject stands in none of the graph's own files, or another process has changed the graph since it was read
    """
    files = workspace.files
    with journal.writing(files.root) as changes:
        if workspace.changed:
            raise InputError("The graph was changed since it was read.", fix="Run the command again; nothing was written.", file=files.root)
        edit = _edit(workspace, blocks)
        left = set(revisions)
        for path in files.own:
            text = (edit.after.get(path) or files.read(path)).decode()
            result, met = replace(text, {iri: revisions[iri] for iri in left}, {**PREFIXES, **files.prefixes}, files.display(path))
            left -= met
            if met:
                edit.before.setdefault(path, files.read(path))
                edit.after[path] = result.encode()
        if left:
            raise InputError(f"{local(min(left))} is not of this graph, which includes it.", fix="Change it in the graph that brings it; nothing was written.", file=files.root)
        _validate(files, edit)
        changes.commit(edit.after, edit.before, note)
    workspace.reload()
    return tuple(sorted(map(files.display, edit.after)))


def undo(workspace: Workspace, *, ours: bool = False) -> Saved:
    """Take the last change back that was not taken back yet, also where others have edited the same files elsewhere; with the text that it kept.

    :param ours: whether only a change that this process wrote is taken back
    :returns: which files were written, of when the change was, and what was taken back
    :raises InputError: there is nothing to take back, it is another's, or what it wrote was edited since; says what
    :raises Refused: what others wrote since stands on it; carries the findings
    """
    with journal.writing(workspace.files.root) as changes:
        if workspace.changed:
            workspace.reload()
        entry, before, after = take_back(changes, workspace.files.root, ours)
        edit = _Edit(before, after)
        _validate(workspace.files, edit)
        changes.commit(edit.after, edit.before, {"sentences": []}, undoes=entry.number)
    workspace.reload()
    told = entry.note.get("sentences", [])
    sentences = [f"Taken back: {sentence}" for sentence in told] if isinstance(told, list) else []
    return Saved((), tuple(sorted(map(workspace.files.display, after))), (*changes.told, f"The last change, of {moment(entry)}, is taken back.", *sentences, *_text_taken_back(workspace, entry)))


def _text_taken_back(workspace: Workspace, entry: journal.Entry) -> Iterator[str]:
    """Take the text that a change brought out of the folder of texts, put the earlier one back, and yield a sentence; one edited since stays."""
    kept = entry.note.get("text")
    if not isinstance(kept, list) or len(kept) != 3 or any(one is not None and (not isinstance(one, str) or one != os.path.basename(one)) for one in kept):
        return
    name, stated, earlier = kept
    path = os.path.join(workspace.files.settings.texts, name)
    with suppress(OSError):
        content = journal.held(path)
        if content is None:
            return
        if digest(content.decode(errors="replace")) != stated:
            yield f"The text {path} is not what was added, and stays."
        elif earlier is None:
            os.unlink(path)
            yield f"The text {path} is removed."
        elif os.path.isfile(of := os.path.join(workspace.files.settings.texts, earlier)):
            os.replace(of, path)
            yield f"The text {path} is the earlier one again."
        else:
            yield f"The text {path} stays: the earlier one, {of}, is gone."


@contextmanager
def _told_by_record(planner: Planner) -> Iterator[None]:
    """Let a refusal know for which record each thing was made."""
    try:
        yield
    except Refused as refused:
        refused.records = planner.records
        raise


def _again(workspace: Workspace, resolved: Sequence[Resolved]) -> list[Resolved]:
    """Return records resolved in the graph as it is now."""
    found = resolve_all(workspace, [one.record for one in resolved])
    problems = [problem for one in found if isinstance(one, Unresolved) for problem in one.problems]
    if problems:
        raise Unresolved(problems)
    return [one for one in found if isinstance(one, Resolved)]


def _write(
    workspace: Workspace, changes: journal.Journal, blocks: list[Block], note: dict[str, object], generated: Collection[str] = ()
) -> tuple[str, ...]:
    edit = _edit(workspace, blocks)
    if not edit.after:
        return ()
    _validate(workspace.files, edit, generated)
    changes.commit(edit.after, edit.before, note)
    return tuple(sorted(map(workspace.files.display, edit.after)))


def _edit(workspace: Workspace, blocks: Iterable[Block]) -> _Edit:
    by_file: dict[str, list[Block]] = {}
    for block in blocks:
        by_file.setdefault(home(workspace.forms, block), []).append(block)
    edit, files = _Edit(), workspace.files
    prefixes = {**PREFIXES, **files.prefixes}
    for name, members in sorted(by_file.items()):
        path = path_of(files.root, name)
        edit.before[path] = files.read(path) if os.path.exists(path) else None
        text = insert((edit.before[path] or b"").decode(), members, prefixes, files.display(path))
        edit.after[path] = text.encode()
    return edit


def _validate(files: GraphFiles, edit: _Edit, generated: Collection[str] = ()) -> None:
    """Validate the graph as it would be.

    :param generated: what was made along with what the curator asked for: findings about it are told when there are no others
    :raises Refused: it would have violations that it has not now
    """
    edited = files.edited(edit.after)
    outcome = validation.check(edited, views=False)
    if outcome.store is not None:
        since = outcome.by_shapes.edited if outcome.by_shapes is not None else None
        if since is None or since > _REMEMBERED_AFTER:
            validation.add_views(edited, outcome)
            validation.remember(edited, outcome)
        return
    found = _violations(outcome.report)
    now = {_what(finding) for finding in _violations(validation.check(files, views=False).report)}
    new = [finding for finding in found if _what(finding) not in now]
    if new:
        asked = [finding for finding in new if (finding.focus_node or "")[1:-1] not in generated]
        written = {*map(files.display, edit.after)}  # as it would be: those lines stand in no file
        raise Refused(Report([dataclasses.replace(one, place=None) if one.place and one.place.file in written else one for one in asked or new]), outcome.texts)


def _violations(report: Report) -> list[Finding]:
    return [finding for finding in report if finding.severity is Severity.VIOLATION]


def _what(finding: Finding) -> tuple[object, ...]:
    """Return what tells a finding from others, wherever it stands."""
    return finding.rule, finding.focus_node, finding.path, finding.value, finding.message
