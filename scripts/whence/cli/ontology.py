"""`whence ontology`."""

from __future__ import annotations

from argparse import Namespace

from whence import ontology
from whence.cli import process
from whence.cli.arguments import Parser, positive, seconds, size
from whence.cli.validate import conclude
from whence.errors import InputError
from whence.report import render
from whence.store import layout

_FORMATS = ("text", "turtle", "json", "sarif", "junit", "html")


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--reason", action="store_true", help="let HermiT judge ontology and data too (needs the extra reason)")
    parser.add_argument("--format", choices=_FORMATS, default="text", help="the form of the report (default: text)")
    parser.add_argument("--limit", type=positive, default=5, metavar="N", help="examples shown of each rule (default: 5)")
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="give up after so long, with exit code 4")
    parser.add_argument("--memory", type=size, metavar="SIZE", help="give up above so much, such as 2G (default: three quarters of the machine's)")


def run(arguments: Namespace, _: str) -> int:
    """Look at the ontology and print the report; exit with 1 when there is a violation."""
    process.limit(arguments.timeout, arguments.memory)
    files = layout.locate(arguments.graph)
    if not files.ontology:
        raise InputError("There is no ontology in the graph directory.", fix="Put Turtle files into its folder ontology/.", file=files.root)
    outcome = ontology.check(files, reason=arguments.reason, progress=process.stage)
    text = render(outcome.report, arguments.format, sources=outcome.texts, limit=arguments.limit)
    return conclude(outcome.report, text)
