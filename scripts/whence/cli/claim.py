"""`whence claim`: one command a position, which asks at a terminal what is left open; and `whence undo`, which takes the last change back."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from dataclasses import replace
from typing import Any

from whence.cli import console, process
from whence.cli.arguments import Parser, folder_of_texts, positive, texts_option
from whence.curation import Form, Problem, Refused, Resolved, Saved, Unresolved, Workspace, preview, resolve, save, undo
from whence.curation.forms import kebab
from whence.curation.naming import Namer
from whence.curation.tables import new_thing
from whence.findings import Report
from whence.namespaces import shorten
from whence.rdf.terms import whole_number
from whence.store import layout

#: So many questions are asked about one position, and so many choices shown for one.
_QUESTIONS, _SHOWN = 20, 9
#: Options of a position: name, placeholder, what it says; those with a plus may be given again.
_OPTIONS = (
    ("speaker", "NAME", "who says it (default: the document's writer)"),
    ("hedge", "WORDS+", "the words that take some of it back, as printed; makes the commitment hedged"),
    ("hedge-scope", "TEXT", "what the hedge bears on, in your own words"),
    ("commitment", "HOW", "stated, hedged, implied, promotional, question-premise (default: stated, or hedged with --hedge)"),
    ("mood", "HOW", "fact, prediction, intention, wish, opinion, analogy (default: fact)"),
    ("mode", "HOW", "direct-quotation, paraphrase, narration, ... (default: told by the marks around the words)"),
    ("ascribed-to", "NAME+", "whose position it is said to be, when not the speaker's"),
    ("printed-as", "WORDS+", "the surface form where it matters, as printed"),
    ("question", "N", "the question that carries it as a premise"),
    ("answers", "N", "the question that it answers"),
    ("answer-stance", "HOW", "taken-up, partly-taken-up, not-taken-up, rejected, declined"),
    ("scope", "TEXT+", "to what the position is limited, in your own words"),
    ("as-of", "DATE", "the time it speaks of, in EDTF"),
    ("reported-speaker", "NAME", "whom the speaker reports"),
    ("language-interpreter", "NAME", "who interpreted between languages"),
    ("because", "ID+", "the position that is given as the reason"),
    ("same-wording-as", "ID+", "a position in the same words"),
    ("superseded-by", "ID+", "a later position that takes its place"),
)


def declare(parser: Parser, command: str) -> None:
    """Declare the arguments of a command; the roles of a claim are options as its class has them."""
    if command == "claim":
        _declare_claim(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the form of the answer (default: text)")


def _declare_claim(parser: Parser) -> None:
    graph = parser.get_default("graph")
    parser.add_argument("document", metavar="DOCUMENT", help="the document: its slug, file name, or any of its names")
    parser.add_argument("words", metavar="WORDS", help="the words that carry the claim, as the text prints them")
    parser.add_argument("kind", metavar="CLASS", help="the class of the claim: influence, likeness, contribution, ...; or question")
    parser.others("roles", "--ROLE VALUE", "a role of the class, such as --of, --by, --aspect: whence claim CLASS --help lists them", lambda words: _roles(graph, words))
    parser.add_argument("--occurrence", type=positive, metavar="N", help="which one, where the words stand several times")
    parser.add_argument("--denied", action="store_true", help="the speaker denies the claim")
    for name, placeholder, told in _OPTIONS:
        more: dict[str, Any] = {"action": "append"} if placeholder.endswith("+") else {}
        parser.add_argument(f"--{name}", metavar=placeholder.rstrip("+"), help=told + ("; may be given again" if more else ""), **more)
    new = "a thing to create: its name, class and what the class needs (\"the city=FictionalPlace; inWorld=My Series\"); may be given again"
    parser.add_argument("--new", action="append", default=[], metavar="NAME=CLASS", help=new)
    texts_option(parser)
    parser.add_argument("--dry-run", action="store_true", help="write nothing, show what would be written")


def run(arguments: Namespace, command: str) -> int:
    """Save the position, or take the last change back."""
    if command == "undo":
        process.stage("validating")
        saved = undo(Workspace.open(layout.locate(arguments.graph)))
        process.stage(None)
        show(saved, arguments.format)
        return 0
    process.stage("reading the graph")
    files = layout.locate(arguments.graph)
    workspace = Workspace.open(files, folder_of_texts(files, arguments.texts))
    try:
        resolved = _resolved(workspace, _record(arguments), arguments.format == "text")
    except Unresolved as error:
        process.stage(None)
        return _complain(error, arguments.format)
    process.stage("validating")
    try:
        saved = preview(workspace, [resolved])[0] if arguments.dry_run else save(workspace, [resolved])
    except Refused as refused:
        refused.report = _by_option(workspace, resolved, refused.report)
        raise
    process.stage(None)
    show(saved, arguments.format, dry=arguments.dry_run)
    return 0


def _resolved(workspace: Workspace, record: dict[str, Any], may_ask: bool) -> Resolved:
    """Return the record resolved; at a terminal what it leaves open is asked for."""
    for _ in range(_QUESTIONS):
        try:
            return resolve(workspace, record)
        except Unresolved as error:
            process.stage(None)
            asked = next((one for one in error.problems if one.choices or one.offers or one.field.startswith("new.")), None)
            if not may_ask or asked is None or not _can_ask() or not _ask_for(record, asked):
                raise
    return resolve(workspace, record)


def _by_option(workspace: Workspace, resolved: Resolved, report: Report) -> Report:
    """Return the findings that refuse a position, each with the option that gave the value it is about."""
    forms = workspace.forms
    roles = {f"<{role.iri}>": role for form in (forms.of(resolved.kind), forms.attestation) for role in form.roles}
    told = []
    for finding in report:
        role = roles.get(finding.path[1]) if finding.path and finding.path[0] == "pred" else None
        option = f"--{kebab(role.names[0])}: " if role else ""
        told.append(replace(finding, message=option + finding.message))
    return Report(told)


def show(saved: Saved, form: str, *, dry: bool = False) -> None:
    """Write what a save did, or would do."""
    if form == "json":
        console.write_json({"ids": saved.ids, "files": saved.files, "sentences": saved.sentences, "written": bool(saved.files) and not dry})
        return
    lines = [*map(shorten, dict.fromkeys(saved.ids)), *(f"  {sentence}" for sentence in dict.fromkeys((*saved.sentences, *saved.hints)))]
    lines += [f"{'would write' if dry else 'wrote' if os.path.exists(file) else 'removed'} {file}" for file in saved.files] or ["nothing to write"]
    console.write("".join(f"{line}\n" for line in lines))


def _complain(error: Unresolved, form: str) -> int:
    """Say what keeps a position from being saved, each problem with the option it is about."""
    if form == "json":
        problems = [{"field": one.field, "sentence": one.sentence, "choices": one.choices, "offers": one.offers, "example": one.example} for one in error.problems]
        console.write_json({"problems": problems})
        return error.exit_code
    for problem in error.problems:
        field = problem.field.removeprefix("roles.")
        option = "" if field in ("document", "quote", "class", "roles") or "." in field else f"--{kebab(field)}: "
        console.say(option + problem.sentence + (f' {problem.creating}: --new "{problem.example}".' if problem.example else ""))
    console.say("Nothing was written.")
    return error.exit_code


def _record(arguments: Namespace) -> dict[str, Any]:
    roles: dict[str, Any] = {}
    for name, value in arguments.roles:
        known = roles.get(name)
        roles[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    record: dict[str, Any] = {
        "document": arguments.document, "quote": arguments.words, "class": arguments.kind, "roles": roles,
        "polarity": "denied" if arguments.denied else "affirmed", "new": dict(map(new_thing, arguments.new)),
    }  # fmt: skip
    for name in ("occurrence", *(name for name, _, _ in _OPTIONS)):
        value = getattr(arguments, name.replace("-", "_"))
        if value is not None:
            record[name] = value
    return record


def _roles(graph: str | None, words: list[str]) -> str:
    """Return the roles of the class that the words before --help end with, one a line."""
    if "--graph" in words[:-1]:
        at = words.index("--graph")
        graph, words = words[at + 1], words[:at] + words[at + 2 :]
    if not words:
        return ""
    name, workspace = words[-1], Workspace.open(layout.locate(graph))
    form = next((one for one in _forms(workspace) if one.name.casefold() == name.casefold().replace("-", "")), None)
    if form is None:
        return f"There is no class of claims {name!r}: {', '.join(sorted(one.name for one in _forms(workspace)))}.\n\n"
    lines, namer = [f"Roles of the class {form.name} ({form.definition}):"], Namer(workspace, [])
    for role in form.roles:
        if role.name == "prefLabel" or (form.name == "Question" and not role.iri.endswith(("askedBy", "addressee", "questionNumber"))):
            continue
        names = ", ".join(f"--{one}" for one in role.names)
        need = "may say nothing" if role.default else "needed" if role.required else "optional"
        lines.append(f"  {names}  ({need}{', may be given again' if role.many else ''})\n      {role.definition} {namer.allowed(role)}".rstrip())
    return "\n".join(lines) + "\n\n"


def _forms(workspace: Workspace) -> list[Form]:
    return [*workspace.forms.claims.values(), workspace.forms.question]


def _can_ask() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _ask_for(record: dict[str, Any], problem: Problem) -> bool:
    """Ask for a problem of a record and put the answer into it; report whether there was one."""
    name = str(_value(record, problem.field) or "")
    lines = [f"whence: {problem.sentence}"]
    lines += [f"  {number}  {choice}" for number, choice in enumerate(problem.choices[:_SHOWN], start=1)]
    can_create = bool(problem.offers and name)
    lines += [f"  n  create {name!r}"] if can_create else []
    asked = ["a number"] * bool(problem.choices) + ["n"] * can_create + ["another value"]
    reply = _ask("\n".join([*lines, f"Type {', '.join(asked)}, or nothing to stop: "]))
    if not reply:
        return False
    if can_create and reply == "n":
        kind = _ask(f"Which class? {', '.join(problem.offers)}: ")
        if kind:
            record.setdefault("new", {})[name] = kind
        return bool(kind)
    chosen = problem.choices[number - 1] if 0 < (number := whole_number(reply) or 0) <= len(problem.choices[:_SHOWN]) else reply
    _put(record, problem.field, chosen)
    return True


def _ask(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _value(record: dict[str, Any], field: str) -> Any:
    first, _, rest = field.partition(".")
    if first == "roles":
        return record.get("roles", {}).get(rest)
    return rest.rpartition(".")[0] if first == "new" and "." in rest else rest if first == "new" else record.get(field)


def _put(record: dict[str, Any], field: str, value: str) -> None:
    first, _, rest = field.partition(".")
    if first == "roles":
        record.setdefault("roles", {})[rest] = value
    elif first == "new":
        known = record.setdefault("new", {})
        name, _, key = rest.rpartition(".") if rest not in known else (rest, "", "class")
        said = known.get(name)
        known[name] = {**(said if isinstance(said, dict) else {"class": said}), key: value}
    else:
        record[field] = value
