"""`whence init`."""

from __future__ import annotations

import os
import shlex
from argparse import Namespace

from whence.cli import console
from whence.cli.arguments import Parser
from whence.errors import UsageError
from whence.store import new_graph


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("directory", nargs="?", metavar="DIR", help="the directory of the new graph, made where it is not there")
    parser.add_argument("--title", metavar="TEXT", help="what the graph is called (default: the name of the directory)")
    parser.add_argument("--base", metavar="IRI", help="the address below which its things have theirs (default: one that is nobody's)")
    parser.add_argument("--prefix", metavar="NAME", help="short for the base, in Turtle and in queries (default: by the name of the directory)")
    parser.add_argument("--include", action="append", default=[], metavar="GRAPH", help="whence, for the corpus that comes with it, or a graph directory; may be given again")


def run(arguments: Namespace, _: str) -> int:
    """Start the graph, and say what comes next."""
    directory = arguments.directory or arguments.graph
    if not directory or (arguments.directory and arguments.graph):
        raise UsageError("whence init takes the directory of the new graph.", fix="Write whence init DIR.")
    title, base, prefix = new_graph.proposed(directory)
    files = new_graph.start(
        directory, arguments.title if arguments.title is not None else title, arguments.base if arguments.base is not None else base,
        arguments.prefix if arguments.prefix is not None else prefix, arguments.include,
    )  # fmt: skip
    settings, shown = files.settings, shlex.quote(os.path.normpath(directory))
    here = os.path.samefile(directory, os.curdir)
    place, there = ("here", "What you ask in this folder") if here else (f"in {shown}", f"What you ask in that folder (cd {shown})")
    console.write(
        f"{settings.title} is started {place}: its things get IRIs below {settings.base}, {settings.prefix}: for short.\n"
        + (f"That address is nobody's. Before you publish the graph, put one of yours into {shlex.quote(os.path.join(os.path.normpath(directory), 'whence.toml'))}.\n" if arguments.base is None else "")
        + f"{there} is asked of this graph; elsewhere --graph {shlex.quote(os.path.abspath(directory))} says so.\n"
    )
    return 0
