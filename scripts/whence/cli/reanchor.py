"""`whence reanchor`: the passages of a document whose text has changed."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from typing import Any

from whence.cli import console, process
from whence.cli.arguments import Parser, folder_of_texts, texts_option
from whence.curation.extraction import extract
from whence.curation.naming import document_named
from whence.curation.reanchoring import Anchor, Plan, apply, look
from whence.curation.workspace import Workspace
from whence.errors import UsageError, ValidationError
from whence.evidence.texts import digest
from whence.namespaces import local
from whence.report.words import count
from whence.store import layout

_LONGEST = 160


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("document", metavar="DOCUMENT", help="the document: its slug, file name, or any of its names")
    parser.add_argument("file", nargs="?", metavar="FILE", help="the new text (default: the document's file in the folder of texts)")
    chosen = "which of several places is meant, by where it begins, or with START-END the new words of a passage that is not found; may be given again; or nearest, for all the places that are proposed"
    parser.add_argument("--choose", action="append", default=[], metavar="ID=START", help=chosen)
    parser.add_argument("--apply", action="store_true", help="write it; without, only tell")
    texts_option(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the form of the answer (default: text)")


def run(arguments: Namespace, _: str) -> int:
    """Tell, and with --apply write, where the passages stand in the new text."""
    process.stage("reading the graph")
    files = layout.locate(arguments.graph)
    folder = folder_of_texts(files, arguments.texts)
    if folder is None:
        raise UsageError("There is no folder of texts.", fix="Name it with --texts.")
    workspace = Workspace.open(files, folder)
    document = document_named(workspace, arguments.document)
    text = _new_text(workspace, document, folder, arguments.file)
    process.stage("looking for the passages")
    plan = look(workspace, document, text)
    choices = _choices(plan, arguments.choose)
    written: tuple[str, ...] = ()
    if arguments.apply:
        process.stage("validating")
        written = apply(workspace, plan, choices, folder)
    process.stage(None)
    if arguments.format == "json":
        console.write_json(_record(plan, written))
    else:
        console.write("".join(f"{line}\n" for line in _lines(plan, choices, written if arguments.apply else None)))
    waiting = [one for one in (*plan.of("several"), *plan.of("lost")) if one.iri not in choices]
    return ValidationError.exit_code if waiting and not arguments.apply else 0


def _new_text(workspace: Workspace, document: str, folder: str, file: str | None) -> str:
    found = extract(file or os.path.join(folder, workspace.value(document, "fileName")))
    return found.original if digest(found.original) == workspace.value(document, "textDigest") else found.text


def _choices(plan: Plan, given: list[str]) -> dict[str, tuple[int, int]]:
    """Return the place that is chosen for each passage."""
    waiting = {local(one.iri): one for one in (*plan.of("several"), *plan.of("lost"))}
    found: dict[str, tuple[int, int]] = {}
    for choice in given:
        if choice == "nearest":
            found |= {one.iri: one.proposed for one in plan.of("several") if one.proposed is not None and one.iri not in found}
            continue
        name, _, place = choice.rpartition("=")
        one = waiting.get(re.split("[:/#]", name)[-1])
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", place)
        if one is None or match is None:
            raise UsageError(f"--choose takes ID=START of a passage that waits for a choice, not {choice!r}.", fix=f"Waiting are {', '.join(sorted(waiting)[:5]) or 'none'}.")
        start = int(match[1])
        end = int(match[2]) if match[2] else start + one.end - one.start
        if not start < end <= len(plan.text) or (one.outcome == "several" and (start, end) not in one.found) or (one.outcome == "lost" and not match[2]):
            fix = f"It stands at {', '.join(f'{at}-{to}' for at, to in one.found)}." if one.found else f"Give START-END within the {len(plan.text)} characters of the new text."
            raise UsageError(f"{name} cannot stand at {place}.", fix=fix)
        found[one.iri] = (start, end)
    return found


def _lines(plan: Plan, choices: dict[str, tuple[int, int]], written: tuple[str, ...] | None) -> list[str]:
    """Return what is told.

    :param written: the files that were written; None where nothing was to be
    """
    if not plan.anchors and not plan.is_new:
        return [f"This is the text that {local(plan.document)} has in the graph: there is nothing to do."]
    counts = {outcome: len(plan.of(outcome)) for outcome in ("kept", "moved", "several", "lost")}
    lines = [f"{count(len(plan.anchors), 'passage')} of {local(plan.document)}: {count(counts['kept'], 'stands where it', 'stand where they')} stood, {counts['moved']} moved, "
             f"{count(counts['several'], 'stands', 'stand')} several times, {count(counts['lost'], 'is', 'are')} not found."]  # fmt: skip
    for one in plan.of("several"):
        told = ", ".join(f"{at}-{to}{' (nearest)' if (at, to) == one.proposed else ''}: {_around(plan.text, at, to)}" for at, to in one.found[:6])
        lines += [f"several  {local(one.iri)}", f"  {told}", *_answer(one, choices)]
    for one in plan.of("lost"):
        lines += [f"lost     {local(one.iri)}, {one.start}-{one.end} of the earlier text{': ' + _short(one.words) if one.words else ', which is not held'}"]
        lines += [f"  nearest {one.proposed[0]}-{one.proposed[1]}: {_short(plan.text[slice(*one.proposed)])}"] if one.proposed else []
        lines += _answer(one, choices)
    if written is None:
        return [*lines, "Nothing was written; --apply writes it. What is not found stays with the earlier text."]
    left = [one for one in plan.of("lost") if one.iri not in choices]
    lines += [f"wrote {file}" for file in written] or ["nothing to write"]
    if left:
        lines += [f"{count(len(left), 'position stays', 'positions stay')} with the earlier text: say where the words stand now, by whence reanchor {local(plan.document)} --choose ID=START-END --apply."]
    return lines


def _answer(one: Anchor, choices: dict[str, tuple[int, int]]) -> list[str]:
    if one.iri in choices:
        return [f"  chosen {choices[one.iri][0]}-{choices[one.iri][1]}"]
    place = "START-END" if one.proposed is None else str(one.proposed[0]) if one.outcome == "several" else f"{one.proposed[0]}-{one.proposed[1]}"
    return [f"  --choose {local(one.iri)}={place}"]


def _around(text: str, start: int, end: int) -> str:
    return _short(f"…{text[max(0, start - 30) : start]}[{text[start:end]}]{text[end : end + 30]}…")


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _record(plan: Plan, written: tuple[str, ...]) -> dict[str, Any]:
    return {
        "document": plan.document, "files": written,
        "passages": [
            {"id": one.iri, "outcome": one.outcome, "start": one.start, "end": one.end, "found": one.found, "proposed": one.proposed}
            for one in plan.anchors
        ],
    }  # fmt: skip
