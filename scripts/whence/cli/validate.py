"""`whence validate`."""

from __future__ import annotations

import sys
from argparse import Namespace

from whence.store import layout
from whence.cli import console, process
from whence.cli.arguments import Parser, positive, seconds, size
from whence.errors import InputError, UsageError, ValidationError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from whence.findings import Report
    from whence.validation.stages import Outcome

__all__ = ["conclude", "declare", "run", "show_refusal"]

_FORMATS = ("text", "turtle", "json", "sarif", "junit", "html")
_ENGINES = ("whence", "pyshacl")
_EXAMPLES = 5
_MEMORY = "three quarters of the machine's"


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--format", choices=_FORMATS, default="text", help="the form of the report (default: text)")
    parser.add_argument("--engine", choices=_ENGINES, default="whence", help="the SHACL engine (default: whence)")
    parser.add_argument("--full", action="store_true", help="let the shapes look at everything, also at what no edit can have changed")
    parser.add_argument("--data", nargs="+", metavar="FILE", help="validate these files instead of the graph")
    parser.add_argument("--shapes", nargs="+", metavar="FILE", help="the shapes for --data")
    parser.add_argument("--limit", type=positive, default=_EXAMPLES, metavar="N", help="examples shown of each rule (default: 5)")
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="give up after so long, with exit code 4")
    parser.add_argument("--memory", type=size, metavar="SIZE", help=f"give up above so much, such as 2G (default: {_MEMORY})")


def run(arguments: Namespace, _: str) -> int:
    """Validate and print the report; remember a graph without violations."""
    from whence import validation

    if bool(arguments.data) != bool(arguments.shapes):
        raise UsageError("--data and --shapes belong together.", fix="Give both, or neither to validate the graph.")
    process.limit(arguments.timeout, arguments.memory)
    if arguments.data:
        outcome = validation.check_files(arguments.data, arguments.shapes, engine=arguments.engine, progress=process.stage)
    else:
        files = layout.locate(arguments.graph)
        if not [*files.ontology, *files.data]:
            console.say(f"There is no Turtle file in {files.root}.")
        outcome = validation.check(files, engine=arguments.engine, whole=arguments.full, progress=process.stage)
        if outcome.store is not None and arguments.engine == "whence":
            process.stage("remembering")
            validation.remember(files, outcome, tell=console.say)
        process.stage("queries")
        outcome = validation.check_queries(files, outcome, again=arguments.full)
    if arguments.format == "turtle" and arguments.data and arguments.engine == "whence":
        text = _w3c(outcome)
    else:
        text = _render(outcome.report, arguments.format, outcome.texts, arguments.limit)
    return conclude(outcome.report, text)


def conclude(report: Report, text: str) -> int:
    """Print a report that took its time, and return the exit code of its findings."""
    from whence import validation

    process.lift()
    process.stage(None)
    console.write(text)
    if validation.unreadable(report):
        return InputError.exit_code
    return 0 if report.conforms else ValidationError.exit_code


def show_refusal(error: ValidationError) -> int:
    """Show the findings that keep a graph from being used, on standard error, and return the exit code."""
    from whence.findings import Report

    process.stage(None)
    text = _render(Report(list(error.report)), "text", getattr(error, "sources", {}), _EXAMPLES)
    if sys.stderr is not None:
        sys.stderr.write(text)
    console.complain(error)
    return error.exit_code


def _w3c(outcome: Outcome) -> str:
    """Return the report of the W3C, which has no place for what is wrong with the shapes: that goes to standard error."""
    from whence.findings import Report
    from whence.shacl import report_text

    about = Report([finding for finding in outcome.report if finding.component is None])
    if about.findings and sys.stderr is not None:
        sys.stderr.write(_render(about, "text", outcome.texts, len(about.findings)))
    return "" if outcome.validation is None else report_text(outcome.validation)


def _render(report: object, form: str, sources: dict[str, str], limit: int) -> str:
    from whence.report import render

    return render(report, form, sources=sources, limit=limit)
