"""`whence validate`, and `whence ontology`, which looks at the ontology alone."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from whence import validation
from whence.cli import console, process
from whence.cli.arguments import Parser, folder_of_texts, positive, seconds, size, texts_option
from whence.errors import InputError, UsageError, ValidationError
from whence.findings import Report
from whence.report import render
from whence.report.words import count
from whence.store import layout

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from whence.validation.stages import Outcome

_FORMATS = ("text", "turtle", "json", "sarif", "junit", "html")
_ENGINES = ("whence", "pyshacl")
_EXAMPLES = 5
_MEMORY = "three quarters of the machine's"


def declare(parser: Parser, command: str) -> None:
    """Declare the arguments of a command."""
    if command == "ontology":
        parser.add_argument("--reason", action="store_true", help="let HermiT judge ontology and data too (needs the extra reason)")
        parser.add_argument("--format", choices=_FORMATS, default="text", help="the form of the report (default: text)")
        parser.add_argument("--limit", type=positive, default=_EXAMPLES, metavar="N", help="examples shown of each rule (default: 5)")
    else:
        _declare_validate(parser)
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="give up after so long, with exit code 4")
    parser.add_argument("--memory", type=size, metavar="SIZE", help=f"give up above so much, such as 2G (default: {_MEMORY})")


def _declare_validate(parser: Parser) -> None:
    parser.add_argument("document", nargs="?", metavar="DOCUMENT", help="tell only what is about this document, named in any way, with its passages")
    parser.add_argument("--format", choices=_FORMATS, default="text", help="the form of the report (default: text)")
    parser.add_argument("--engine", choices=_ENGINES, default="whence", help="the SHACL engine (default: whence)")
    parser.add_argument("--full", action="store_true", help="look at everything, also at what no edit can have changed")
    parser.add_argument("--data", nargs="+", metavar="FILE", help="validate these files instead of the graph")
    parser.add_argument("--shapes", nargs="+", metavar="FILE", help="the shapes for --data")
    parser.add_argument("--pack", metavar="NAME", help="validate this pack beside the graph instead of the graph")
    texts_option(parser)
    parser.add_argument("--limit", type=positive, default=_EXAMPLES, metavar="N", help="examples shown of each rule (default: 5)")


def run(arguments: Namespace, command: str) -> int:
    """Validate and print the report; remember a graph without violations."""
    if command == "ontology":
        return _ontology(arguments)
    _check(arguments)
    process.limit(arguments.timeout, arguments.memory)
    if arguments.data:
        outcome = validation.check_files(arguments.data, arguments.shapes, engine=arguments.engine, progress=process.stage)
        if not any(outcome.texts.get(path, path).strip() for path in arguments.shapes):
            raise InputError("The shapes are empty, so nothing was checked.", fix="Name a file that holds shapes.", file=arguments.shapes[0])
        written = arguments.format == "turtle" and arguments.engine == "whence"
        return conclude(outcome.report, _w3c(outcome) if written else _render(outcome.report, arguments.format, outcome.texts, arguments.limit))
    files = _files(arguments)
    if files.emptiness:
        console.say(files.emptiness)
    outcome = validation.check(files, engine=arguments.engine, whole=arguments.full, progress=process.stage)
    if outcome.store is not None and arguments.engine == "whence":
        process.stage("remembering")
        validation.remember(files, outcome, tell=console.say)
    process.stage("queries")
    if arguments.document and not validation.unreadable(outcome.report):
        return _one_document(files, outcome, arguments)
    outcome = validation.check_queries(files, outcome, again=arguments.full)
    if files.identity:
        from whence import identity

        decided = identity.decisions(files)
        outcome.report.findings += [*decided.findings, *(identity.missing(decided, outcome.store, files.prefixes.values()) if outcome.store else ())]
    text = _render(outcome.report, arguments.format, outcome.texts, arguments.limit)
    return conclude(outcome.report, text + (_beside(files) + _packs(files) + _passages(files, arguments) if arguments.format == "text" and not arguments.pack else ""))


def _ontology(arguments: Namespace) -> int:
    """Look at the ontology and print the report; exit with 1 when there is a violation."""
    process.limit(arguments.timeout, arguments.memory)
    files = layout.locate(arguments.graph)
    if not files.ontology:
        raise InputError("There is no ontology in the graph directory.", fix="Put Turtle files into its folder ontology/.", file=files.root)
    from whence import ontology

    outcome = ontology.check(files, reason=arguments.reason, progress=process.stage)
    text = _render(outcome.report, arguments.format, outcome.texts, arguments.limit)
    return conclude(outcome.report, text)


def _beside(files: layout.GraphFiles) -> str:
    """Return a sentence on what else than the graph's own files the numbers tell of: graphs that it includes; or nothing."""
    if not files.settings.include:
        return ""
    own = f"{count(len(files.own), 'file')} of its own" if files.own else "nothing of its own yet"
    return f"These numbers are of all that is asked here: this graph has {own}, and includes {', '.join(files.settings.include)}.\n"


def _passages(files: layout.GraphFiles, arguments: Namespace) -> str:
    """Return a sentence on passages where the texts are there that they could be held against; or nothing."""
    folder = folder_of_texts(files, arguments.texts)
    if folder is None:
        return ""
    try:
        there = os.listdir(folder)
    except OSError as error:
        return f"The folder of texts {files.display(folder)} cannot be read ({error.strerror}). No text was needed here; whence evidence needs them.\n"
    return f"Whether the passages stand in their texts (in {files.display(folder)}) is another question: whence evidence answers it.\n" if there else ""


def _check(arguments: Namespace) -> None:
    if bool(arguments.data) != bool(arguments.shapes):
        raise UsageError("--data and --shapes belong together.", fix="Give both, or neither to validate the graph.")
    if arguments.data and arguments.document:
        raise UsageError("DOCUMENT belongs to a graph, and --data stands in place of one.", fix="Give one of the two.")
    if arguments.pack and (arguments.data or arguments.document):
        raise UsageError("--pack stands in place of the graph.", fix="Leave DOCUMENT and --data out.")


def _files(arguments: Namespace) -> layout.GraphFiles:
    files = layout.locate(arguments.graph)
    if not arguments.pack:
        return files
    from whence import packs

    pack = packs.chosen(files, [arguments.pack])[arguments.pack]
    if not isinstance(pack, packs.Pack):
        raise pack
    return pack.files


def _packs(files: layout.GraphFiles) -> str:
    """Return a sentence on each pack: that it holds, or why it is set aside."""
    from whence import packs
    from whence.packs.pack import sentence

    told = ""
    for name, pack in packs.found(files).items():
        try:
            if not isinstance(pack, packs.Pack):
                raise pack
            pack.open(progress=process.stage)
            told += f"The pack {name} holds: {count(pack.manifest.counts['attestations'], 'position')}.\n"
        except (InputError, ValidationError) as error:
            told += sentence(name, error) + "\n"
    return told


def _one_document(files: layout.GraphFiles, outcome: Outcome, arguments: Namespace) -> int:
    """Print what was found about one document, and whether its passages hold; and in one line, what was found elsewhere."""
    from whence import evidence, export
    from whence.cli.evidence import with_citations
    from whence.curation import Workspace
    from whence.curation.naming import document_named
    from whence.validation.one_document import of_document

    process.stage("the document")
    document = document_named(Workspace.open(files), arguments.document)
    quads = export.asserted(files)
    found = of_document(outcome.report.findings, quads, document)
    others = sum(1 for one in outcome.report if one.severity.value == "Violation") - sum(1 for one in found if one.severity.value == "Violation")
    folder = folder_of_texts(files, arguments.texts)
    checked = evidence.Outcome([one for one in evidence.check(with_citations(files, quads), folder).checked if one.document == document]) if folder else None
    held = validation.located_in(files, checked.report()).report.findings if checked else []
    report = Report([*found, *held])
    text = _render(report, arguments.format, outcome.texts, arguments.limit)
    if arguments.format == "text":
        words = ("hold", "fail", "could not be checked")
        counts = [f"{checked.count('passage', one):,} {word}" for one, word in zip(evidence.Status, words, strict=True)] if checked else []
        told = f"Passages: {', '.join(counts)}." if checked else "Passages: none was checked, since no folder of texts is known. Name it with --texts."
        text += f"\n{told}\n"
        if others:
            text += f"Elsewhere in the graph: {'one violation' if others == 1 else f'{others:,} violations'}. Without DOCUMENT, whence validate tells all.\n"
    return conclude(report, text)


def conclude(report: Report, text: str) -> int:
    """Print a report that took its time, and return the exit code of its findings."""
    process.lift()
    process.stage(None)
    console.write(text)
    if validation.unreadable(report):
        return InputError.exit_code
    return 0 if report.conforms else ValidationError.exit_code


def show_refusal(error: ValidationError) -> int:
    """Show the findings that keep a graph from being used, on standard error, and return the exit code."""
    process.stage(None)
    text = _render(Report(list(error.report)), "text", getattr(error, "sources", {}), _EXAMPLES)
    if sys.stderr is not None:
        sys.stderr.write(text)
    console.complain(error)
    return error.exit_code


def _w3c(outcome: Outcome) -> str:
    """Return the report of the W3C, which has no place for what is wrong with the shapes: that goes to standard error."""
    from whence.shacl import report_text

    about = Report([finding for finding in outcome.report if finding.component is None])
    if about.findings and sys.stderr is not None:
        sys.stderr.write(_render(about, "text", outcome.texts, len(about.findings)))
    return "" if outcome.validation is None else report_text(outcome.validation)


def _render(report: object, form: str, sources: dict[str, str], limit: int) -> str:
    return render(report, form, sources=sources, limit=limit)
