"""Taking a change back: what it wrote goes, what others wrote since stays."""

from __future__ import annotations

import os
from difflib import SequenceMatcher
from time import localtime, strftime

from whence.errors import InputError
from whence.rdf.formatter import format_text
from whence.store.journal import Entry, Journal, held


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
    """Return what a file would hold with the edits of others and without the change.

    :raises InputError: both touch the same lines
    """
    if now is None or after is None:
        raise InputError("The file is gone or came back since, so the change cannot be taken back.", fix="Mend it by hand, or with git.", file=name)
    lines = [(content or b"").decode().splitlines(keepends=True) for content in (after, before, now)]
    prefixes = [line for line in lines[0] if line.startswith("@prefix") and line not in lines[1]]  # what others wrote may need them
    back, theirs = _edits(lines[0], [*prefixes, *lines[1]]), _edits(lines[0], lines[2])
    result: list[str] = []
    at = 0
    for first, last, new in sorted([*back, *theirs], key=lambda edit: (edit[0], edit[1])):
        if first < at:
            raise InputError("Lines of the last change were edited since, so it cannot be taken back.", fix="Take the edit back first, or mend it by hand.", file=name)
        result += lines[0][at:first] + new
        at = last
    text = format_text("".join(result + lines[0][at:]), name)
    return None if before is None and all(line.startswith("@prefix") or not line.strip() for line in text.splitlines()) else text.encode()


def _edits(old: list[str], new: list[str]) -> list[tuple[int, int, list[str]]]:
    """Return what makes new lines of old ones: first and last line replaced, and what takes their place."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(a1, a2, new[b1:b2]) for kind, a1, a2, b1, b2 in matcher.get_opcodes() if kind != "equal"]
