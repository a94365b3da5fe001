"""`whence draft`: proposals of a model or another tool, verified, kept outside the graph, and decided on one by one."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict
from typing import Any

from whence.cli import console, process
from whence.cli.arguments import Parser, folder_of_texts, texts_option
from whence.cli.claim import show
from whence.curation import Workspace, drafts
from whence.curation.drafts import Draft, Judged, Taken, schema
from whence.curation.naming import document_named
from whence.errors import UsageError, ValidationError
from whence.store import layout

_DECISIONS = ("accept", "refuse", "edit", "show")


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("document", nargs="?", metavar="DOCUMENT", help="the document: its slug, file name, or any of its names")
    what = "proposals about it: JSON lines (see --schema), or what LangExtract, Hypothesis, INCEpTION, CATMA or a tool of Web Annotations exports"
    parser.add_argument("file", nargs="?", metavar="FILE", help=what)
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of one line of proposals, made from the ontology of the graph")
    parser.add_argument("--list", action="store_true", help="list the drafts that wait, of DOCUMENT or all")
    parser.add_argument("--all", action="store_true", help="with --list: those that were decided on, too")
    parser.add_argument("--show", metavar="ID", help="tell all about a draft: its words, what lacks, what the graph says against it")
    parser.add_argument("--edit", metavar="ID", help="change a draft by --set")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a key of the draft, such as speaker, roles.influencer or new.NAME; an empty value takes it out; may be given again")
    parser.add_argument("--accept", metavar="ID", help="save a draft as a position of the graph")
    parser.add_argument("--refuse", metavar="ID", help="refuse a draft for good")
    parser.add_argument("--as", dest="curator", metavar="NAME", help="who accepts or refuses, which the graph keeps (default: creator of whence.toml)")
    texts_option(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the form of the answer (default: text)")


def run(arguments: Namespace, _: str) -> int:
    """Take proposals in, list drafts, or decide on one."""
    chosen = [f"--{name}" for name in ("schema", "list", *_DECISIONS) if getattr(arguments, name)]
    if len(chosen) > 1:
        raise UsageError(f"{chosen[0]} and {chosen[1]} exclude each other.", fix="Give them one after the other.")
    if not chosen and not arguments.file:
        raise UsageError("whence draft lacks DOCUMENT and FILE.", fix="Name a document and a file of proposals, or see whence draft --help.")
    if arguments.set and not arguments.edit:
        raise UsageError("--set changes a draft.", fix="Name it with --edit ID.")
    if chosen and (arguments.file or (arguments.document and not arguments.list)):
        raise UsageError(f"{chosen[0]} takes no file{'' if arguments.list else ' and no document'}.", fix="See whence draft --help.")
    process.stage("reading the graph")
    files = layout.locate(arguments.graph)
    workspace = Workspace.open(files, folder_of_texts(files, arguments.texts))
    process.stage(None)
    if arguments.schema:
        console.write_json(schema(workspace))
        return 0
    if arguments.list:
        return _list(workspace, arguments)
    return _decide(workspace, arguments) if chosen else _take(workspace, arguments)


def _take(workspace: Workspace, arguments: Namespace) -> int:
    document = document_named(workspace, arguments.document)
    process.stage("holding the words against the text")
    taken = drafts.take(workspace, document, arguments.file)
    process.stage(None)
    if arguments.format == "json":
        console.write_json(_told(taken))
    else:
        console.write(_summary(workspace, taken))
    return ValidationError.exit_code if taken.refused else 0


def _summary(workspace: Workspace, taken: Taken) -> str:
    lines = []
    for draft, judged in taken.kept:
        lines += _card(workspace, draft, judged)
    lines += [f"joined   {where}: {sentence}" for where, sentence in taken.joined]
    lines += [f"refused  {fault}" for fault in taken.refused]
    counts = f"{len(taken.kept)} kept as drafts, {len(taken.joined)} joined, {len(taken.refused)} refused"
    return "".join(f"{line}\n" for line in [*lines, f"{taken.tool}: {counts}."])


def _card(workspace: Workspace, draft: Draft, judged: Judged | None) -> list[str]:
    """Return a draft in a few lines: what it says, and below it what is to be known and mended."""
    record = draft.record
    roles = "; ".join(f"{name} {_words(value)}" for name, value in record.get("roles", {}).items())
    stance = ", ".join(_words(record[name]) for name in ("speaker", "polarity", "commitment") if record.get(name))
    quote = " ".join(record["quote"].split())
    state = "" if draft.state == "open" else f" ({draft.state}{f' by {draft.by}' if draft.by else ''})"
    lines = [f"{draft.id}{state}  {record.get('class', '?')}: {roles or '?'}{f' — {stance}' if stance else ''}"]
    lines.append(f"    “{quote if len(quote) <= 100 else quote[:99] + '…'}” {workspace.label(draft.document)}, {record['start']}-{record['end']}")
    if judged is not None:
        given = {f"roles.{name}" for name in record.get("roles", {})}
        for problem in judged.problems:
            out = f" --set {problem.field}= takes it out." if problem.field in given else ""
            lines.append(f"    lacks: {problem.field}: {problem.sentence}{out}")
        lines += [f"    {note}" for note in (*draft.notes, *judged.notes)]
    return lines


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _list(workspace: Workspace, arguments: Namespace) -> int:
    document = document_named(workspace, arguments.document) if arguments.document else None
    found = drafts.listed(workspace.files, document, None if arguments.all else "open")
    if arguments.format == "json":
        console.write_json([_as_json(draft, None) for draft in found])
    else:
        lines = [line for draft in found for line in _card(workspace, draft, None)]
        console.write("".join(f"{line}\n" for line in lines) or "No draft waits.\n")
    return 0


def _decide(workspace: Workspace, arguments: Namespace) -> int:
    curator = arguments.curator or workspace.files.settings.creator
    if arguments.accept:
        process.stage("validating")
        saved = drafts.accept(workspace, arguments.accept, curator)
        process.stage(None)
        show(saved, arguments.format)
        return 0
    if arguments.refuse:
        draft, judged = drafts.refuse(workspace.files, arguments.refuse, curator), None
    else:
        draft = drafts.change(workspace, arguments.edit, dict(map(_change, arguments.set))) if arguments.edit else drafts.one(workspace.files, arguments.show)
        judged = drafts.judged(workspace, draft)
    if arguments.format == "json":
        console.write_json(_as_json(draft, judged))
    else:
        text = "".join(f"{line}\n" for line in _card(workspace, draft, judged))
        if arguments.show:
            text += f"    from {draft.source}\n{json.dumps(draft.record, ensure_ascii=False, indent=2)}\n"
        console.write(text)
    return 0


def _change(text: str) -> tuple[str, Any]:
    """Return a key and its value: a text, JSON where it is a number, a list or an object, or None to take it out."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--set takes KEY=VALUE, not {text!r}.", fix='Write for example --set speaker="Ren Sunada".')
    if name in ("start", "end", "occurrence", "question", "answers", "number") or value[:1] in ("[", "{"):
        try:
            return name, json.loads(value) if value else None
        except (ValueError, RecursionError):
            raise UsageError(f"The value of {name} is no JSON: {value[:40]!r}.", fix="Write a number, or a list such as [\"a\", \"b\"].") from None
    return name.strip(), value or None


def _told(taken: Taken) -> dict[str, Any]:
    return {
        "tool": taken.tool,
        "kept": [_as_json(draft, judged) for draft, judged in taken.kept],
        "joined": [{"where": where, "sentence": sentence} for where, sentence in taken.joined],
        "refused": [{"where": fault.where, "key": fault.key, "sentence": fault.sentence, "nearest": fault.nearest} for fault in taken.refused],
    }


def _as_json(draft: Draft, judged: Judged | None) -> dict[str, Any]:
    found = asdict(draft)
    if judged is not None:
        found["problems"] = [{"field": one.field, "sentence": one.sentence, "choices": one.choices, "offers": one.offers} for one in judged.problems]
        found["notes"] = [*draft.notes, *judged.notes]
    return found
