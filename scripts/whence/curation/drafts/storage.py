"""Drafts as they are kept: outside the graph, in `.whence/drafts/`, a file a document, one draft a line.

They hold words of the texts and things that nobody has accepted, so they stand where the working state of a graph stands:
the loader, exports, the server and the site never look there, and git ignores it. A cache would be emptied one day, and
what a curator refused or changed would be lost.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from whence.errors import InputError, UsageError
from whence.namespaces import local
from whence.rdf.atomic import replacing
from whence.store import journal
from whence.store.layout import GraphFiles

STATES = ("open", "accepted", "refused")


@dataclass(slots=True)
class Draft:
    """One proposal whose words stand in the text.

    :ivar id: 12 hexadecimal digits
    :ivar document: the IRI of the document
    :ivar state: one of `STATES`
    :ivar record: a record of `whence.curation.records`, always with document, quote, start and end
    :ivar notes: what a curator should know of how it came: what was moved, joined or left out
    :ivar source: where it comes from: `claims.jsonl line 3`
    :ivar by: who accepted or refused it, or an empty text
    :ivar position: the IRI of the position that it became, or an empty text
    """

    id: str
    document: str
    state: str
    record: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    source: str = ""
    by: str = ""
    position: str = ""


def identity(record: dict[str, Any]) -> str:
    """Return the id of a record: equal for equal records, whatever file they come from."""
    return sha256(json.dumps(record, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:12]


def listed(files: GraphFiles, document: str | None = None, state: str | None = "open") -> list[Draft]:
    """Return the drafts of a graph, or of one document, in the order of the texts; [] when there are none.

    :param state: one of `STATES`, or None for all
    :raises InputError: a file of drafts is damaged; with its line
    """
    folder = _folder(files)
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".jsonl"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"The drafts cannot be read: {error.strerror}.", fix="Make the folder readable.", file=folder) from None
    wanted = names if document is None else [name for name in names if name == _name(document)]
    found = [draft for name in wanted for draft in _read(os.path.join(folder, name))]
    found = [draft for draft in found if document in (None, draft.document) and state in (None, draft.state)]
    return sorted(found, key=lambda draft: (draft.document, draft.record["start"], -draft.record["end"], draft.id))


def one(files: GraphFiles, id: str) -> Draft:
    """Return the draft of an id, or of the beginning of one.

    :raises UsageError: there is none, or several begin so
    """
    found = [draft for draft in listed(files, state=None) if draft.id.startswith(id.strip().lower())] if id.strip() else []
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} drafts begin with {id}.", fix=f"Say which: {', '.join(draft.id for draft in found[:5])}.")
    raise UsageError(f"There is no draft {id!r}.", fix="whence draft --list tells their ids.")


@contextmanager
def changing(files: GraphFiles, document: str) -> Iterator[dict[str, Draft]]:
    """Yield the drafts of a document by id, under the lock of the graph; what the block leaves in it is written at once.

    :raises InputError: another process goes on writing, or the folder cannot be written; what was there is unchanged
    """
    path = os.path.join(_folder(files), _name(document))
    with journal.writing(files.root):
        drafts = {draft.id: draft for draft in _read(path)} if os.path.exists(path) else {}
        before = _text(drafts)
        yield drafts
        if _text(drafts) == before:
            return
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except OSError as error:
            raise InputError(f"The drafts cannot be written: {error.strerror}.", file=os.path.dirname(path)) from None
        with replacing(path) as stream:
            stream.write(_text(drafts).encode())


def _folder(files: GraphFiles) -> str:
    return os.path.join(files.root, journal.FOLDER, "drafts")


def _name(document: str) -> str:
    """Return the file of a document: by its slug, told apart by the IRI's digest where slugs could be equal."""
    return f"{local(document)[:80]}-{sha256(document.encode()).hexdigest()[:8]}.jsonl"


def _text(drafts: dict[str, Draft]) -> str:
    return "".join(json.dumps(asdict(draft), ensure_ascii=False) + "\n" for draft in drafts.values())


def _read(path: str) -> Iterator[Draft]:
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError(f"The drafts cannot be read: {reason}.", fix="Take the file away and read the proposals again.", file=path) from None
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            draft = Draft(**json.loads(line))
            kinds = {"quote": str, "start": int, "end": int}
            valid = draft.state in STATES and all(isinstance(draft.record[key], kind) for key, kind in kinds.items())
        except (ValueError, TypeError, KeyError, RecursionError):
            valid = False
        if not valid:
            raise InputError("The line is no draft.", fix="Take the line away and read its proposal again.", file=path, line=number)
        yield draft
