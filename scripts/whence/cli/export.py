"""`whence export`."""

from __future__ import annotations

import os
from argparse import Namespace

from whence import validation
from whence.store import layout
from whence.cli import console, process
from whence.cli.arguments import Parser
from whence.errors import UsageError
from whence.rdf.formats import by_ending
from whence.rdf.graphs import FORMATS

__all__ = ["declare", "run"]

_LEFT_OUT = "What follows from the graph, such as the passages as Web Annotations, is left out: --derived adds it."


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--format", choices=FORMATS, help="default: by the ending of --output, else turtle")
    parser.add_argument("--view", metavar="POLICY", help="only the plain triples of this view")
    parser.add_argument("--derived", action="store_true", help="with what follows from the graph, as queries see it")
    parser.add_argument("--output", metavar="PATH", help="write this file, whole or not at all (default: standard output)")


def run(arguments: Namespace, _: str) -> int:
    """Write the validated graph, or one view of it."""
    if arguments.view and arguments.derived:
        raise UsageError("--view and --derived exclude each other.", fix="A view is derived already: leave --derived out.")
    if arguments.output == "":
        raise UsageError("--output has no name.", fix="Name the file to write, or leave --output out.")
    named = by_ending(arguments.output or "")
    form = arguments.format or (named if named in FORMATS else None) or "turtle"
    files = layout.locate(arguments.graph)
    store = validation.open(files, tell=console.say, progress=process.stage)
    from whence import export

    process.stage("exporting")
    if arguments.view:
        quads = export.view(store, arguments.view)
    else:
        quads = export.everything(store) if arguments.derived else export.asserted(files)
    context = files.context if os.path.exists(files.context) else None
    if arguments.output is None:
        process.stage(None)
        out = console.output()
        export.write(quads, form, out, context=context)
        out.flush()
    else:
        export.write(quads, form, output=arguments.output, context=context)
    if not arguments.view and not arguments.derived:
        process.stage(None)
        console.say(_LEFT_OUT)
    return 0
